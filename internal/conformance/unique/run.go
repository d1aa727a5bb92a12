// Package unique has the part of the suite about values that only one object may have.
package unique

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// uniqueOnly leaves a group out.
var uniqueOnly = kit.Out{Alone: "a unique value is an item of its own, which is written together with the object"}

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine, kit.Group{Name: "costs of unique values", Out: uniqueOnly, Checks: costChecks}, kit.Group{Name: "costs of several unique values", Out: uniqueOnly, Checks: severalChecks}, kit.Group{Name: "limits of unique values", Out: uniqueOnly, Checks: limitChecks})
	RunUncounted(t, newEngine)
}

// RunUncounted runs all checks but those about costs, which an Uncounted engine does
// not pass.
func RunUncounted(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "unique values", Out: uniqueOnly, Checks: verbChecks},
		kit.Group{Name: "forms of unique values", Out: uniqueOnly, Checks: formChecks},
		kit.Group{Name: "unique values in parts", Out: uniqueOnly, Checks: partChecks},
		kit.Group{Name: "unique values in nested parts", Out: uniqueOnly, Checks: nestedChecks},
		kit.Group{Name: "unique values over time", Out: uniqueOnly, Checks: deployChecks},
	)
}
