package engine

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Accepted is the Refusal of a request that is not refused.
var Accepted = kit.Refusal{}

// otherwise is a value that differs from AWS's. It was not written down.
type otherwise struct{}

// DeviationsOf returns the list of the engine that calls itself product in the
// Server header of its answers, or is known to be it. An engine without a list
// must answer as AWS.
func DeviationsOf(product string) kit.Deviations {
	switch {
	case strings.HasPrefix(product, "Dynoxide/"):
		return dynoxideDeviations
	case strings.HasPrefix(product, "Jetty("):
		return localDeviations
	case strings.HasPrefix(product, "dynalite/"):
		return dynaliteDeviations
	}
	return nil
}

// known is a deviation, and the names of its values that no case has asked for.
type known struct {
	kit.Deviation
	left map[string]bool
}

// refusal returns the refusal to expect in place of AWS's, or nil. k may be nil.
func (k *known) refusal() *kit.Refusal {
	if k == nil {
		return nil
	}
	delete(k.left, "")
	return k.Refusal
}

// in returns x for one case, with the engine's deviation in it. When t is done,
// the case must have asked for every value of the deviation.
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

// same is like the function same, unless the engine is known to differ.
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
