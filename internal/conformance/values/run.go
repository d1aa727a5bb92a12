// Package values has the checks of single values: times in all their forms, and sets.
package values

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "times", Checks: timeChecks},
		kit.Group{Name: "sets", Checks: setChecks},
	)
}
