// Package commit writes until it is known what became of the write.
//
// The retries of the SDK are switched off here, because they hide how many
// attempts there were: after a lost reply, the refusal of the second attempt
// looks like another writer's work. The same bytes and the same token are sent
// again until the outcome is known, the caller's context ends or the policy is
// exhausted.
//
// An [Operation] is one write of a caller over all its attempts, and over all
// its plans when what is stored turns out not to be what a plan was made for.
package commit

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/backoff"
	"github.com/dystore/dystore/internal/fetch"
)

// Client is what a write needs of *dynamodb.Client.
type Client interface {
	fetch.Client
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
}

// Outgrown is why a transaction does not take a write: there is too much of it.
type Outgrown struct{ Err error }

func (e *Outgrown) Error() string { return e.Err.Error() }

// Unwrap returns the error that the caller gets if there is no other way.
func (e *Outgrown) Unwrap() error { return e.Err }

// Policy bounds the attempts of one write.
type Policy struct {
	Attempts int           // at most this many requests for one plan
	Within   time.Duration // counted from the first request under a token, which is good for 10 minutes
	Base     time.Duration // first pause, doubled each time up to Cap, with full jitter
	Cap      time.Duration
}

func (p Policy) Pauses() backoff.Backoff { return backoff.Backoff{Base: p.Base, Cap: p.Cap} }

// DefaultPolicy spends about 15 seconds on an engine that never answers well.
var DefaultPolicy = Policy{Attempts: 12, Within: 5 * time.Minute, Base: 20 * time.Millisecond, Cap: 3 * time.Second}

// Kind says what became of a write.
type Kind uint8

const (
	Committed Kind = iota
	Refused        // a condition did not hold; nothing was written by the last attempt
	Rejected       // the engine does not accept the request; nothing was written by it
	Throttled      // not applied: the engine had no capacity until the policy or the context ended
	Contended      // not applied: other transactions were in the way until the policy or the context ended
	Stopped        // not applied: the context ended first, or the request could not be sent
	Unknown        // it may or may not have been applied
)

// Outcome is what became of a plan.
type Reply struct {
	Kind  Kind
	Err   error // the engine's or the context's, nil when committed
	Write *Write
	// Write, when committed: the plan that was applied. It is an earlier plan
	// if a late request of that one arrived first.

	Items []map[string]types.AttributeValue
	// Items, of a refusal: the stored item of each action whose condition
	// failed, an empty map where none is stored, nil where the condition held.

	// Reread: the client does not return items with a refusal; they were read
	// after it, and may be younger.
	Reread bool

	// Partial, of a refusal: some conditions were not evaluated.
	Partial bool

	// Taken, of an unknown outcome: another operation with the same First token
	// has committed under it.
	Taken bool

	// Ambiguous, of a refusal: an earlier attempt may have been applied. Under
	// a token the engine excludes that.
	Ambiguous bool
}
