package embedded

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// cancellation holds the reasons why a transaction is cancelled: one for each
// action, in order.
type cancellation struct {
	reasons   []types.CancellationReason
	cancelled bool
	// hasInvalid is set by the first action that is invalid. Later invalid
	// actions get no reason.
	hasInvalid bool
}

func newCancellation(n int) *cancellation {
	c := &cancellation{reasons: make([]types.CancellationReason, n)}
	for i := range c.reasons {
		c.reasons[i].Code = message("None")
	}
	return c
}

// invalid notes what is wrong with the n-th action. It returns an error if that
// is an error of the request and not of the action.
func (c *cancellation) invalid(n int, err error) error {
	text, ok := validationMessage(err)
	var empty emptyKey
	if !ok || errors.As(err, &empty) {
		return err
	}
	if !c.hasInvalid {
		c.cancel(n, types.CancellationReason{Code: message("ValidationError"), Message: &text})
	}
	c.hasInvalid = true
	return nil
}

func (c *cancellation) cancel(n int, reason types.CancellationReason) {
	c.reasons[n] = reason
	c.cancelled = true
}

// err is the cancellation, nil if there is no reason for one.
func (c *cancellation) err() error {
	if !c.cancelled {
		return nil
	}
	codes := ""
	for n, reason := range c.reasons {
		if n > 0 {
			codes += ", "
		}
		codes += *reason.Code
	}
	return &types.TransactionCanceledException{
		Message:             message("Transaction cancelled, please refer cancellation reasons for specific reasons [%s]", codes),
		CancellationReasons: c.reasons,
	}
}
