// Command mutants shows which conditions of the packages of encryption no test depends on.
//
//	go run ./internal/mutants                     all packages, in an hour or two
//	go run ./internal/mutants internal/policy ... some of them
//
// It builds the tests of a package in which each condition of an if, a switch or a return, and
// each operand of && and ||, can be held at true or at false, and runs them once for each of
// these mutants. A check that could be removed is a mutant that survives. The program prints the
// survivors, and fails if there are any but those in equivalent.txt, which change nothing that
// could be observed.
//
// The tests are those of the package itself, then those of package cipher, then the conformance
// suites about encryption on the embedded engine. One failure is enough.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
)

// packages are those of encryption, with the tests that look at each.
var packages = []struct {
	dir   string
	tests []string
}{
	{"internal/sealvalue", []string{"internal/sealvalue", "internal/policy", "cipher", suite}},
	{"internal/policy", []string{"internal/policy", "cipher", suite}},
	{"internal/seal", []string{"cipher", suite}},
	{"internal/search", []string{"cipher", suite}},
	{"cipher", []string{"cipher", "cipher/keytable", suite}},
	{"cipher/keytable", []string{"cipher/keytable", suite}},
}

func main() {
	jobs := flag.Int("j", runtime.NumCPU(), "how many run at the same time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	survivors, err := run(ctx, flag.Args(), *jobs)
	stop()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	case survivors > 0:
		fmt.Fprintf(os.Stderr, "%d mutants survive\n", survivors)
		os.Exit(1)
	}
}

// run prints what survives in the packages named, or in all, and counts it.
func run(ctx context.Context, named []string, jobs int) (survivors int, err error) {
	known, err := equivalents()
	if err != nil {
		return 0, err
	}
	for _, p := range packages {
		if len(named) > 0 && !slices.Contains(named, p.dir) {
			continue
		}
		n, err := hunt(ctx, p.dir, p.tests, known, jobs)
		if survivors += n; err != nil {
			return survivors, err
		}
	}
	return survivors, nil
}
