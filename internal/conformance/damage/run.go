package damage

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "damaged parts", Checks: partChecks},
		kit.Group{Name: "damaged parts and verbs", Checks: verbChecks},
		kit.Group{Name: "damage to models of every kind", Checks: kindChecks},
		kit.Group{Name: "tables restored to other times", Checks: restoredChecks},
	)
}
