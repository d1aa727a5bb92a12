package commit

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/answer"
)

// attempt watches one call of the client, which should make one request.
// Without credentials or an endpoint the call fails before a request exists,
// with untyped errors. A request that was not sent cannot have been applied.
type attempt struct {
	watched bool // the client is the SDK's, and lets its requests be counted
	sent    int
}

// options makes the call a single request, without retries of the client's own.
// Clients that are not the SDK's look at one of these or at none.
func (a *attempt) options(o *dynamodb.Options) {
	o.Retryer = aws.NopRetryer{}
	o.RetryMaxAttempts = 0 // for the client of DAX: how often it repeats a request
	if o.HTTPClient == nil {
		return
	}
	a.watched = true
	o.HTTPClient = &watch{a, o.HTTPClient}
	answer.Answered(o)
}

// never reports that no request left.
func (a *attempt) never() bool { return a.watched && a.sent == 0 }

// opaque reports that the call may have made more than one request. Its error
// is the answer to the last one and says nothing about the others.
func (a *attempt) opaque() bool { return !a.watched || a.sent > 1 }

type watch struct {
	attempt *attempt
	next    dynamodb.HTTPClient
}

func (w *watch) Do(r *http.Request) (*http.Response, error) {
	w.attempt.sent++
	return w.next.Do(r)
}

// once makes one attempt.
func (w *Write) once(ctx context.Context, c Client) verdict {
	var a attempt
	err := w.request(ctx, c, a.options)
	v := a.classify(ctx, err, w)
	if v.Kind == Refused && !a.watched {
		v.reread(ctx, c, w)
	}
	return v
}

// reread reads the items of a refusal that were not returned. Some clients
// return none, which with others means that nothing is stored. Where the first
// action was refused, the others say nothing.
func (v *verdict) reread(ctx context.Context, c Client, w *Write) {
	for i, item := range v.Items {
		if item == nil || len(item) > 0 {
			continue
		}
		if root := w.root(i); i > root && v.Items[root] != nil {
			continue
		}
		item, err := w.Actions[i].stored(ctx, c)
		if err != nil {
			v.Kind, v.Err, v.Items = Unknown, err, nil // not all of its requests are known to be refused
			return
		}
		v.Items[i], v.Reread = item, true
	}
}
