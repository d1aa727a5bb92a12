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

// hunt runs the tests of rooms for each mutant in them that is not known to be equivalent. It
// prints those that survive, and counts them.
func hunt(ctx context.Context, in []room, jobs int) (survivors int, err error) {
	known, err := equivalents()
	if err != nil {
		return 0, err
	}
	work, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(work)
	found, overlay, err := overlaid(in, work)
	if err != nil {
		return 0, err
	}
	programs := map[string]string{}
	for _, r := range in {
		for _, s := range r.stages {
			if programs[s.pkg] != "" {
				continue
			}
			if programs[s.pkg], err = build(ctx, s, overlay, work); err != nil {
				return 0, err
			}
		}
	}

	turns := make(chan struct{}, jobs)
	var count atomic.Int64
	var all sync.WaitGroup
	for i, c := range found {
		for held, m := range []mutant{{c, false}, {c, true}} {
			if known[m.String()] != "" {
				continue
			}
			turns <- struct{}{}
			all.Go(func() {
				defer func() { <-turns }()
				for _, s := range c.room.stages {
					if _, err := test(ctx, programs[s.pkg], s, 2*(i+1)+held); err != nil {
						return
					}
				}
				count.Add(1)
				fmt.Printf("%s (line %d)\n", m, m.line)
			})
		}
	}
	all.Wait()
	fmt.Printf("%d of %d mutants survive\n", count.Load(), 2*len(found))
	return int(count.Load()), ctx.Err()
}

// build makes a test program, which passes while nothing is held.
func build(ctx context.Context, s stage, overlay, work string) (program string, err error) {
	program = filepath.Join(work, strings.ReplaceAll(s.pkg, "/", "_"))
	if out, err := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", program, "./"+s.pkg).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s does not compile: %w\n%s", s.pkg, err, out)
	}
	if out, err := test(ctx, program, s, 0); err != nil {
		return "", fmt.Errorf("%s fails without a mutant: %w\n%s", s.pkg, err, out)
	}
	return program, nil
}

// test runs a test program as a mutant.
func test(ctx context.Context, program string, s stage, number int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", `ulimit -v 8000000; exec "$0" -test.failfast -test.run "$1"`, program, s.run) // a loop without an end takes memory, too
	cmd.Dir, cmd.WaitDelay = s.pkg, time.Second
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", variable, number))
	return cmd.CombinedOutput()
}

// overlaid writes the sources of rooms with their checks under control, and a file for
// go test -overlay that puts them in place.
func overlaid(in []room, work string) (found []check, overlay string, err error) {
	replaced := map[string]string{}
	put := func(at string, content []byte) error {
		to := filepath.Join(work, strings.ReplaceAll(at, "/", "_"))
		abs, err := filepath.Abs(at)
		replaced[abs] = to
		return errors.Join(err, os.WriteFile(to, content, 0o600))
	}
	for _, r := range in {
		sources, err := filepath.Glob(filepath.Join(r.dir, "*.go"))
		if err != nil || len(sources) == 0 {
			return nil, "", errors.Join(err, fmt.Errorf("%s has no sources; run this at the root of the repository", r.dir))
		}
		for _, name := range sources {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			source, err := os.ReadFile(name)
			if err != nil {
				return nil, "", err
			}
			here, err := checks(r, filepath.ToSlash(name), source)
			if err != nil {
				return nil, "", err
			}
			if err := put(name, instrumented(source, here, len(found)+1)); err != nil {
				return nil, "", err
			}
			found = append(found, here...)
		}
		if err := put(r.dir+"/dystore_mutant.go", []byte(helper(path.Base(r.dir)))); err != nil {
			return nil, "", err
		}
	}
	var list bytes.Buffer
	overlay = filepath.Join(work, "overlay.json")
	err = errors.Join(put(suite+"/dystore_mutants_test.go", suiteTest), json.NewEncoder(&list).Encode(map[string]any{"Replace": replaced}), os.WriteFile(overlay, list.Bytes(), 0o600))
	return found, overlay, err
}
