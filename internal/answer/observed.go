package answer

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"

	"github.com/dystore/dystore/internal/fail"
)

// Observed are the options of every request that is no write of items: only an
// answer is one, and what failed is told. When the context ends in the pause
// after an attempt, the SDK drops why that attempt failed, and a table that
// throttles looks like one that does not answer. So one step below the retries
// notes the failure, and one above puts it back.
//
// Clients that are not the SDK's have no such steps, and some refuse them.
var Observed = []func(*dynamodb.Options){Answered, Told}

// Told is what Observed does beside Answered.
func Told(o *dynamodb.Options) {
	if o.HTTPClient != nil && !itself(o) {
		o.APIOptions = append(o.APIOptions, observe)
	}
}

// observe adds the two steps to a request. A client without retries needs none.
func observe(stack *middleware.Stack) error {
	_ = stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("dystore.NoteFailure", noteFailure), "Retry", middleware.After)
	_ = stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("dystore.TellFailure", tellFailure), "Retry", middleware.Before)
	return nil
}

type failureKey struct{}

func noteFailure(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	middleware.FinalizeOutput, middleware.Metadata, error) {
	out, meta, err := next.HandleFinalize(ctx, in)
	if err != nil && !fail.EndOfContext(err) {
		meta.Set(failureKey{}, err)
	}
	return out, meta, err
}

func tellFailure(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	middleware.FinalizeOutput, middleware.Metadata, error) {
	out, meta, err := next.HandleFinalize(ctx, in)
	if err == nil || !fail.EndOfContext(err) {
		return out, meta, err
	}
	cause, _ := meta.Get(failureKey{}).(error)
	if attempts, ok := retry.GetAttemptResults(meta); ok && cause == nil { // it ended in the attempt after
		for _, a := range attempts.Results {
			if a.Err != nil && !fail.EndOfContext(a.Err) {
				cause = a.Err
			}
		}
	}
	return out, meta, errors.Join(err, cause)
}
