package dynamodbtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// The environment variables that choose a server.
const (
	EnvEndpoint = "DYSTORE_TEST_ENDPOINT" // URL of a DynamoDB that runs already
	EnvImage    = "DYSTORE_TEST_IMAGE"    // container image to start
	EnvDynoxide = "DYSTORE_TEST_DYNOXIDE" // path of the dynoxide program to start
	EnvDynalite = "DYSTORE_TEST_DYNALITE" // path of the dynalite program to start
	EnvRequire  = "DYSTORE_TEST_REQUIRE"  // 1: no server is a failure, not a skip
)

// ErrUnavailable means that this machine has no server: no variable names one,
// and none of the ways of the call is there. Its text says in one line what was
// tried. A way that is there and does not work is another error.
var ErrUnavailable = errors.New("no DynamoDB to test with")

// Server is a DynamoDB that answers. It is safe for concurrent use.
type Server struct {
	// Endpoint is its base URL.
	Endpoint string

	// Source says in a few words where the server came from.
	Source string

	// Product is the Server header of its answers, such as "Dynoxide/1.5.0"; ""
	// if there is none. A process of [Dynalite], which sends none, has its name
	// and version here: "dynalite/4.0.0".
	Product string

	stop func() error
}

// Start returns a server for a test and stops it when the test and its subtests
// are over. It skips the test if there is no server (see [Skip]), and fails it
// if the server does not start.
func Start(t testing.TB, ways ...Way) *Server {
	t.Helper()
	server, err := Open(t.Context(), ways...)
	if err != nil {
		Skip(t, err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// Open returns a server that lives until [Server.Close]: for TestMain, and for
// programs. The context bounds the start, not the server's life. On Linux a
// process ends with this one, even if this one is killed.
func Open(ctx context.Context, ways ...Way) (*Server, error) {
	if chosen := fromEnvironment(); chosen != nil {
		ways = []Way{*chosen}
	} else if len(ways) == 0 {
		ways = []Way{Dynoxide("")}
	}
	tried := fmt.Sprintf("%s, %s, %s and %s are not set", EnvEndpoint, EnvImage, EnvDynoxide, EnvDynalite)
	for _, way := range ways {
		if way.start == nil {
			return nil, errors.New("dynamodbtest: the zero Way leads nowhere; make one with Image, Dynoxide, Dynalite, Endpoint or Embedded")
		}
		server, err := way.start(ctx)
		if err == nil {
			return server, nil
		}
		if _, missing := errors.AsType[notThere](err); !missing {
			return nil, fmt.Errorf("dynamodbtest: %w", err)
		}
		tried += "; " + strings.Join(strings.Fields(err.Error()), " ")
	}
	return nil, fmt.Errorf("dynamodbtest: %w: %s", ErrUnavailable, tried)
}

// Skip ends a test that has no server, because of an error of [Open] that
// TestMain kept: it skips the test if the error is [ErrUnavailable], and fails
// it if EnvRequire is 1 or the error is another one.
func Skip(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, ErrUnavailable) && os.Getenv(EnvRequire) != "1" {
		t.Skip(err)
	}
	t.Fatal(err)
}

// Close ends a server that [Open] started, and waits until it is gone. It does
// nothing to a server that ran before.
func (s *Server) Close() error {
	if err := s.stop(); err != nil {
		return fmt.Errorf("dynamodbtest: %s: %w", s.Source, err)
	}
	return nil
}

// Client returns a client of the server, with the region and the credentials of
// AWS's usual environment variables; placeholders replace missing ones. The
// functions change its options.
func (s *Server) Client(optFns ...func(*dynamodb.Options)) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:       cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"), "us-east-1"),
		BaseEndpoint: aws.String(s.Endpoint),
		Credentials:  aws.CredentialsProviderFunc(credentials),
	}, optFns...)
}

func credentials(context.Context) (aws.Credentials, error) {
	if id := os.Getenv("AWS_ACCESS_KEY_ID"); id != "" {
		return aws.Credentials{AccessKeyID: id, SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN")}, nil
	}
	return aws.Credentials{AccessKeyID: "dystore", SecretAccessKey: "dystore"}, nil
}
