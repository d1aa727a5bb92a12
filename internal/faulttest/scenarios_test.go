package faulttest

import (
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/scenarios"
)

// TestScenarios runs the forty numbered scenarios on the embedded engine, under a virtual
// clock.
func TestScenarios(t *testing.T) {
	scenarios.Run(t, scenarios.Engines{Bubble: synctest.Test, Few: raceDetector, New: func(_ *testing.T, alone bool) kit.Engine {
		if alone {
			return kit.Engine{Name: "embedded, without transactions", Lacks: []kit.Feature{kit.Transactions}, Client: embedded.New(embedded.WithoutTransactions()).Client(quick)}
		}
		return kit.Engine{Name: "embedded", Client: embedded.New().Client(quick)}
	}})
}
