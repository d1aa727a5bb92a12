package dynamodbtest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestChosenProgramDoesNotFallBack(t *testing.T) {
	clean(t)
	t.Setenv(EnvDynoxide, filepath.Join(t.TempDir(), "none"))
	server, err := Open(t.Context())
	if err == nil {
		server.Close()
		t.Fatalf("started %s", server.Source)
	}
	if errors.Is(err, ErrUnavailable) || !strings.HasPrefix(err.Error(), "dynamodbtest: DYSTORE_TEST_DYNOXIDE="+os.Getenv(EnvDynoxide)+": ") {
		t.Errorf("got %v; want a failure that names the program", err)
	}
}

// TestWhereProgramsAreLookedFor: on the path, then in the cache directory.
func TestWhereProgramsAreLookedFor(t *testing.T) {
	clean(t)
	home, onPath := t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("PATH", onPath)
	if _, err := Open(t.Context()); !errors.Is(err, ErrUnavailable) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v; want %v, in one line", err, ErrUnavailable)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{filepath.Join(cache, "dystore", "dynoxide-3.2.0", "bin"), onPath} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		program := filepath.Join(dir, "dynoxide")
		if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		if found, err := find(""); err != nil || found != program {
			t.Errorf("got %q, %v; want %q", found, err, program)
		}
	}
}

// script is a program used in place of dynoxide.
func script(t *testing.T, text string) {
	clean(t)
	program := filepath.Join(t.TempDir(), "dynoxide")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv(EnvDynoxide, program)
}

func TestProgramThatEnds(t *testing.T) {
	script(t, `echo "port $2 is already in use" >&2; exit 1`)
	_, err := Open(t.Context())
	if err == nil || !strings.Contains(err.Error(), ": it ended; it said: port ") {
		t.Errorf("got %v; want what it said", err)
	}
}

// TestProgram runs a real dynoxide, if there is one.
func TestProgram(t *testing.T) {
	if os.Getenv(EnvEndpoint)+os.Getenv(EnvImage) != "" {
		t.Setenv(EnvRequire, "") // the run is about another engine
	}
	program := os.Getenv(EnvDynoxide)
	clean(t)
	server := Start(t, Dynoxide(program))
	if server.Product != Product {
		t.Errorf("%s calls itself %s; the lists of deviations are those of %s", server.Source, server.Product, Product)
	}
}

// TestTextsHaveTheVersion: every text that says how to install dynoxide names
// the version that the lists of deviations are for. With another version, its
// readers would see failures.
func TestTextsHaveTheVersion(t *testing.T) {
	for _, name := range []string{"README.md", "../CONTRIBUTING.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		command := "dynoxide-rs --version "
		for rest := string(text); ; {
			_, after, found := strings.Cut(rest, command)
			if !found {
				break
			}
			if !strings.HasPrefix(after, Version+" ") {
				t.Errorf("%s installs %s%.6s; want %s", name, command, after, Version)
			}
			rest = after
		}
	}
	if readme, _ := os.ReadFile("README.md"); !strings.Contains(string(readme), "dynoxide-rs --version "+Version) {
		t.Errorf("README.md does not say how to install %s", Version)
	}
}
