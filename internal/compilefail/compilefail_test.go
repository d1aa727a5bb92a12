package compilefail_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/compilefail"
)

// recorder is a testing.TB that keeps what Check would have reported.
type recorder struct {
	testing.TB
	report string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) { r.report += fmt.Sprintf(format, args...) }

const (
	right = `package p

import "strings"

var s = strings.ToUpper("x")
`
	wrong = `package p

import "strings"

var s = strings.ToUpper(1)
`
	needsModule = `package p

import (
	"github.com/dystore/dystore/keygen"
)

type thing struct{ ID string }

func key[T, K any](accessor func(*T) *K, gen ...keygen.Generator[T, K]) {}

func init() { key(func(t *thing) *%s { return nil }, keygen.UUIDv7) }
`
)

func TestCheck(t *testing.T) {
	for _, c := range []struct{ name, src, want, report string }{
		{"refused as wanted", wrong, "cannot use 1 (untyped int constant) as string value in argument to strings.ToUpper", ""},
		{"compiles", right, "anything", `the program compiles, want an error with "anything"`},
		{"other error", wrong, "missing return", `no error contains "missing return"`},
		{"does not parse", "package p\nfunc {", "func", "the program could not be checked: src.go:2:6: expected 'IDENT', found '{'"},
		{"no such import", "package p\nimport \"no.such/pkg\"\nvar _ pkg.T", "pkg", "the program could not be checked: go list: "},
		{"module, right", fmt.Sprintf(needsModule, "string"), "x", "the program compiles"},
		{"module, wrong", fmt.Sprintf(needsModule, "int"), "int does not satisfy ~string | ~[16]byte", ""},
		{"no imports", "package p\nvar s string = 1", "cannot use 1", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &recorder{TB: t}
			compilefail.Check(r, c.src, c.want)
			if c.report == "" && r.report != "" || !strings.HasPrefix(r.report, c.report) {
				t.Errorf("report %q, want prefix %q", r.report, c.report)
			}
		})
	}
}

func TestOK(t *testing.T) {
	r := &recorder{TB: t}
	compilefail.OK(r, right)
	compilefail.OK(r, fmt.Sprintf(needsModule, "string"))
	if r.report != "" {
		t.Errorf("right programs reported: %s", r.report)
	}
	compilefail.OK(r, wrong)
	if !strings.HasPrefix(r.report, "the program does not compile: <nil>\nsrc.go:5:25: cannot use 1") {
		t.Errorf("report %q", r.report)
	}
}
