// Package huge checks objects that are bigger than what an item, a record or a transaction
// holds: parts in pieces, manifests on pages, compressed parts, and streams.
package huge

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "parts in pieces", Checks: pieceChecks},
		kit.Group{Name: "manifests on pages", Checks: pageChecks},
		kit.Group{Name: "compressed parts", Checks: packedChecks},
		kit.Group{Name: "streams", Checks: streamChecks},
		kit.Group{Name: "beside other models", Checks: besideChecks},
		kit.Group{Name: "overtaken", Checks: overtakenChecks},
		kit.Group{Name: "what is left", Checks: leftChecks},
		kit.Group{Name: "what is missing", Checks: damagedChecks},
		kit.Group{Name: "pages that are missing", Checks: lostChecks},
	)
}
