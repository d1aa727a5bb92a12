package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInstrumented(t *testing.T) {
	const source = `package p

func (t *T) f(a, b bool, n int) bool {
	if a && (b || n > 0) {
		return n == 1
	}
	switch {
	case a, !b:
		return true
	}
	if a {
		return !a
	}
	return g(func() bool { return a && b })
}
`
	const want = `package p

func (t *T) f(a, b bool, n int) bool {
	if dystoreMutant(7, dystoreMutant(8, a) && dystoreMutant(9, (dystoreMutant(10, b) || dystoreMutant(11, n > 0)))) {
		return dystoreMutant(12, n == 1)
	}
	switch {
	case dystoreMutant(13, a), dystoreMutant(14, !b):
		return true
	}
	if dystoreMutant(15, a) {
		return dystoreMutant(16, !a)
	}
	return g(func() bool { return dystoreMutant(17, a) && dystoreMutant(18, b) })
}
`
	found, err := checks(room{}, "p/f.go", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(instrumented([]byte(source), found, 7))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got, want := (mutant{found[8], true}).String(), "p/f.go, *T.f: a (3) = true"; got != want {
		t.Errorf("named %s, want %s", got, want)
	}
	if _, err := checks(room{}, "p/f.go", []byte(source[:40])); err == nil {
		t.Error("half a source has checks")
	}
}

// Each mutant of the list is one of today's sources.
func TestEquivalents(t *testing.T) {
	t.Chdir("../..")
	known, err := equivalents()
	if err != nil {
		t.Fatal(err)
	}
	found, _, err := overlaid(rooms, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	today := map[string]bool{}
	for _, c := range found {
		for _, held := range []bool{false, true} {
			name := mutant{c, held}.String()
			if today[name] {
				t.Errorf("two mutants are %s", name)
			}
			today[name] = true
		}
	}
	for name := range known {
		if !today[name] {
			t.Errorf("equivalent.txt has what no source has: %s", name)
		}
	}
}
