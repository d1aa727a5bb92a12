// Package integration runs the conformance suite on a real DynamoDB Local. It
// is a module of its own so that users of dystore do not inherit what that
// takes.
package integration

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/dystore/dystore/integration/dynamodblocal"
	"github.com/dystore/dystore/internal/conformance"
)

// server is shared by all tests; nil where there is none to be had.
var server *dynamodblocal.Server

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run starts the server, whose cost is a second or two, once.
func run(m *testing.M) int {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	var err error
	server, err = dynamodblocal.Start(ctx)
	switch {
	case err == nil:
		fmt.Printf("DynamoDB Local: %s at %s\n", server.Source, server.Endpoint)
		defer server.Stop()
	case errors.Is(err, dynamodblocal.ErrUnavailable) && os.Getenv(dynamodblocal.EnvRequire) != "1":
		skipReason = err.Error()
	default:
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

var skipReason string

func newEngine(t *testing.T) conformance.Engine {
	if server == nil {
		t.Skip(skipReason)
	}
	return conformance.Engine{Name: "DynamoDB Local", Client: server.Client(), Texts: conformance.Local}
}

func TestConformance(t *testing.T) { conformance.Run(t, newEngine) }
