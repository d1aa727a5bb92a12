package repo

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/meta"
)

// operation is one write of a verb, over all plans that are made for it.
type operation struct {
	c    *core
	key  storedKey
	id   stored.ID
	call call

	attempts *commit.Operation
	finish   func() // what is to be done when the verb has succeeded
}

// write runs a verb that makes and sends plans. Whatever it reports, no attempt
// is left that could prove it wrong, or the error says so.
func (c *core) write(ctx context.Context, key storedKey, call call, verb func(*operation) error) (stored.ID, error) {
	op := &operation{c: c, key: key, id: c.writeID(call), call: call}
	op.attempts = commit.NewOperation(c.client, c.cfg.policy, op)
	return op.id, op.end(ctx, verb(op))
}

func (c *core) writeID(call call) stored.ID {
	if call.writeID != (meta.WriteID{}) {
		return stored.ID(call.writeID)
	}
	return stored.NewID()
}

// FirstToken follows from the write id and the object. A program that repeats a
// write with WithWriteID, after a restart or in doubt, has other bytes (stamps,
// nonces, times), which DynamoDB refuses under the token of the first: so only
// one of the two is applied.
func (op *operation) FirstToken() string {
	h := sha256.Sum256([]byte(op.c.table(op.c.s.table) + "\x00" + stored.Owner(op.c.s.entity, op.key.parts)))
	return op.id.String() + "." + base64.RawURLEncoding.EncodeToString(h[:])[:13]
}

// Repeats reports whether a write before may have had this one's id.
func (op *operation) Repeats() bool { return op.call.writeID != meta.WriteID{} }

// NextToken is of one plan.
func (op *operation) NextToken() string {
	return op.id.String() + "." + stored.NewID().String()[:13]
}

// Fence is a check of the root that always holds.
func (op *operation) Fence() commit.Action {
	var e expr.Builder
	pk := e.Name(op.c.s.key.attrs[0].name)
	return commit.Action{Op: commit.Check, Table: op.c.table(op.c.s.table), Key: op.c.s.keyAttrs(op.key),
		Cond: "attribute_exists(" + pk + ") OR attribute_not_exists(" + pk + ")", Names: e.Names}
}

// send executes a plan.
func (op *operation) send(ctx context.Context, w *commit.Write) commit.Outcome {
	w.Relaxed = op.call.relaxed
	o := op.attempts.Send(ctx, w)
	o.Err = withReasons(o.Err, w.TableOf)
	switch {
	case o.Kind == commit.Committed:
		op.finish = o.Write.Applied
	case o.Kind == commit.Unknown && (w.Once() || o.Taken):
		return op.evidence(ctx, o)
	}
	return o
}

// evidence looks for a write that was sent once and got no answer, or was done
// by an operation before with the same id. What it finds is as good as a
// refusal of the repetition. Its absence proves nothing: the write may arrive
// later, or be overwritten.
func (op *operation) evidence(ctx context.Context, unknown commit.Outcome) commit.Outcome {
	item, err := op.c.readRoot(ctx, op.key)
	if err != nil {
		return unknown
	}
	if m, err := op.c.rootMeta(item); err != nil || m == nil || !m.Wrote(op.id) {
		return unknown
	}
	return commit.Outcome{Kind: commit.Refused, Err: unknown.Err, Items: []attrs{item}}
}

// end is the result of the verb, as far as no attempt without an answer can
// prove it wrong. Only a success tells the caller's value of the write.
func (op *operation) end(ctx context.Context, err error) error {
	if err = op.settle(ctx, err); err == nil && op.finish != nil {
		op.finish()
	}
	return err
}

func (op *operation) settle(ctx context.Context, err error) error {
	_, own := errors.AsType[*changeError](err) // of the caller: whatever it is, nothing is written
	switch {
	case err == nil && !op.attempts.Open():
		return nil
	case errors.Is(err, ErrOutcomeUnknown) && !own:
		return err
	}
	switch w, certain := op.attempts.Settle(ctx); {
	case !certain && ctx.Err() != nil:
		return fail.Withf(ErrOutcomeUnknown, "%w, before it was clear that no attempt can be applied any more: %v", ctx.Err(), err)
	case !certain:
		return unsure(err)
	case w != nil:
		op.finish = w.Applied
		return nil
	}
	return err
}

// unsure is the error of a write of which an attempt got no answer and may
// still arrive. The refusal of the last attempt is told, but not wrapped: its
// kind would say that nothing was written. The context's error is no such kind.
func unsure(err error) error {
	if err == nil {
		return fail.Withf(ErrOutcomeUnknown, "the write is done, and an attempt that got no answer may yet do it again")
	}
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, end) {
			return fail.Withf(ErrOutcomeUnknown, "%w: an attempt that got no answer may yet be applied: %v", end, err)
		}
	}
	return fail.Withf(ErrOutcomeUnknown, "an attempt that got no answer may yet be applied, although a later one was refused: %v", err)
}

// failure turns an outcome that is no refusal into the verb's error.
func (c *core) failure(o commit.Outcome) error {
	switch o.Kind {
	case commit.Committed:
		return nil
	case commit.Unknown:
		return fail.Withf(ErrOutcomeUnknown, "%w", o.Err)
	case commit.Throttled:
		return fail.Withf(ErrThrottled, "%w", o.Err)
	case commit.Contended:
		return fail.Withf(ErrContention, "%w", o.Err)
	case commit.Rejected:
		return rejection(o.Err)
	}
	return o.Err
}
