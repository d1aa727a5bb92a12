package staged

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Run runs the checks of this package. The engine has transactions: programs with and
// without them share its tables.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "programs that share tables", Checks: sharedChecks},
		kit.Group{Name: "large objects", Checks: largeChecks},
		kit.Group{Name: "what a program that died has left", Checks: leftChecks},
		kit.Group{Name: "without transactions", Checks: aloneChecks},
		kit.Group{Name: "staged documents", Checks: documentChecks},
		kit.Group{Name: "staged costs", Checks: costChecks},
		kit.Group{Name: "staged in other respects", Checks: otherChecks},
	)
}
