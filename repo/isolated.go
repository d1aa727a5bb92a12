package repo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/backoff"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
)

const isolatedRounds = 3

// loadIsolated reads objects that changed under every batch with transactions,
// one object at a time. It costs twice as much and conflicts with writers, so
// it comes last.
func (c *reader) loadIsolated(ctx context.Context, objs []*loading) error {
	for _, o := range objs {
		for n := 1; !o.done && n <= isolatedRounds; n++ {
			if err := c.isolated(ctx, o, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// isolated reads the parts that the last manifest names, together with the
// root. If that has come to name others, it takes another round.
func (c *reader) isolated(ctx context.Context, o *loading, n int) error {
	o.err = ErrBusy
	r := &reads{}
	r.add(o, "", c.s.rootItem(o.key))
	for inst := range o.meta.Parts {
		if o.wants(inst) {
			r.add(o, inst, c.s.partItem(o.meta.Locate(inst, o.key.parts)))
		}
	}
	if len(r.gets) > fetch.TransactItems {
		o.done = true
		return nil
	}
	items, err := c.get.Isolated(ctx, r.gets)
	switch {
	case err != nil && ctx.Err() != nil:
		return fail.InTheWay(ErrBusy, loadRounds+n, err)
	case errors.Is(err, ErrInvalid): // too large for one transaction, which is nobody's mistake
		o.fail(fail.Withf(ErrBusy, "%v", err))
		return nil
	case err != nil && !busy(err):
		return err
	case err != nil:
		o.err = fail.Withf(ErrBusy, "%w", err)
		return fail.InTheWay(ErrBusy, loadRounds+n, backoff.Read.Wait(ctx, n))
	}
	r.deliver(c, items, loadRounds+n, true)
	if o.done {
		return nil
	}
	if o.meta == nil {
		o.done = true
	} else if err := c.checkTables(o); err != nil {
		o.fail(err)
	} else if len(o.missing()) == 0 {
		o.done = true
	} else {
		o.err = ErrBusy
	}
	return nil
}

// busy reports whether a transaction was in conflict with a writer or had no
// capacity: another may succeed.
func busy(err error) bool {
	var canceled *types.TransactionCanceledException
	return errors.As(err, &canceled) || errors.Is(err, ErrThrottled)
}
