package engine

import (
	"slices"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// checkGroups are the cases in code, by the name of their group.
var checkGroups = []struct {
	name   string
	checks []check
}{
	{"tables", slices.Concat(tableChecks, namedChecks)},
	{"items", itemChecks},
	{"expressions", expressionChecks},
	{"batches", batchChecks},
	{"transactions", transactionChecks},
	{"queries", queryChecks},
	{"keys", keyChecks},
	{"indexes", slices.Concat(indexChecks, indexValueChecks)},
	{"isolation", isolationChecks},
}

// Run checks an engine without the library.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	x := newFixture(t, newEngine(t))
	t.Run("refusals", x.runRefusals)
	t.Run("conditions", x.runConditions)
	t.Run("updates", x.runUpdates)
	for _, group := range checkGroups {
		t.Run(group.name, func(t *testing.T) { x.runChecks(t, group.name, group.checks) })
	}
	if x.Advance != nil {
		t.Run("clock", func(t *testing.T) { x.runChecks(t, "clock", slices.Concat(clockChecks, expiryChecks)) })
	}
}
