package dynamodbtest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestChosenProgramDoesNotFallBack(t *testing.T) {
	for _, variable := range []string{EnvDynoxide, EnvDynalite} {
		clean(t)
		t.Setenv(variable, filepath.Join(t.TempDir(), "none"))
		server, err := Open(t.Context())
		if err == nil {
			server.Close()
			t.Fatalf("started %s", server.Source)
		}
		if errors.Is(err, ErrUnavailable) || !strings.HasPrefix(err.Error(), "dynamodbtest: "+variable+"="+os.Getenv(variable)+": ") {
			t.Errorf("got %v; want a failure that names the program", err)
		}
	}
}

// TestWhereProgramsAreLookedFor: on the path, then in the cache directory.
func TestWhereProgramsAreLookedFor(t *testing.T) {
	for way, p := range map[*Way]struct {
		program
		cached string
	}{
		new(Dynoxide("")): {dynoxide, "dynoxide-3.2.0/bin"},
		new(Dynalite("")): {dynalite, "dynalite-4.0.0/node_modules/.bin"},
	} {
		clean(t)
		home, onPath := t.TempDir(), t.TempDir()
		t.Setenv("HOME", home)
		t.Setenv("XDG_CACHE_HOME", "")
		t.Setenv("PATH", onPath)
		if _, err := Open(t.Context(), *way); !errors.Is(err, ErrUnavailable) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v; want %v, in one line", err, ErrUnavailable)
		}
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{filepath.Join(cache, "dystore", p.cached), onPath} {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, p.name)
			if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755); err != nil {
				t.Fatal(err)
			}
			if found, err := p.find(""); err != nil || found != path {
				t.Errorf("got %q, %v; want %q", found, err, path)
			}
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
