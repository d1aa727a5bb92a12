package staged

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// own leaves all groups out.
var own = kit.Out{Staged: "its repositories choose how they write"}

// Run runs the checks of this package. The engine has transactions: programs with and
// without them share its tables.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "programs that share tables", Out: own, Checks: sharedChecks},
		kit.Group{Name: "large objects", Out: own, Checks: largeChecks},
		kit.Group{Name: "what a program that died has left", Out: own, Checks: leftChecks},
		kit.Group{Name: "without transactions", Out: own, Checks: aloneChecks},
		kit.Group{Name: "staged documents", Out: own, Checks: documentChecks},
		kit.Group{Name: "staged costs", Out: own, Checks: costChecks},
		kit.Group{Name: "staged in other respects", Out: own, Checks: otherChecks},
	)
}
