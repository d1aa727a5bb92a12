// Package commit sends one atomic write and finds out what became of it.
//
// The retries of the SDK are switched off here: they hide how many attempts
// there were, and after a lost reply the second attempt's refusal looks like a
// foreign write. The same bytes and the same token are sent again until the
// outcome is known, the caller's context ends or the policy is exhausted.
package commit

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Client is what a write needs of *dynamodb.Client.
type Client interface {
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
}

// Policy bounds the attempts of one write.
type Policy struct {
	Attempts int           // at most this many requests
	Within   time.Duration // counted from the first attempt; a token is good for 10 minutes
	Base     time.Duration // first pause, doubled each time up to Cap, with full jitter
	Cap      time.Duration
}

// DefaultPolicy spends about 15 seconds on an engine that never answers well.
var DefaultPolicy = Policy{Attempts: 12, Within: 5 * time.Minute, Base: 20 * time.Millisecond, Cap: 3 * time.Second}

// Kind says what became of a write.
type Kind uint8

const (
	Committed Kind = iota
	Refused        // a condition did not hold; nothing was written by the last attempt
	Rejected       // the engine does not accept the request; nothing was written by it
	Throttled      // not applied: the engine had no capacity until the policy ended
	Contended      // not applied: other transactions were in the way until the policy ended
	Stopped        // not applied: the context ended, or the request could not be sent
	Unknown        // the last attempt may or may not have been applied
)

// Outcome is the answer to Send.
type Outcome struct {
	Kind  Kind
	Err   error // the engine's or the context's, nil when committed
	Items []map[string]types.AttributeValue
	// Items, of a refusal: the stored item of each action whose condition
	// failed, an empty map where none is stored, nil where the condition held.

	// Ambiguous: an attempt before the last one may have been applied. With a
	// token the engine settles that itself; without, the caller has to.
	Ambiguous bool
}

// Send executes w until its outcome is known.
func Send(ctx context.Context, c Client, w *Write, p Policy) Outcome {
	if err := ctx.Err(); err != nil {
		return Outcome{Kind: Stopped, Err: err}
	}
	begin, ambiguous := time.Now(), false
	for attempt := 1; ; attempt++ {
		v := w.once(ctx, c)
		v.Ambiguous = ambiguous
		if !v.retry || v.unknown && w.Once {
			return v.settled()
		}
		if v.unknown {
			ambiguous = true
		}
		if attempt == p.Attempts || time.Since(begin) >= p.Within || !pause(ctx, p, attempt) {
			v.Ambiguous = ambiguous
			return v.exhausted(ctx)
		}
	}
}

// verdict is what one attempt says.
type verdict struct {
	Outcome
	retry   bool
	unknown bool // this attempt may have been applied
}

func (v verdict) settled() Outcome {
	// A request that is rejected now says nothing about the earlier ones.
	if v.unknown || v.Ambiguous && (v.Kind == Rejected || v.Kind == Stopped) {
		v.Kind = Unknown
	}
	return v.Outcome
}

// exhausted is the outcome when no further attempt is made.
func (v verdict) exhausted(ctx context.Context) Outcome {
	o := v.Outcome
	if v.Ambiguous {
		o.Kind = Unknown
	}
	if err := ctx.Err(); err != nil {
		o.Err = errors.Join(err, o.Err)
		if o.Kind != Unknown {
			o.Kind = Stopped
		}
	}
	return o
}

// pause waits before the next attempt; false if the context ends first.
func pause(ctx context.Context, p Policy, attempt int) bool {
	d := min(p.Cap, p.Base<<min(attempt-1, 16))
	timer := time.NewTimer(rand.N(d) + time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
