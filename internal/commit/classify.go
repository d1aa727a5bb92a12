package commit

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strconv"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dystore/dystore/internal/answer"
)

// verdict is what one attempt says.
type verdict struct {
	Reply
	retry   bool
	unknown bool          // this attempt may have been applied
	taken   bool          // the token belongs to another request
	moved   bool          // it was refused for what was stored, and would not be for what is
	pause   time.Duration // that the engine asks for
}

// classify turns the error of one attempt into a verdict on w.
func (a *attempt) classify(ctx context.Context, err error, w *Write) verdict {
	if err == nil {
		return verdict{}
	}
	v := verdict{Reply: Reply{Err: err}, pause: retryAfter(err)}
	var cond *types.ConditionalCheckFailedException
	var canceled *types.TransactionCanceledException
	var api smithy.APIError
	switch {
	case errors.As(err, &cond):
		v.Kind = Refused
		v.Items = []map[string]types.AttributeValue{Found(cond.Item)}
	case errors.As(err, &canceled):
		v.canceled(canceled.CancellationReasons, w)
	case a.never() || unmade(err):
		v.Kind = Stopped
		return v
	case unsent(err):
		v.Kind = Stopped
	case unreachable(err):
		v.Kind, v.retry = Stopped, true
	case failedInside(err):
		v.retry, v.unknown = true, true
	case errors.As(err, &api):
		v.byCode(api)
	case ctx.Err() != nil:
		v.Err = errors.Join(ctx.Err(), err)
		v.unknown = true
	default:
		v.retry, v.unknown = true, true // the connection broke: no reply is no answer
	}
	v.retry = v.retry && !final(err)
	v.Ambiguous = a.opaque()
	return v
}

// byCode judges an answer by its code. The fault comes last: the client of DAX
// names the server also if the request is wrong, and itself if the network
// failed.
func (v *verdict) byCode(err smithy.APIError) {
	switch code := err.ErrorCode(); {
	case code == "TransactionConflictException" || code == "ReplicatedWriteConflictException":
		v.Kind, v.retry = Contended, true
	case code == "TransactionInProgressException":
		// What is in progress is this write: an earlier attempt may yet commit.
		v.retry, v.unknown = true, true
	case answer.Throttle(code):
		v.Kind, v.retry = Throttled, true
	case code == "IdempotentParameterMismatchException":
		v.Kind, v.taken = Rejected, true
	case code == "ValidationException":
		v.Kind = Rejected
	case unanswered(code) || err.ErrorFault() == smithy.FaultServer:
		v.retry, v.unknown = true, true
	default:
		v.Kind = Rejected
	}
}

// unanswered are the codes of clients that make API errors of lost replies, and
// the codes of a service that does not know the outcome itself.
func unanswered(code string) bool {
	switch code {
	case "InternalServerError", "InternalFailure", "ServiceUnavailable", "RequestTimeout", "RequestTimeoutException",
		"ResponseTimeout", "Unknown":
		return true
	}
	return false
}

// canceled reads the reasons of a cancelled transaction. A failed condition
// decides even beside a conflict: it was evaluated against committed data. Its
// meaning is read from the object's first action, the root's. Nothing is decided
// if that one was not evaluated.
func (v *verdict) canceled(reasons []types.CancellationReason, w *Write) {
	n := len(w.Actions)
	items := make([]map[string]types.AttributeValue, n)
	v.Kind = Rejected
	refused, conflict, throttled := false, false, false
	for i, r := range reasons {
		if r.Code == nil {
			continue
		}
		switch code := *r.Code; {
		case code == "ConditionalCheckFailed" && i < n:
			refused = true
			if items[i] = Found(r.Item); w.Actions[i].Foreign {
				reasons[i].Item = nil // of the error, which a caller may get
			}
		case code == "TransactionConflict":
			conflict = true
		case answer.Throttle(code):
			throttled = true
		}
	}
	switch {
	case refused && w.decided(reasons, items):
		v.Kind, v.Items, v.Partial = Refused, items, conflict || throttled
	case conflict:
		v.Kind, v.retry = Contended, true
	case throttled:
		v.Kind, v.retry = Throttled, true
	}
}

// decided reports whether a failed condition, in items, says something: the root
// of its object was evaluated. The others it takes away.
func (w *Write) decided(reasons []types.CancellationReason, items []map[string]types.AttributeValue) (some bool) {
	for i := range items {
		switch {
		case items[i] == nil:
		case hindered(reasons[w.root(i)]):
			items[i] = nil
		default:
			some = true
		}
	}
	return some
}

// hindered reports whether an action was not evaluated.
func hindered(r types.CancellationReason) bool {
	return r.Code != nil && (*r.Code == "TransactionConflict" || answer.Throttle(*r.Code))
}

// Found makes an item that was looked for non-nil.
func Found(item map[string]types.AttributeValue) map[string]types.AttributeValue {
	if item == nil {
		return map[string]types.AttributeValue{}
	}
	return item
}

// unmade reports errors that precede every request of a call.
func unmade(err error) bool {
	var params smithy.InvalidParamsError
	var serialize *smithy.SerializationError
	return errors.As(err, &params) || errors.As(err, &serialize)
}

// unsent reports errors of the client itself: the request did not leave.
func unsent(err error) bool {
	var sign *v4.SigningError
	var unverified *tls.CertificateVerificationError
	return errors.As(err, &sign) || errors.As(err, &unverified)
}

// unreachable reports that no connection came about.
func unreachable(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// failedInside reports an answer of the kind 5xx: the write "may have succeeded
// or failed" (DynamoDB developer guide, error handling).
func failedInside(err error) bool {
	var resp *smithyhttp.ResponseError
	return errors.As(err, &resp) && resp.HTTPStatusCode() >= 500
}

// final reports an error that says that another attempt makes no sense, as the
// SDK's retryer reads it (aws/retry, RetryableError and RetryableConnectionError).
func final(err error) bool {
	var v interface{ RetryableError() bool }
	if errors.As(err, &v) {
		return !v.RetryableError()
	}
	var name *net.DNSError
	return errors.As(err, &name) && name.IsNotFound
}

// retryAfter is the pause that an answer asks for in x-amz-retry-after, in
// milliseconds; 0 if it asks for none (as aws/retry reads it since
// aws-sdk-go-v2 v1.48.0).
func retryAfter(err error) time.Duration {
	var resp *smithyhttp.ResponseError
	if !errors.As(err, &resp) || resp.Response == nil || resp.Response.Response == nil {
		return 0
	}
	ms, err := strconv.ParseInt(resp.Response.Header.Get("X-Amz-Retry-After"), 10, 64)
	if err != nil || ms < 0 {
		return 0
	}
	return time.Duration(min(ms, maxRetryAfter.Milliseconds())) * time.Millisecond
}
