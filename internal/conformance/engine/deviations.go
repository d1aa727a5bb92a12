package engine

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Accepted is no refusal at all.
var Accepted = kit.Refusal{}

// otherwise is a value that is not AWS's; what it is was not taken down.
type otherwise struct{}

// DeviationsOf returns the list of the engine that calls itself product in the
// Server header of its answers. Who is not known is judged as AWS.
func DeviationsOf(product string) kit.Deviations {
	switch {
	case strings.HasPrefix(product, "Dynoxide/"):
		return dynoxideDeviations
	case strings.HasPrefix(product, "Jetty("):
		return localDeviations
	}
	return nil
}

// known is a deviation, and which of its values no case has asked for.
type known struct {
	kit.Deviation
	left map[string]bool
}

// refusal is the one to expect in place of AWS's, nil for none. k may be nil.
func (k *known) refusal() *kit.Refusal {
	if k == nil {
		return nil
	}
	delete(k.left, "")
	return k.Refusal
}

// in returns x for one case, with what is known of the engine in it. When t is
// done, all of that must have been asked for.
func (x *fixture) in(t *testing.T, name string) *fixture {
	d, listed := x.Deviations[name]
	if !listed {
		return x
	}
	k := &known{Deviation: d, left: map[string]bool{}}
	if d.Refusal != nil {
		k.left[""] = true
	}
	for what := range d.Values {
		k.left[what] = true
	}
	t.Cleanup(func() {
		if !t.Failed() && len(k.left) > 0 {
			t.Errorf("the list of deviations has what the case does not ask for: %q", slices.Sorted(maps.Keys(k.left)))
		}
	})
	own := *x
	own.known = k
	return &own
}

// same is same, unless the engine is known to give something else.
func (x *fixture) same(t *testing.T, what string, got, want any) {
	t.Helper()
	if x.known != nil && x.known.left[what] {
		delete(x.known.left, what)
		if cmp.Equal(want, got, kit.ItemOptions...) {
			t.Errorf("%s: as on AWS: take it off the list of deviations", what)
			return
		}
		want = x.known.Values[what]
		if want == (otherwise{}) {
			return
		}
	}
	same(t, what, got, want)
}
