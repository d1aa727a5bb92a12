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
// suites about encryption on the embedded engine, then those of package repo about it. One
// failure is enough.
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

// stage is tests of a package: all, or those that match a pattern.
type stage struct{ pkg, run string }

var (
	ofCipher = stage{pkg: "cipher"}
	ofTable  = stage{pkg: "cipher/keytable"}
	ofSuite  = stage{pkg: suite, run: "TestEncryption"}
	ofRepo   = stage{"repo", "^Test(Diff|Erased|Joined|KeysInUse|MovedBetween|MustBeSealed|OldList|OnlyDestroyed|OpenPolicies|Padding|Reencrypt|Refused|Rewrite|Rotation|Scope|ValueOf|WrongScope)"}
)

// room is a package of encryption, with the tests that look at it.
type room struct {
	dir    string
	stages []stage
}

var rooms = []room{
	{"internal/sealvalue", []stage{{pkg: "internal/sealvalue"}, {pkg: "internal/policy"}, ofCipher, ofSuite, ofRepo}},
	{"internal/policy", []stage{{pkg: "internal/policy"}, ofCipher, ofSuite, ofRepo}},
	{"internal/seal", []stage{{pkg: "internal/seal"}, ofCipher, ofSuite, ofRepo}},
	{"internal/search", []stage{ofCipher, ofSuite, ofRepo}},
	{"cipher", []stage{ofCipher, ofTable, ofSuite, ofRepo}},
	{"cipher/keytable", []stage{ofTable, ofSuite}},
}

func main() {
	jobs := flag.Int("j", runtime.NumCPU(), "how many run at the same time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	in, err := named(flag.Args())
	survivors := 0
	if err == nil {
		survivors, err = hunt(ctx, in, *jobs)
	}
	stop()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	case survivors > 0:
		os.Exit(1)
	}
}

// named are the rooms of some directories, or all.
func named(dirs []string) ([]room, error) {
	if len(dirs) == 0 {
		return rooms, nil
	}
	var in []room
	for _, dir := range dirs {
		at := slices.IndexFunc(rooms, func(r room) bool { return r.dir == dir })
		if at < 0 {
			return nil, fmt.Errorf("%s is none of the packages that mutants are made of", dir)
		}
		in = append(in, rooms[at])
	}
	return in, nil
}
