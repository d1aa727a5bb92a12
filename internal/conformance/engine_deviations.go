package conformance

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Deviations are an engine's answers that are not AWS's, by the name of the
// case: "refusals/C21 301 operators". A case that is listed must have the
// answer that is listed, and one that is not, AWS's.
type Deviations map[string]Deviation

// Deviation is what an engine does in one case.
type Deviation struct {
	// Why says how it is known that AWS answers otherwise.
	Why string

	// Refusal stands in for the one of the case; nil: it is as on AWS.
	Refusal *Refusal

	// Values stand in for what the case compares, by what it calls them.
	Values map[string]any
}

// Refusal is an error of the service: its code, and a fragment of its text.
type Refusal struct{ Code, Text string }

// Accepted is no refusal at all.
var Accepted = Refusal{}

// otherwise is a value that is not AWS's; what it is was not taken down.
type otherwise struct{}

// DeviationsOf returns the list of the engine that calls itself product in the
// Server header of its answers. Who is not known is judged as AWS.
func DeviationsOf(product string) Deviations {
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
	Deviation
	left map[string]bool
}

// refusal is the one to expect in place of AWS's, nil for none. k may be nil.
func (k *known) refusal() *Refusal {
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
		if cmp.Equal(want, got, itemOptions...) {
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
