// Package variants has the checks of interface fields that hold one of several types.
package variants

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "variants", Checks: checks},
		kit.Group{Name: "variants in tables of their own", Checks: apartChecks},
		kit.Group{Name: "variants in variants and shards", Checks: nestedChecks},
	)
}
