// Package unique has the part of the suite about values that only one object may have.
package unique

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine, kit.Group{Name: "costs of unique values", Checks: costChecks}, kit.Group{Name: "costs of several unique values", Checks: severalChecks}, kit.Group{Name: "limits of unique values", Checks: limitChecks})
	RunUncounted(t, newEngine)
}

// RunUncounted runs all checks but those about costs, which an Uncounted engine does
// not pass.
func RunUncounted(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "unique values", Checks: verbChecks},
		kit.Group{Name: "forms of unique values", Checks: formChecks},
		kit.Group{Name: "unique values in parts", Checks: partChecks},
		kit.Group{Name: "unique values in nested parts", Checks: nestedChecks},
		kit.Group{Name: "unique values over time", Checks: deployChecks},
	)
}
