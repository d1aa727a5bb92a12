package repo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
)

const (
	isolatedRounds = 3
	transactGets   = 100 // DynamoDB's limit per request
)

// loadIsolated reads objects that changed under every batch with transactions,
// one object at a time. It costs twice as much and conflicts with writers, so
// it comes last.
func (c *core) loadIsolated(ctx context.Context, objs []*loading) error {
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
func (c *core) isolated(ctx context.Context, o *loading, n int) error {
	o.err = ErrBusy
	r := &reads{}
	r.add(o, "", get{c.table(c.s.table), c.s.keyAttrs(o.key)})
	for inst := range o.meta.Parts {
		if o.wants(inst) {
			r.add(o, inst, c.partGet(o.meta.Locate(inst, o.key.parts)))
		}
	}
	if len(r.gets) > transactGets {
		o.done = true
		return nil
	}
	items, err := c.transactGet(ctx, r.gets)
	switch {
	case err != nil && ctx.Err() != nil:
		return inTheWay(ErrBusy, loadRounds+n, err)
	case errors.Is(err, ErrInvalid): // too large for one transaction, which is nobody's mistake
		o.fail(fail.Withf(ErrBusy, "%v", err))
		return nil
	case err != nil && !busy(err):
		return err
	case err != nil:
		o.err = fail.Withf(ErrBusy, "%w", err)
		return inTheWay(ErrBusy, loadRounds+n, sleep(ctx, n))
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

func (c *core) transactGet(ctx context.Context, gets []get) ([]attrs, error) {
	in := &dynamodb.TransactGetItemsInput{}
	for _, g := range gets {
		in.TransactItems = append(in.TransactItems, types.TransactGetItem{
			Get: &types.Get{TableName: aws.String(g.table), Key: g.key},
		})
	}
	out, err := c.client.TransactGetItems(ctx, in, observed...)
	if err != nil {
		return nil, withReasons(readError(err), func(i int) string { return gets[i].table })
	}
	items := make([]attrs, len(gets))
	for i := range out.Responses {
		items[i] = out.Responses[i].Item
	}
	return items, nil
}
