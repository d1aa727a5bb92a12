package dynamodbtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/wait"
)

// containerPort is the port of a DynamoDB inside its container:
// amazon/dynamodb-local, the images of dynoxide, and the image of
// image/build.sh use it.
const containerPort = "8000/tcp"

// startContainer starts image with Docker. It runs the image's default command.
func startContainer(ctx context.Context, image string) (_ *Server, err error) {
	quiet := stdlog.New(io.Discard, "", 0)
	log.SetDefault(quiet) // it logs every connection to Docker
	defer func() {
		// testcontainers panics if it finds no Docker host.
		if r := recover(); r != nil {
			err = fmt.Errorf("image %s: %v", image, r)
		}
	}()
	container, err := testcontainers.Run(ctx, image,
		testcontainers.WithLogger(quiet),
		testcontainers.WithExposedPorts(containerPort),
		testcontainers.WithEnv(map[string]string{"DDB_LOCAL_TELEMETRY": "0"}), // for DynamoDB Local
		// From outside: an image may have no shell to check from inside.
		testcontainers.WithWaitStrategyAndDeadline(answerTimeout, wait.ForListeningPort(containerPort).SkipInternalCheck()),
	)
	s := &Server{Source: "a container of " + image, stop: func() error {
		if container == nil {
			return nil
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		return testcontainers.TerminateContainer(container, testcontainers.StopContext(ctx), testcontainers.StopTimeout(0))
	}}
	if err == nil {
		s.Endpoint, err = container.PortEndpoint(ctx, containerPort, "http")
	}
	if err == nil {
		err = s.awaitAnswer(ctx, nil)
	}
	if err != nil {
		return nil, fmt.Errorf("image %s: %w", image, errors.Join(err, s.stop()))
	}
	return s, nil
}

// dockerAnswers says why no container can be started here; nil if one can.
func dockerAnswers(ctx context.Context) (err error) {
	defer func() {
		// testcontainers panics if it finds no Docker host.
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	log.SetDefault(stdlog.New(io.Discard, "", 0))
	provider, err := testcontainers.NewDockerProvider()
	if err != nil {
		return err
	}
	return provider.Health(ctx) // and closes it
}
