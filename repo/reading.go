package repo

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
)

// observed are the options of every request that is no write of items: only an
// answer is one, and what failed is told. When the context ends in the pause
// after an attempt, the SDK drops why that attempt failed, and a table that
// throttles looks like one that does not answer. So one step below the retries
// notes the failure, and one above puts it back.
//
// Clients that are not the SDK's have no such steps, and some refuse them.
var observed = []func(*dynamodb.Options){commit.Answered, func(o *dynamodb.Options) {
	if o.HTTPClient != nil {
		o.APIOptions = append(o.APIOptions, observe)
	}
}}

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
	if err != nil && !endOfContext(err) {
		meta.Set(failureKey{}, err)
	}
	return out, meta, err
}

func tellFailure(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	middleware.FinalizeOutput, middleware.Metadata, error) {
	out, meta, err := next.HandleFinalize(ctx, in)
	if err == nil || !endOfContext(err) {
		return out, meta, err
	}
	cause, _ := meta.Get(failureKey{}).(error)
	if attempts, ok := retry.GetAttemptResults(meta); ok && cause == nil { // it ended in the attempt after
		for _, a := range attempts.Results {
			if a.Err != nil && !endOfContext(a.Err) {
				cause = a.Err
			}
		}
	}
	return out, meta, errors.Join(err, cause)
}

// readError gives a failed read its kind.
func readError(err error) error {
	if throttles(err) {
		return fail.Withf(ErrThrottled, "%w", err)
	}
	return rejection(err) // as for the key of another table
}

// throttles reports whether DynamoDB had no capacity for a read.
func throttles(err error) bool {
	var canceled *types.TransactionCanceledException
	if errors.As(err, &canceled) {
		return len(throttledActions(canceled, nil)) > 0
	}
	var api smithy.APIError
	return errors.As(err, &api) && commit.Throttle(api.ErrorCode())
}

// sleep backs off with full jitter; the error is the context's.
func sleep(ctx context.Context, attempt int) error {
	d := min(2*time.Second, 10*time.Millisecond<<min(attempt, 10))
	timer := time.NewTimer(rand.N(d) + time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// inTheWay adds to the end of the context what was in the way of n attempts
// before it, if any: both are true, and what the caller can do about it hangs
// on the kind.
func inTheWay(kind error, n int, err error) error {
	if n == 0 || !endOfContext(err) || errors.Is(err, ErrOutcomeUnknown) {
		return err
	}
	return fail.Withf(kind, "after %d attempts: %w", n, err)
}
