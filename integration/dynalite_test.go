package integration

import (
	"testing"

	"github.com/dystore/dystore/dynamodbtest"
	"github.com/dystore/dystore/internal/conformance/engine"
	"github.com/dystore/dystore/internal/conformance/kit"
)

// dynalite starts an engine that has no transactions, beside the second engine. So the
// variables that choose the second engine do not count here.
func dynalite(t *testing.T) kit.Engine {
	for _, name := range []string{dynamodbtest.EnvEndpoint, dynamodbtest.EnvImage, dynamodbtest.EnvDynoxide} {
		t.Setenv(name, "")
	}
	return engineOf(dynamodbtest.Start(t, dynamodbtest.Dynalite("")))
}

// TestDynalite runs the suite of engines on it.
func TestDynalite(t *testing.T) {
	e := dynalite(t)
	engine.Run(t, func(*testing.T) kit.Engine { return e })
}
