package answer

import (
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/internal/fail"
)

// Error gives the error of a request that wrote nothing its kind.
func Error(err error) error {
	if throttles(err) {
		return fail.Withf(fail.ErrThrottled, "%w", err)
	}
	return Rejection(err) // as for the key of another table
}

// throttles reports whether DynamoDB had no capacity for a read.
func throttles(err error) bool {
	var canceled *types.TransactionCanceledException
	if errors.As(err, &canceled) {
		return len(throttledActions(canceled, nil)) > 0
	}
	var api smithy.APIError
	return errors.As(err, &api) && Throttle(api.ErrorCode())
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

// Rejection gives an error of DynamoDB about the request itself its kind.
// Missing tables and permissions are not the caller's mistakes.
func Rejection(err error) error {
	var canceled *types.TransactionCanceledException
	var api smithy.APIError
	switch {
	case errors.As(err, &canceled):
		for _, r := range canceled.CancellationReasons {
			if r.Code != nil && *r.Code == "ValidationError" {
				return fail.Withf(fail.ErrInvalid, "%w", err)
			}
		}
	case Invalid(err):
		return fail.Withf(fail.ErrInvalid, "%w", err)
	case errors.As(err, &api) && api.ErrorCode() == "UnknownOperationException" && transacts(err):
		return fail.Withf(fail.ErrInvalid, "the engine does not know the operation; if it has no transactions, declare repo.WithoutTransactions: %w", err)
	}
	return err
}

// transacts reports whether an error is of a transaction, or does not say of what it is.
func transacts(err error) bool {
	op, ok := errors.AsType[*smithy.OperationError](err)
	return !ok || strings.HasPrefix(op.OperationName, "Transact")
}

// Invalid reports whether DynamoDB found a request wrong.
func Invalid(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == "ValidationException"
}
