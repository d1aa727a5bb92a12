package commit

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// attempt watches one call of the SDK. Without credentials or an endpoint the
// call fails before a request exists, with errors of no type of their own; what
// has not left cannot have been applied.
type attempt struct {
	watched bool // a client that does not pass options on is not
	sent    bool
}

// options makes the call a single request, without the SDK's own retries.
func (a *attempt) options(o *dynamodb.Options) {
	o.Retryer = aws.NopRetryer{}
	if o.HTTPClient != nil {
		a.watched = true
		o.HTTPClient = &watch{a, o.HTTPClient}
	}
}

// never reports that the request certainly did not leave.
func (a *attempt) never() bool { return a.watched && !a.sent }

type watch struct {
	attempt *attempt
	next    dynamodb.HTTPClient
}

func (w *watch) Do(r *http.Request) (*http.Response, error) {
	w.attempt.sent = true
	return w.next.Do(r)
}
