package counters

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "counters", Checks: readChecks},
		kit.Group{Name: "slots of counters", Checks: slotChecks},
		kit.Group{Name: "counters and the life of objects", Checks: lifeChecks},
		kit.Group{Name: "what is added once", Checks: onceChecks},
		kit.Group{Name: "counters that are refused", Checks: refusedChecks},
	)
}
