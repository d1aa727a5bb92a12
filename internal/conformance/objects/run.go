package objects

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "costs", Checks: costChecks},
		kit.Group{Name: "limits", Checks: limitChecks},
		kit.Group{Name: "costs of many", Checks: manyCostChecks},
		kit.Group{Name: "transactions", Checks: transactChecks},
		kit.Group{Name: "updates that return", Checks: updateGetChecks},
		kit.Group{Name: "tables", Checks: tableChecks},
		kit.Group{Name: "traced", Checks: tracedChecks},
	)
	RunUncounted(t, newEngine)
}

// RunUncounted runs all checks but those about costs and limits, which an
// Uncounted engine does not pass.
func RunUncounted(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "moves", Checks: moveChecks},
		kit.Group{Name: "redeclared", Checks: redeclaredChecks},
		kit.Group{Name: "verbs", Checks: verbChecks},
		kit.Group{Name: "queries", Checks: queryChecks},
		kit.Group{Name: "options", Checks: optionChecks},
		kit.Group{Name: "open", Checks: openChecks},
		kit.Group{Name: "foreign", Checks: foreignChecks},
		kit.Group{Name: "keys", Checks: keyChecks},
		kit.Group{Name: "partial", Checks: partialChecks},
		kit.Group{Name: "many", Checks: manyChecks},
		kit.Group{Name: "refused", Checks: refusedChecks},
	)
}
