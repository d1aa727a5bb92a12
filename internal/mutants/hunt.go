package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// variable tells a test program which mutant it is; see [helper].
const variable = "DYSTORE_MUTANT"

// suite is where the tests of suite.txt are built.
const suite = "internal/conformance"

//go:embed suite.txt
var suiteTest []byte

// limit is how long tests of a mutant may take, which are done in half a minute otherwise.
const limit = 2 * time.Minute

// hunt runs tests for each mutant of a package that is not known to be equivalent.
func hunt(ctx context.Context, dir string, tests []string, known map[string]string, jobs int) (survivors int, err error) {
	work, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(work)
	found, overlay, err := overlaid(dir, work)
	if err != nil {
		return 0, err
	}
	var programs []string
	for _, pkg := range tests {
		program := filepath.Join(work, strings.ReplaceAll(pkg, "/", "_"))
		build := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", program, "./"+pkg)
		if out, err := build.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%s with the checks of %s: %w\n%s", pkg, dir, err, out)
		}
		if out, err := test(ctx, program, pkg, 0); err != nil {
			return 0, fmt.Errorf("%s fails without a mutant: %w\n%s", pkg, err, out)
		}
		programs = append(programs, program)
	}

	turns := make(chan struct{}, jobs)
	var count atomic.Int64
	var all sync.WaitGroup
	for i, c := range found {
		for _, m := range []mutant{{c, false}, {c, true}} {
			if known[m.String()] != "" {
				continue
			}
			turns <- struct{}{}
			all.Go(func() {
				defer func() { <-turns }()
				number := 2 * (i + 1)
				if m.held {
					number++
				}
				for at, program := range programs {
					if _, err := test(ctx, program, tests[at], number); err != nil {
						return
					}
				}
				count.Add(1)
				fmt.Printf("%s (line %d)\n", m, m.line)
			})
		}
	}
	all.Wait()
	fmt.Printf("%s: %d of %d mutants survive\n", dir, count.Load(), 2*len(found))
	return int(count.Load()), ctx.Err()
}

// test runs a test program as a mutant.
func test(ctx context.Context, program, pkg string, number int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", `ulimit -v 8000000; exec "$0" -test.failfast`, program) // a loop without an end takes memory, too
	cmd.Dir, cmd.WaitDelay = pkg, time.Second
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", variable, number))
	return cmd.CombinedOutput()
}

// overlaid writes the sources of a package with its checks under control, and a file for
// go test -overlay that puts them in place.
func overlaid(dir, work string) (found []check, overlay string, err error) {
	sources, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(sources) == 0 {
		return nil, "", errors.Join(err, fmt.Errorf("%s has no sources; run this at the root of the repository", dir))
	}
	replaced := map[string]string{}
	put := func(at string, content []byte) error {
		to := filepath.Join(work, strings.ReplaceAll(at, "/", "_"))
		abs, err := filepath.Abs(at)
		replaced[abs] = to
		return errors.Join(err, os.WriteFile(to, content, 0o600))
	}
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return nil, "", err
		}
		in, err := checks(filepath.ToSlash(name), source)
		if err != nil {
			return nil, "", err
		}
		if err := put(name, instrumented(source, in, len(found)+1)); err != nil {
			return nil, "", err
		}
		found = append(found, in...)
	}
	err = errors.Join(put(dir+"/dystore_mutant.go", []byte(helper(path.Base(dir)))), put(suite+"/dystore_mutants_test.go", suiteTest))
	if err != nil {
		return nil, "", err
	}
	var list bytes.Buffer
	overlay = filepath.Join(work, "overlay.json")
	err = errors.Join(json.NewEncoder(&list).Encode(map[string]any{"Replace": replaced}), os.WriteFile(overlay, list.Bytes(), 0o600))
	return found, overlay, err
}
