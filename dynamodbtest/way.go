package dynamodbtest

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"

	"github.com/dystore/dystore/embedded"
)

// Way is a way to a DynamoDB. [Start] and [Open] try theirs in order and take
// the first that is there. The zero Way is refused.
type Way struct {
	start func(context.Context) (*Server, error)
}

// notThere says why a way is not there. Other errors of a way are failures.
type notThere struct{ why string }

func (e notThere) Error() string { return e.why }

// Endpoint is a DynamoDB that runs already. It is always there: if it does not
// answer, that is a failure.
func Endpoint(url string) Way { return existing(url, "the endpoint "+url) }

// Image is a container of an image that listens on port 8000. The way is there
// if a Docker daemon answers.
func Image(name string) Way {
	return Way{func(ctx context.Context) (*Server, error) {
		if err := dockerAnswers(ctx); err != nil {
			return nil, notThere{fmt.Sprintf("image %s: no Docker: %v", name, err)}
		}
		return startContainer(ctx, name)
	}}
}

// Embedded is a new engine of package embedded, served over HTTP on a port of
// the loopback interface. It is always there.
func Embedded(opts ...embedded.Option) Way {
	return Way{func(context.Context) (*Server, error) {
		http := httptest.NewServer(embedded.New(opts...))
		return &Server{Endpoint: http.URL, Source: "the embedded engine", stop: func() error {
			http.Close()
			return nil
		}}, nil
	}}
}

// fromEnvironment is the way that a variable asks for, nil if none does. It is
// always there: what was asked for and does not work is a failure.
func fromEnvironment() *Way {
	if url := os.Getenv(EnvEndpoint); url != "" {
		return named(EnvEndpoint+"="+url, existing(url, "the endpoint of "+EnvEndpoint))
	}
	if image := os.Getenv(EnvImage); image != "" {
		return named(EnvImage+"="+image, Way{func(ctx context.Context) (*Server, error) { return startContainer(ctx, image) }})
	}
	if path := os.Getenv(EnvDynoxide); path != "" {
		return named(EnvDynoxide+"="+path, Dynoxide(path))
	}
	if path := os.Getenv(EnvDynalite); path != "" {
		return named(EnvDynalite+"="+path, Dynalite(path))
	}
	return nil
}

// named adds the variable to the errors of a way. A program that is not there
// becomes a failure.
func named(variable string, way Way) *Way {
	return &Way{func(ctx context.Context) (*Server, error) {
		server, err := way.start(ctx)
		if missing, ok := errors.AsType[notThere](err); ok {
			err = errors.New(missing.why)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", variable, err)
		}
		return server, nil
	}}
}

// existing checks that a DynamoDB answers at url. Nothing stops it.
func existing(url, source string) Way {
	return Way{func(ctx context.Context) (*Server, error) {
		s := &Server{Endpoint: url, Source: source, stop: func() error { return nil }}
		if err := s.awaitAnswer(ctx, nil); err != nil {
			return nil, fmt.Errorf("%s: %w", url, err)
		}
		return s, nil
	}}
}
