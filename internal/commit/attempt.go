package commit

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/direct"
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
	direct.Answered(o)
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
