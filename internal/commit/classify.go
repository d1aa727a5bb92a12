package commit

import (
	"context"
	"crypto/tls"
	"errors"
	"net"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// classify turns the error of one attempt into a verdict. n is the number of
// actions sent.
func (a *attempt) classify(ctx context.Context, err error, n int) verdict {
	if err == nil {
		return verdict{}
	}
	v := verdict{Outcome: Outcome{Err: err}}
	var cond *types.ConditionalCheckFailedException
	var canceled *types.TransactionCanceledException
	var api smithy.APIError
	switch {
	case errors.As(err, &cond):
		v.Kind = Refused
		v.Items = []map[string]types.AttributeValue{stored(cond.Item)}
	case errors.As(err, &canceled):
		v.canceled(canceled.CancellationReasons, n)
	case a.never() || unsent(err):
		v.Kind = Stopped
	case unreachable(err):
		v.Kind, v.retry = Stopped, true
	case serverFault(err):
		v.retry, v.unknown = true, true
	case errors.As(err, &api):
		v.byCode(api.ErrorCode())
	case ctx.Err() != nil:
		v.Err = errors.Join(ctx.Err(), err)
		v.unknown = true
	default:
		v.retry, v.unknown = true, true // the connection broke: no reply is no answer
	}
	return v
}

func (v *verdict) byCode(code string) {
	switch code {
	case "TransactionConflictException", "ReplicatedWriteConflictException":
		v.Kind, v.retry = Contended, true
	case "TransactionInProgressException":
		// What is in progress is this write: an earlier attempt may yet commit.
		v.retry, v.unknown = true, true
	default:
		if Throttle(code) {
			v.Kind, v.retry = Throttled, true
			return
		}
		v.Kind = Rejected
	}
}

// canceled reads the reasons of a cancelled transaction. A failed condition
// decides even beside a conflict: it was evaluated against committed data. But
// what it means is read off the first action, the root's; as long as that one
// was kept from being evaluated nothing is decided.
func (v *verdict) canceled(reasons []types.CancellationReason, n int) {
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
			items[i] = stored(r.Item)
		case code == "TransactionConflict":
			conflict = true
		case Throttle(code):
			throttled = true
		}
	}
	switch {
	case refused && !hindered(reasons[0]):
		v.Kind, v.Items = Refused, items
	case conflict:
		v.Kind, v.retry = Contended, true
	case throttled:
		v.Kind, v.retry = Throttled, true
	}
}

// hindered reports whether an action was not evaluated.
func hindered(r types.CancellationReason) bool {
	return r.Code != nil && (*r.Code == "TransactionConflict" || Throttle(*r.Code))
}

// stored makes the item of a refusal non-nil.
func stored(item map[string]types.AttributeValue) map[string]types.AttributeValue {
	if item == nil {
		return map[string]types.AttributeValue{}
	}
	return item
}

// Throttle reports whether an error code means too little capacity.
func Throttle(code string) bool {
	switch code {
	case "ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded",
		"ThrottlingException", "ThrottlingError", "RequestLimitExceeded", "Throttling":
		return true
	}
	return false
}

// unsent reports errors of the client itself: the request never left.
func unsent(err error) bool {
	var params smithy.InvalidParamsError
	var serialize *smithy.SerializationError
	var sign *v4.SigningError
	var unverified *tls.CertificateVerificationError
	return errors.As(err, &params) || errors.As(err, &serialize) || errors.As(err, &sign) || errors.As(err, &unverified)
}

// unreachable reports that no connection came about.
func unreachable(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// serverFault reports an answer of the kind 5xx: the write "may have succeeded
// or failed" (DynamoDB developer guide, error handling).
func serverFault(err error) bool {
	var resp *smithyhttp.ResponseError
	if errors.As(err, &resp) {
		return resp.HTTPStatusCode() >= 500
	}
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorFault() == smithy.FaultServer
}
