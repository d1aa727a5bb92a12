package load

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/backoff"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/traced"
	"github.com/dystore/dystore/trace"
)

const isolatedRounds = 3

// loadIsolated reads objects that changed under every batch with transactions,
// one object at a time. It costs twice as much and conflicts with writers, so
// it comes last.
func (r *Reader) loadIsolated(ctx context.Context, objs []*Object) error {
	ctx = traced.Because(ctx, trace.Torn)
	for _, o := range objs {
		for n := 1; !o.done && n <= isolatedRounds; n++ {
			if err := r.isolated(ctx, o, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// isolated reads the parts that the last manifest names, together with the
// root. If that has come to name others, it takes another round.
func (r *Reader) isolated(ctx context.Context, o *Object, n int) error {
	o.Err = fail.ErrBusy
	in := o.reader(r).Tables
	ask := &reads{}
	ask.add(o, "", in.RootItem(o.Key))
	for inst := range o.Meta.Parts {
		if o.wants(inst) {
			ask.add(o, inst, in.PartItem(o.Meta.Locate(inst, o.Key.Parts)))
		}
	}
	if len(ask.gets) > fetch.TransactItems {
		o.done = true
		return nil
	}
	items, err := r.Fetch.Isolated(ctx, ask.gets)
	switch {
	case err != nil && ctx.Err() != nil:
		return fail.InTheWay(fail.ErrBusy, loadRounds+n, err)
	case errors.Is(err, fail.ErrInvalid): // too large for one transaction, or there is none, which is no mistake of the caller
		o.fail(fail.Withf(fail.ErrBusy, "%v", err))
		return nil
	case err != nil && !busy(err):
		return err
	case err != nil:
		o.Err = asBusy(err)
		return fail.InTheWay(fail.ErrBusy, loadRounds+n, backoff.Read.Wait(ctx, n))
	}
	ask.deliver(r, items, loadRounds+n, true)
	if o.done {
		return nil
	}
	if o.Meta == nil {
		o.done = true
	} else if err := o.reader(r).checkTables(o); err != nil {
		o.fail(err)
	} else if len(o.missing()) == 0 {
		o.done = true
	} else {
		o.Err = fail.ErrBusy
	}
	return nil
}

// busy reports whether a transaction was in conflict with a writer, had no capacity, or has
// read what others replaced then: another may succeed.
func busy(err error) bool {
	var canceled *types.TransactionCanceledException
	return errors.As(err, &canceled) || errors.Is(err, fail.ErrThrottled) || errors.Is(err, fail.ErrBusy)
}

// asBusy is such an error, where no other transaction follows.
func asBusy(err error) error {
	if errors.Is(err, fail.ErrBusy) {
		return err
	}
	return fail.Withf(fail.ErrBusy, "%w", err)
}
