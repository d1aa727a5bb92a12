package conformance_test

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance"
)

// newEmbedded returns the embedded engine under a clock that can be moved.
func newEmbedded(*testing.T) conformance.Engine {
	var ahead atomic.Int64
	db := embedded.New(embedded.WithClock(func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }))
	return conformance.Engine{
		Name: "embedded", Client: db.Client(),
		Advance: func(d time.Duration) { ahead.Add(int64(d)) },
	}
}

func TestEmbedded(t *testing.T) {
	t.Run("answers as they are", func(t *testing.T) { conformance.Run(t, newEmbedded) })
	t.Run("answers decoded", func(t *testing.T) {
		conformance.Run(t, func(t *testing.T) conformance.Engine {
			e := newEmbedded(t)
			e.Client = dynamodb.New(e.Client.Options(), func(o *dynamodb.Options) { o.APIOptions = nil })
			return e
		})
	})
}

// exchange is a transport made of a function.
type exchange func(*http.Request) (*http.Response, error)

func (f exchange) Do(r *http.Request) (*http.Response, error) { return f(r) }

func TestWrap(t *testing.T) {
	engine := newEmbedded(t)
	cut := errors.New("the line was cut")
	sent, broken := 0, false
	client := engine.Wrap(func(next dynamodb.HTTPClient) dynamodb.HTTPClient {
		return exchange(func(r *http.Request) (*http.Response, error) {
			sent++
			if broken {
				return nil, cut
			}
			return next.Do(r)
		})
	}, func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })

	list := func() error {
		_, err := client.ListTables(t.Context(), &dynamodb.ListTablesInput{})
		return err
	}
	if err := list(); err != nil || sent != 1 {
		t.Errorf("got %v after %d requests; want an answer after 1", err, sent)
	}
	broken = true
	if err := list(); !errors.Is(err, cut) || sent != 2 {
		t.Errorf("got %v after %d requests; want %v after 2", err, sent, cut)
	}
	if _, err := engine.Client.ListTables(t.Context(), &dynamodb.ListTablesInput{}); err != nil {
		t.Errorf("the engine's own client: %v", err)
	}
}
