package dynamodbtest

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
)

const envWithoutDocker = "DYSTORE_TEST_WITHOUT_DOCKER"

// withoutDocker reports whether this process has no Docker. In any other it runs
// the test again in a process that has none, because testcontainers looks for
// Docker once.
func withoutDocker(t *testing.T) bool {
	if os.Getenv(envWithoutDocker) == "1" {
		return true
	}
	again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	again.Env = append(os.Environ(), envWithoutDocker+"=1", "DOCKER_HOST=unix://"+filepath.Join(t.TempDir(), "no.sock"))
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	return false
}

func TestImageWithoutDocker(t *testing.T) {
	if !withoutDocker(t) {
		return
	}
	clean(t)
	t.Setenv(EnvImage, "dystore/no-such-image")
	server, err := Open(t.Context())
	if err == nil {
		server.Close()
		t.Fatalf("started %s", server.Source)
	}
	if errors.Is(err, ErrUnavailable) || !strings.HasPrefix(err.Error(), "dynamodbtest: DYSTORE_TEST_IMAGE=dystore/no-such-image: ") {
		t.Errorf("got %v; want a failure that names the image", err)
	}
}

// TestWaysAreTriedInOrder: the first that is there is taken.
func TestWaysAreTriedInOrder(t *testing.T) {
	if !withoutDocker(t) {
		return
	}
	clean(t)
	other := answering(t, "Other/1.0", http.NotFound)
	missing := filepath.Join(t.TempDir(), "none")
	for source, ways := range map[string][]Way{
		"the embedded engine":       {Image("dystore/no-such-image"), Dynoxide(missing), Embedded(), Endpoint(other.URL)},
		"the endpoint " + other.URL: {Dynoxide(missing), Endpoint(other.URL), Embedded()},
	} {
		server, err := Open(t.Context(), ways...)
		if err != nil {
			t.Fatal(err)
		}
		if server.Source != source {
			t.Errorf("got %s, want %s", server.Source, source)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestNoWayIsThere: one line that says what was tried.
func TestNoWayIsThere(t *testing.T) {
	if !withoutDocker(t) {
		return
	}
	clean(t)
	missing := filepath.Join(t.TempDir(), "none")
	_, err := Open(t.Context(), Image("dystore/no-such-image"), Dynoxide(missing))
	if !errors.Is(err, ErrUnavailable) {
		t.Fatalf("got %v, want %v", err, ErrUnavailable)
	}
	for _, want := range []string{
		"dynamodbtest: no DynamoDB to test with: DYSTORE_TEST_ENDPOINT, DYSTORE_TEST_IMAGE, DYSTORE_TEST_DYNOXIDE and DYSTORE_TEST_DYNALITE are not set; ",
		"image dystore/no-such-image: no Docker: ", missing,
	} {
		if text := err.Error(); !strings.Contains(text, want) || strings.Contains(text, "\n") {
			t.Errorf("got %q; want %q in it, and one line", text, want)
		}
	}
}

// TestWayThatFails: what is there and does not work is a failure. The ways after
// it do not hide it.
func TestWayThatFails(t *testing.T) {
	clean(t)
	closed := answering(t, "", http.NotFound)
	wrong := closed.URL + "/elsewhere"
	closed.Config.Handler = http.NotFoundHandler()
	server, err := Open(t.Context(), Endpoint(wrong), Embedded())
	if err == nil {
		t.Fatalf("started %s", server.Source)
	}
	if errors.Is(err, ErrUnavailable) || !strings.HasPrefix(err.Error(), "dynamodbtest: "+wrong+": ") {
		t.Errorf("got %v; want a failure that names the endpoint", err)
	}
}

func TestZeroWay(t *testing.T) {
	clean(t)
	if _, err := Open(t.Context(), Way{}, Embedded()); err == nil || errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "zero Way") {
		t.Errorf("got %v", err)
	}
}

// TestEnvironmentChooses: a variable overrides the ways of the call.
func TestEnvironmentChooses(t *testing.T) {
	clean(t)
	t.Setenv(EnvEndpoint, answering(t, "Chosen/1.0", http.NotFound).URL)
	if server := Start(t, Embedded()); server.Product != "Chosen/1.0" {
		t.Errorf("got %+v", server)
	}
}

// TestEmbedded: a new engine each time, with its options, over HTTP.
func TestEmbedded(t *testing.T) {
	clean(t)
	server := Start(t, Embedded(embedded.WithAccount("eu-west-1", "123456789012")))
	if server.Source != "the embedded engine" || !strings.HasPrefix(server.Endpoint, "http://127.0.0.1:") {
		t.Errorf("got %+v", server)
	}
	client := server.Client(func(o *dynamodb.Options) { o.RetryMaxAttempts = 1 })
	if n := client.Options().RetryMaxAttempts; n != 1 {
		t.Errorf("the client makes %d attempts, want 1", n)
	}
	create(t, client, "")
	if names := tables(t, client); len(names) != 1 || names[0] != "orders" {
		t.Errorf("got tables %v", names)
	}
	if names := tables(t, Start(t, Embedded()).Client()); len(names) != 0 {
		t.Errorf("another engine has the tables %v", names)
	}
}
