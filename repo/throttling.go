package repo

import (
	"github.com/dystore/dystore/internal/answer"
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

// throttlingReasons finds what DynamoDB said in an error about why it
// throttled.
func throttlingReasons(err error) []ThrottlingReason {
	var reasons []ThrottlingReason
	for _, r := range answer.Reasons(err) {
		reasons = append(reasons, ThrottlingReason(r))
	}
	return reasons
}
