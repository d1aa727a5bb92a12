package linear

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	endpoints "github.com/aws/smithy-go/endpoints"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/linear/aggregate"
	"github.com/dystore/dystore/repo"
)

// world is what all schedules share: the repositories. They know nothing of the
// engine behind the network.
type world struct {
	estate       *estate
	declarations []*declaration
	stored       [pair]*repo.Stored
	sealed       bool
	alone        bool // the engine has no transactions
}

// newWorld makes the repositories of an estate, with some values encrypted or none, over
// an engine with transactions or without.
func newWorld(t *testing.T, e *estate, sealed, alone bool) *world {
	client := embedded.New().Client(func(o *dynamodb.Options) {
		o.HTTPClient = network{}
		o.EndpointResolverV2, o.Credentials = nowhere{}, aws.AnonymousCredentials{} // the SDK's own take half of a request's time
		// As the SDK's own retryer, for reads, except for the lengths of its
		// pauses.
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.RateLimiter, o.Backoff = ratelimit.None, retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return time.Second, nil })
		})
	})
	var keys *cipher.AES
	if sealed {
		keys = kit.Keys(t)
	}
	w := &world{estate: e, sealed: sealed, alone: alone}
	for _, way := range waysOf(alone) {
		w.declarations = append(w.declarations, declarations(client, e, keys, way)...)
		for n := range pair {
			w.stored[n] = openStored(client, e.tables[n], keys, way)
		}
	}
	return w
}

// untyped is Get and Delete by the stored metadata alone.
func (w *world) untyped(ctx context.Context, o *op) *result {
	stored, key := w.stored[o.object], w.estate.keys[o.object]
	if o.verb == remove {
		return o.outcome(stored.Delete(ctx, key, o.options()...))
	}
	m, err := stored.Get(ctx, key)
	r := o.outcome(err)
	if w.sealed && errors.Is(err, cipher.ErrNotEncrypted) {
		r.kind, r.err = unsealed, nil // the reader cannot trust which of these are plain
	}
	if err == nil {
		r.there, r.content = true, aggregate.FromMap(m)
	}
	return r
}

type nowhere struct{}

func (nowhere) ResolveEndpoint(context.Context, dynamodb.EndpointParameters) (endpoints.Endpoint, error) {
	return endpoints.Endpoint{URI: url.URL{Scheme: "http", Host: "localhost"}}, nil
}
