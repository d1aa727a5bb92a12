package dynamodblocal

import (
	"context"
	"fmt"
	"io"
	stdlog "log"
	"net/http"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/wait"
)

// DefaultImage is started when no environment variable says otherwise.
const DefaultImage = "amazon/dynamodb-local:latest"

// containerPort is where DynamoDB Local listens inside its container.
const containerPort = "8000/tcp"

// startContainer starts image with Docker. The command is the image's usual
// one with one database for all regions and credentials, as in the other ways.
func startContainer(ctx context.Context, image string) (_ *Server, err error) {
	quiet := stdlog.New(io.Discard, "", 0)
	log.SetDefault(quiet) // it greets every connection to Docker there
	defer func() {
		// testcontainers panics where it finds no Docker host at all.
		if r := recover(); r != nil {
			err = fmt.Errorf("docker: %v", r)
		}
	}()
	provider, err := testcontainers.NewDockerProvider(testcontainers.WithLogger(quiet))
	if err != nil {
		return nil, fmt.Errorf("docker: %w", err)
	}
	defer provider.Close()
	if err := provider.Health(ctx); err != nil {
		return nil, fmt.Errorf("docker: %w", err)
	}
	container, err := testcontainers.Run(ctx, image,
		testcontainers.WithLogger(quiet),
		testcontainers.WithExposedPorts(containerPort),
		testcontainers.WithEnv(map[string]string{"DDB_LOCAL_TELEMETRY": "0"}),
		testcontainers.WithCmd("-jar", "DynamoDBLocal.jar", "-inMemory", "-sharedDb"),
		testcontainers.WithWaitStrategyAndDeadline(answerTimeout, wait.ForHTTP("/").WithPort(containerPort).
			WithStatusCodeMatcher(func(status int) bool { return status == http.StatusBadRequest })),
	)
	stop := func() {
		if container == nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		testcontainers.TerminateContainer(container, testcontainers.StopContext(ctx), testcontainers.StopTimeout(0))
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("image %s: %w", image, err)
	}
	endpoint, err := container.PortEndpoint(ctx, containerPort, "http")
	if err != nil {
		stop()
		return nil, fmt.Errorf("image %s: %w", image, err)
	}
	return &Server{Endpoint: endpoint, Source: "a container of " + image, stop: stop}, nil
}
