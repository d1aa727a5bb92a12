package legacy

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "objects of dynamo-store", Checks: storedChecks()},
		kit.Group{Name: "references of dynamo-store", Checks: referenceChecks},
		kit.Group{Name: "encryption and classes of dynamo-store", Checks: secretChecks},
		kit.Group{Name: "imports from dynamo-store", Checks: importChecks},
		kit.Group{Name: "imports of variants", Checks: variantChecks},
		kit.Group{Name: "errors of imports", Checks: leakChecks},
		kit.Group{Name: "differences from dynamo-store", Checks: differenceChecks},
		kit.Group{Name: "writers and faults beside dynamo-store", Checks: faultChecks},
	)
}
