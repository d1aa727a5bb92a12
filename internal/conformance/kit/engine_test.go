package kit_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/kit"
)

// exchange is a transport made of a function.
type exchange func(*http.Request) (*http.Response, error)

func (f exchange) Do(r *http.Request) (*http.Response, error) { return f(r) }

func TestWrap(t *testing.T) {
	engine := kit.Engine{Name: "embedded", Client: embedded.New().Client()}
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
