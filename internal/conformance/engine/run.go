package engine

import (
	"slices"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// checkGroups are the cases in code, by the name of their group, and the feature
// that they need.
var checkGroups = []struct {
	name   string
	checks []check
	needs  kit.Feature
}{
	{"tables", slices.Concat(tableChecks, namedChecks), ""},
	{"items", itemChecks, ""},
	{"expressions", expressionChecks, ""},
	{"batches", batchChecks, ""},
	{"transactions", slices.Concat(transactionChecks, transactedIndexChecks, transactedIsolationChecks), kit.Transactions},
	{"queries", queryChecks, ""},
	{"keys", keyChecks, kit.WideKeys},
	{"indexes", slices.Concat(indexChecks, indexValueChecks), ""},
	{"isolation", isolationChecks, ""},
}

// Run checks an engine without the library.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	x := newFixture(t, newEngine(t))
	t.Run("refusals", x.runRefusals)
	t.Run("conditions", x.runConditions)
	t.Run("updates", x.runUpdates)
	for _, group := range checkGroups {
		if x.Has(group.needs) {
			t.Run(group.name, func(t *testing.T) { x.runChecks(t, group.name, group.checks) })
		}
	}
	for _, feature := range x.Lacks {
		t.Run("without "+string(feature), func(t *testing.T) { x.runLack(t, feature) })
	}
	if x.Advance != nil {
		t.Run("clock", func(t *testing.T) { x.runChecks(t, "clock", slices.Concat(clockChecks, expiryChecks)) })
	}
}
