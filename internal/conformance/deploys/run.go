// Package deploys has the checks of programs of several releases that share tables.
package deploys

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine, kit.Group{Name: "deploys", Checks: deployChecks})
}
