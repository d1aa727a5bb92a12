package integration

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/scenarios"
)

// TestScenarios runs the numbered scenarios on the second engine, on real time, but for two
// that do nothing but wait there.
func TestScenarios(t *testing.T) {
	scenarios.Run(t, scenarios.Engines{Few: true, New: func(t *testing.T, _ bool) kit.Engine { return newEngine(t) }})
}
