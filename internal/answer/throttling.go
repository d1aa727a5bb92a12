package answer

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Reason is why DynamoDB throttled a request. Package repo documents it.
type Reason struct{ Reason, Resource string }

// throttled is an error of DynamoDB with the reasons that it has no room for.
type throttled struct {
	error
	reasons []Reason
}

func (t *throttled) Unwrap() error { return t.error }

// WithReasons adds to the error of a transaction which actions were throttled;
// table names that of an action.
func WithReasons(err error, table func(action int) string) error {
	canceled, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok {
		return err
	}
	reasons := throttledActions(canceled, table)
	if len(reasons) == 0 {
		return err
	}
	return &throttled{err, reasons}
}

// throttledActions lists the cancellation reasons that are about capacity.
func throttledActions(canceled *types.TransactionCanceledException, table func(int) string) (reasons []Reason) {
	for i, r := range canceled.CancellationReasons {
		if r.Code == nil || !Throttle(*r.Code) {
			continue
		}
		reason := Reason{Reason: *r.Code}
		if table != nil {
			reason.Resource = table(i)
		}
		reasons = append(reasons, reason)
	}
	return reasons
}

// Reasons finds what DynamoDB said in an error about why it throttled.
func Reasons(err error) []Reason {
	var transaction *throttled
	if errors.As(err, &transaction) {
		return transaction.reasons
	}
	var said []types.ThrottlingReason
	var provisioned *types.ProvisionedThroughputExceededException
	var limit *types.RequestLimitExceeded
	var throttling *types.ThrottlingException
	switch {
	case errors.As(err, &provisioned):
		said = provisioned.ThrottlingReasons
	case errors.As(err, &limit):
		said = limit.ThrottlingReasons
	case errors.As(err, &throttling):
		said = throttling.ThrottlingReasons
	}
	var reasons []Reason
	for _, r := range said {
		reasons = append(reasons, Reason{Reason: aws.ToString(r.Reason), Resource: aws.ToString(r.Resource)})
	}
	return reasons
}
