package trees

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Run runs the checks of this package in all layouts.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "shards", Checks: putChecks},
		kit.Group{Name: "updates", Checks: updateChecks},
		kit.Group{Name: "conditions", Checks: conditionChecks},
		kit.Group{Name: "reads", Checks: readChecks},
	)
}
