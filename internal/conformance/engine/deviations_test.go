package engine

import (
	"slices"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// TestDeviationsNameCases: a deviation under a name that no case has would not
// be asserted.
func TestDeviationsNameCases(t *testing.T) {
	cases := map[string]bool{}
	add := func(name string) {
		if cases[name] {
			t.Errorf("two cases are named %q", name)
		}
		cases[name] = true
	}
	for _, r := range slices.Concat(refusals, transactionRefusals) {
		add("refusals/" + r.name)
	}
	for n := range conditions {
		add("conditions/" + conditionName(n))
	}
	for _, u := range updates {
		for _, how := range []string{"alone", "in a transaction"} {
			add("updates/" + u.name + "/" + how)
		}
	}
	for _, group := range checkGroups {
		for _, c := range group.checks {
			add(group.name + "/" + c.name)
		}
	}
	for product, list := range map[string]kit.Deviations{"Dynoxide/1.5.0": dynoxideDeviations, "Jetty(12.0.14)": localDeviations, "dynalite/4.0.0": dynaliteDeviations} {
		if got := DeviationsOf(product); len(got) != len(list) {
			t.Errorf("%s: %d deviations; want %d", product, len(got), len(list))
		}
		for name, d := range list {
			if !cases[name] {
				t.Errorf("%s: no case is named %q", product, name)
			}
			if d.Why == "" || d.Refusal == nil && len(d.Values) == 0 {
				t.Errorf("%s: %q does not say why and what", product, name)
			}
		}
	}
	if got := DeviationsOf("Server"); got != nil {
		t.Errorf("AWS has %d deviations", len(got))
	}
}
