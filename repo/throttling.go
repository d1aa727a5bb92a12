package repo

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
)

// ThrottlingReason is why DynamoDB throttled a request, as the service says it
// (API reference, ThrottlingReason).
type ThrottlingReason struct {
	// Reason is what was exceeded, in the form ResourceType, OperationType,
	// LimitType: TableWriteKeyRangeThroughputExceeded is one hot key,
	// TableReadProvisionedThroughputExceeded the capacity of the table,
	// IndexWriteAccountLimitExceeded a quota of the account for an index,
	// TableReadMaxOnDemandThroughputExceeded a maximum set for the table. Of a
	// transaction it is the code of the action's cancellation reason:
	// ThrottlingError or ProvisionedThroughputExceeded.
	Reason string
	// Resource is the ARN of the table or index, for a transaction the name of
	// the action's table.
	Resource string
}

// throttled is an error of DynamoDB with the reasons that it has no room for.
type throttled struct {
	error
	reasons []ThrottlingReason
}

func (t *throttled) Unwrap() error { return t.error }

// withReasons adds to the error of a transaction which actions were throttled;
// table names that of an action.
func withReasons(err error, table func(action int) string) error {
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
func throttledActions(canceled *types.TransactionCanceledException, table func(int) string) (reasons []ThrottlingReason) {
	for i, r := range canceled.CancellationReasons {
		if r.Code == nil || !commit.Throttle(*r.Code) {
			continue
		}
		reason := ThrottlingReason{Reason: *r.Code}
		if table != nil {
			reason.Resource = table(i)
		}
		reasons = append(reasons, reason)
	}
	return reasons
}

// throttlingReasons finds what DynamoDB said in an error about why it
// throttled.
func throttlingReasons(err error) []ThrottlingReason {
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
	var reasons []ThrottlingReason
	for _, r := range said {
		reasons = append(reasons, ThrottlingReason{Reason: deref(r.Reason), Resource: deref(r.Resource)})
	}
	return reasons
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
