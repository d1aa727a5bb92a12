package integration

import (
	"testing"

	"github.com/dystore/dystore/dynamodbtest"
	"github.com/dystore/dystore/internal/conformance/engine"
	"github.com/dystore/dystore/internal/conformance/kit"
)

// TestDynalite runs the suite of engines on one that has no transactions, beside
// the second engine. So the variables that choose the second engine do not
// count here.
func TestDynalite(t *testing.T) {
	for _, name := range []string{dynamodbtest.EnvEndpoint, dynamodbtest.EnvImage, dynamodbtest.EnvDynoxide} {
		t.Setenv(name, "")
	}
	server := dynamodbtest.Start(t, dynamodbtest.Dynalite(""))
	engine.Run(t, func(*testing.T) kit.Engine { return engineOf(server) })
}
