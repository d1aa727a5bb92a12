// Package server finds or starts a DynamoDB for tests: one at an endpoint, AWS
// itself included; a container of an image; or a process of dynoxide, the open
// engine that this project measures itself against.
package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// The environment variables that choose a server. An explicit choice that does
// not work is an error. Without one, Start looks for a dynoxide.
const (
	EnvEndpoint = "DYSTORE_TEST_ENDPOINT" // URL of a DynamoDB that runs already
	EnvImage    = "DYSTORE_TEST_IMAGE"    // container image to start
	EnvDynoxide = "DYSTORE_TEST_DYNOXIDE" // path of the dynoxide program to start
	EnvRequire  = "DYSTORE_TEST_REQUIRE"  // 1: no server is a failure, not a skip
)

// ErrUnavailable means that no server can be found or started: no variable
// names one, and this machine has no dynoxide. The error's text says in one
// line what was tried.
var ErrUnavailable = errors.New("no DynamoDB to test with")

// Server is a DynamoDB that answers.
type Server struct {
	// Endpoint is its base URL.
	Endpoint string

	// Source says in a few words where the server came from.
	Source string

	// Product is the Server header of its answers, such as "Dynoxide/1.5.0"; ""
	// if there is none.
	Product string

	stop func()
}

// Start returns the first of these servers: the endpoint of EnvEndpoint, the
// image of EnvImage, the program of EnvDynoxide. If none of the variables is
// set, it takes a dynoxide on the path or in the user's cache directory (see
// [Program]). The context bounds the start, not the server's life.
func Start(ctx context.Context) (*Server, error) {
	if endpoint := os.Getenv(EnvEndpoint); endpoint != "" {
		return existing(ctx, endpoint)
	}
	if image := os.Getenv(EnvImage); image != "" {
		return startContainer(ctx, image)
	}
	program, err := Program()
	if err != nil {
		return nil, err
	}
	return startProcess(ctx, program)
}

// existing checks that a DynamoDB answers at endpoint. Stop does not stop it.
func existing(ctx context.Context, endpoint string) (*Server, error) {
	s := &Server{Endpoint: endpoint, Source: "the endpoint of " + EnvEndpoint, stop: func() {}}
	if err := s.awaitAnswer(ctx, nil); err != nil {
		return nil, fmt.Errorf("%s=%s: %w", EnvEndpoint, endpoint, err)
	}
	return s, nil
}

// Stop ends the server if Start started it, and waits until it is gone.
func (s *Server) Stop() { s.stop() }

// Client returns a client of the server, with the region and the credentials of
// AWS's usual environment variables. For a server that is not AWS, placeholders
// replace missing ones.
func (s *Server) Client() *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:       cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"), "us-east-1"),
		BaseEndpoint: aws.String(s.Endpoint),
		Credentials:  aws.CredentialsProviderFunc(credentials),
	})
}

func credentials(context.Context) (aws.Credentials, error) {
	if id := os.Getenv("AWS_ACCESS_KEY_ID"); id != "" {
		return aws.Credentials{AccessKeyID: id, SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN")}, nil
	}
	return aws.Credentials{AccessKeyID: "dystore", SecretAccessKey: "dystore"}, nil
}
