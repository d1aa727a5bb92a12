package dynamodblocal

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestAnswerOfAnotherServer(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }))
	defer other.Close()
	if err := awaitAnswer(t.Context(), other.URL, "", nil); err != nil {
		t.Errorf("any server that answers 400 will do, but: %v", err)
	}
	if err := awaitAnswer(t.Context(), other.URL, "http://ours.invalid", nil); !errors.Is(err, errForeign) {
		t.Errorf("got %v; want %v", err, errForeign)
	}
}

func TestNoAnswer(t *testing.T) {
	wrong := httptest.NewServer(http.NotFoundHandler())
	defer wrong.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := awaitAnswer(ctx, wrong.URL, "", nil); err == nil || err.Error() != "no answer: status 404 Not Found, not 400" {
		t.Errorf("got %v", err)
	}
	exited := make(chan struct{})
	close(exited)
	if err := awaitAnswer(t.Context(), wrong.URL, "", exited); err == nil || err.Error() != "the server ended before it answered" {
		t.Errorf("got %v", err)
	}
}

func TestExplicitChoiceDoesNotFallBack(t *testing.T) {
	wrong := httptest.NewServer(http.NotFoundHandler())
	defer wrong.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	for name, value := range map[string]string{EnvEndpoint: wrong.URL, EnvJar: t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(EnvEndpoint, "")
			t.Setenv(EnvImage, "")
			t.Setenv(EnvJar, "")
			t.Setenv(name, value)
			server, err := Start(ctx)
			if err == nil {
				server.Stop()
				t.Fatalf("started %s", server.Source)
			}
			if errors.Is(err, ErrUnavailable) {
				t.Errorf("%v: would be a skip; want a failure", err)
			}
			if !strings.Contains(err.Error(), value) {
				t.Errorf("%v does not name %s", err, value)
			}
		})
	}
}

func TestVersionIsThatOfThePom(t *testing.T) {
	if want := []byte("<artifactId>DynamoDBLocal</artifactId>\n      <version>" + Version + "</version>"); !bytes.Contains(pom, want) {
		t.Errorf("pom.xml does not have %s", want)
	}
}
