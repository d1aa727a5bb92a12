package bench

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	internal "github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/repo"
)

// Tape is a client that records the answers of an engine to one operation and
// then plays them back. So only the library's work is measured: no SDK, no
// engine.
//
// An answer belongs to its receiver, so each is a copy; copies can be made in
// advance.
type Tape struct {
	repo.Client // the engine's; while playing, every request that has no answer fails
	playing     bool
	answers     []any
	next        int
	copies      []any
}

var errNoAnswer = errors.New("the tape has no answer to this request")

// Own prepares a contender of dystore on an embedded engine, records one
// operation, and returns the operation over the tape.
func Own(ctx context.Context, c Contender) (Op, *Tape, error) {
	e := Embedded()
	t := &Tape{Client: e.Client}
	e.Tape = t
	op, err := c.Prepare(ctx, e)
	if err != nil {
		return nil, nil, err
	}
	t.answers = nil // drop the answers to the preparation
	if err := op(ctx); err != nil {
		return nil, nil, err
	}
	t.playing, t.next = true, 0
	return op, t, nil
}

// Stock copies the answers for n operations.
func (t *Tape) Stock(n int) {
	t.copies = t.copies[:0]
	for i := range n * len(t.answers) {
		t.copies = append(t.copies, clone(t.answers[(t.next+i)%len(t.answers)]))
	}
	slices.Reverse(t.copies)
}

// play returns the next answer, from stock if it has one.
func (t *Tape) play() any {
	a := t.answers[t.next]
	if t.next++; t.next == len(t.answers) {
		t.next = 0
	}
	if n := len(t.copies); n > 0 {
		a, t.copies = t.copies[n-1], t.copies[:n-1]
		return a
	}
	return clone(a)
}

func clone(answer any) any {
	switch a := answer.(type) {
	case *dynamodb.GetItemOutput:
		return &dynamodb.GetItemOutput{Item: internal.CloneMap(a.Item)}
	case *dynamodb.BatchGetItemOutput:
		out := &dynamodb.BatchGetItemOutput{Responses: make(map[string][]item, len(a.Responses))}
		for table, items := range a.Responses {
			out.Responses[table] = cloneAll(items)
		}
		return out
	case *dynamodb.QueryOutput:
		return &dynamodb.QueryOutput{Items: cloneAll(a.Items), LastEvaluatedKey: internal.CloneMap(a.LastEvaluatedKey)}
	case *dynamodb.ScanOutput:
		return &dynamodb.ScanOutput{Items: cloneAll(a.Items), LastEvaluatedKey: internal.CloneMap(a.LastEvaluatedKey)}
	}
	return answer // of a write: no code reads it
}

func cloneAll(items []item) []item {
	out := make([]item, len(items))
	for i, it := range items {
		out[i] = internal.CloneMap(it)
	}
	return out
}

// answer sends a request or plays its answer back.
func answer[In, Out any](ctx context.Context, t *Tape, in In, opts []func(*dynamodb.Options),
	send func(context.Context, In, ...func(*dynamodb.Options)) (Out, error)) (Out, error) {
	if t.playing {
		out, ok := t.play().(Out)
		if !ok {
			return out, errNoAnswer
		}
		return out, nil
	}
	out, err := send(ctx, in, opts...)
	if err == nil {
		t.answers = append(t.answers, clone(out))
	}
	return out, err
}

// The requests that the workloads send.

func (t *Tape) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return answer(ctx, t, in, o, t.Client.GetItem)
}

func (t *Tape) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return answer(ctx, t, in, o, t.Client.BatchGetItem)
}

func (t *Tape) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return answer(ctx, t, in, o, t.Client.Query)
}

func (t *Tape) Scan(ctx context.Context, in *dynamodb.ScanInput, o ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	return answer(ctx, t, in, o, t.Client.Scan)
}

func (t *Tape) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return answer(ctx, t, in, o, t.Client.PutItem)
}

func (t *Tape) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return answer(ctx, t, in, o, t.Client.UpdateItem)
}

func (t *Tape) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return answer(ctx, t, in, o, t.Client.TransactWriteItems)
}

// OwnCost is what dystore itself allocates in one operation, on average over n
// of them. The tape's answers are copied before the measurement.
func OwnCost(ctx context.Context, c Contender, n int) (Cost, error) {
	op, t, err := Own(ctx, c)
	if err != nil {
		return Cost{}, err
	}
	t.Stock(n)
	cost, _, err := Plan{Clock: Wall}.measure(ctx, op, n)
	return cost, err
}
