// Package integration runs the conformance suite on a second engine. It is a
// separate module, so that users of dystore do not inherit its dependencies.
package integration

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/dystore/dystore/dynamodbtest"
	"github.com/dystore/dystore/internal/conformance"
	"github.com/dystore/dystore/internal/conformance/engine"
	"github.com/dystore/dystore/internal/conformance/kit"
)

// second is shared by all tests; nil if there is no second engine.
var second *dynamodbtest.Server

// noSecond says why there is none.
var noSecond error

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run starts the server once, because that takes a second or two.
func run(m *testing.M) int {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	second, noSecond = dynamodbtest.Open(ctx)
	if noSecond == nil {
		fmt.Printf("second engine: %s, %s at %s\n", cmp.Or(second.Product, "unnamed"), second.Source, second.Endpoint)
		defer second.Close()
	}
	return m.Run()
}

func newEngine(t *testing.T) kit.Engine {
	if second == nil {
		dynamodbtest.Skip(t, noSecond)
	}
	return engineOf(second)
}

// engineOf is a server as an engine that the suites know.
func engineOf(server *dynamodbtest.Server) kit.Engine {
	return kit.Engine{
		Name: server.Product, Client: server.Client(),
		Deviations: engine.DeviationsOf(server.Product), Lacks: engine.LacksOf(server.Product),
	}
}

// TestConformance runs the whole suite: the engine itself, and every verb of
// package repo with exact data and exact requests.
func TestConformance(t *testing.T) { conformance.Run(t, newEngine) }

// TestConformanceStaged runs the repository suite with repositories that stage every
// write.
func TestConformanceStaged(t *testing.T) {
	conformance.RunRepo(t, func(t *testing.T) kit.Engine { return newEngine(t).InStages() })
}
