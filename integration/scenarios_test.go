package integration

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/scenarios"
)

// TestScenarios runs the forty numbered scenarios on the second engine, on real time.
func TestScenarios(t *testing.T) {
	scenarios.Run(t, scenarios.Engines{Few: true, New: func(t *testing.T, _ bool) kit.Engine { return newEngine(t) }})
}
