// Package dynamodblocal finds or starts a DynamoDB Local for tests: one that
// runs already, a container, or a Java process of its own.
package dynamodblocal

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// The environment variables that choose a server. An explicit choice that
// does not work is an error; without one, the next way is tried.
const (
	EnvEndpoint = "DYSTORE_TEST_ENDPOINT" // URL of a server that runs already
	EnvImage    = "DYSTORE_TEST_IMAGE"    // container image to start
	EnvJar      = "DYSTORE_TEST_JAR"      // directory with DynamoDB Local's jars
	EnvRequire  = "DYSTORE_TEST_REQUIRE"  // 1: no server is a failure, not a skip
)

// ErrUnavailable means that this machine has nothing to run a server with.
// The error's text says in one line what was tried.
var ErrUnavailable = errors.New("no DynamoDB Local")

// Server is a DynamoDB Local that answers.
type Server struct {
	// Endpoint is its base URL.
	Endpoint string

	// Source says in a few words where it came from.
	Source string

	stop func()
}

// Start returns the first server that can be had, in this order: the endpoint
// of EnvEndpoint, the image of EnvImage, the jars of EnvJar; and when none of
// them is set, the default image if a Docker daemon answers, else the jars of
// the user's cache, fetched with Maven when they are not there. The context
// bounds the start, downloads included, not the server's life.
func Start(ctx context.Context) (*Server, error) {
	if endpoint := os.Getenv(EnvEndpoint); endpoint != "" {
		return existing(ctx, endpoint)
	}
	if image := os.Getenv(EnvImage); image != "" {
		return startContainer(ctx, image)
	}
	if dir := os.Getenv(EnvJar); dir != "" {
		return startJava(ctx, dir)
	}
	server, containerErr := startContainer(ctx, DefaultImage)
	if containerErr == nil {
		return server, nil
	}
	dir, jarErr := Jars(ctx)
	if jarErr == nil {
		if server, jarErr = startJava(ctx, dir); jarErr == nil {
			return server, nil
		}
	}
	return nil, fmt.Errorf("%w: %s is not set; container: %s; jar: %s", ErrUnavailable, EnvEndpoint, oneLine(containerErr), oneLine(jarErr))
}

// existing checks that a server answers at endpoint. It is not ours to stop.
func existing(ctx context.Context, endpoint string) (*Server, error) {
	if err := awaitAnswer(ctx, endpoint, "", nil); err != nil {
		return nil, fmt.Errorf("%s=%s: %w", EnvEndpoint, endpoint, err)
	}
	return &Server{Endpoint: endpoint, Source: "the endpoint of " + EnvEndpoint, stop: func() {}}, nil
}

// Stop ends the server if Start started it, and waits until it is gone.
func (s *Server) Stop() { s.stop() }

// Client returns a client of the server.
func (s *Server) Client() *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(s.Endpoint),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "dystore", SecretAccessKey: "dystore"}, nil
		}),
	})
}
