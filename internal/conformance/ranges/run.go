// Package ranges has the checks of what reads many objects: ranges of indexes, pages,
// cursors and counts; and the matrix of every verb on every part.
package ranges

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
)

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine, kit.Group{Name: "matrix", Checks: matrixChecks})
	RunUncounted(t, newEngine)
}

// RunUncounted runs all checks but the matrix, which counts requests.
func RunUncounted(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "indexes", Checks: indexChecks},
		kit.Group{Name: "pages", Checks: pageChecks},
		kit.Group{Name: "multikeys", Checks: multiKeyChecks},
		kit.Group{Name: "empties", Checks: emptyChecks},
		kit.Group{Name: "decoded", Checks: decodeChecks},
		kit.Group{Name: "unions", Checks: unionChecks},
		kit.Group{Name: "unions that fail", Checks: brokenUnionChecks},
	)
}

// leaf is a part.
type leaf = trees.Leaf

var lN = lens.Of(func(l *leaf) *int { return &l.N })
