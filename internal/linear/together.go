package linear

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// countTable has one item, in which actions of the caller's own count. The item has
// no record: what is counted twice shows.
const countTable = "Counts"

var countKey = map[string]types.AttributeValue{"ID": text("c")}

// after tells what an error means for one operation of a call.
type after func(error) (*result, *value)

// operation is one of a Transact.
func (p *programOf[T]) operation(ctx context.Context, o *op, held *value) (repo.Op, after) {
	simply := func(err error) (*result, *value) { return o.outcome(err), nil }
	if o.object == pair {
		return repo.RawOp(o.raw()), simply
	}
	r, key := p.repos[o.object], p.keys[o.object]
	switch o.verb {
	case update:
		return r.With(o.options()...).UpdateOp(key, p.changes(o, held)...), simply
	case check:
		var conditions []lens.Condition[T]
		if o.ifN != nil {
			conditions = append(conditions, p.paths.N.Ge(*o.ifN))
		}
		return r.CheckOp(key, conditions...), simply
	case remove:
		return r.DeleteOp(key, o.options()...), simply
	case removeValue:
		return r.DeleteValueOp(held.v.(*T)), simply
	}
	w := p.written(ctx, o, held)
	wrote := func(err error) (*result, *value) { return p.wrote(ctx, o, w, err) }
	switch {
	case o.verb == create && p.detached:
		return r.CreateAtOp(key, w.v, o.options()...), wrote
	case o.verb == create:
		return r.CreateOp(w.v, o.options()...), wrote
	case p.detached:
		return r.PutAtOp(key, w.v, o.options()...), wrote
	}
	return r.PutOp(w.v, o.options()...), wrote
}

// raw is an action of the caller's own.
func (o *op) raw() (it types.TransactWriteItem) {
	table := countTable
	if o.verb == rawReset {
		it.Delete = &types.Delete{TableName: &table, Key: countKey}
		return it
	}
	change := "ADD N :one"
	it.Update = &types.Update{TableName: &table, Key: countKey, UpdateExpression: &change, ExpressionAttributeValues: map[string]types.AttributeValue{":one": number(1)}}
	if o.ifN != nil {
		few := "attribute_not_exists(N) OR N < :most"
		it.Update.ConditionExpression, it.Update.ExpressionAttributeValues[":most"] = &few, number(*o.ifN)
	}
	return it
}

// reading is one operation of a TransactGet.
func (p *programOf[T]) reading(ctx context.Context, o *op) (repo.ReadOp, after) {
	var options []repo.CallOption
	if o.verb == getPart {
		options = append(options, p.parts[o.part])
	}
	var v *T
	return p.repos[o.object].GetOp(p.keys[o.object], &v, options...), func(err error) (*result, *value) {
		if err == nil && v == nil {
			err = repo.ErrNotFound
		}
		return p.got(ctx, o, v, err)
	}
}

// together runs a Transact.
func together(ctx context.Context, p program, o *op, held []*value) (*result, []*value) {
	ops, afters := make([]repo.Op, len(o.ops)), make([]after, len(o.ops))
	for i, sub := range o.ops {
		ops[i], afters[i] = p.operation(ctx, sub, held[i])
	}
	return o.ended(repo.Transact(ctx, ops, o.name(ctx)...), afters)
}

// togetherGet runs a TransactGet.
func togetherGet(ctx context.Context, p program, o *op) (*result, []*value) {
	ops, afters := make([]repo.ReadOp, len(o.ops)), make([]after, len(o.ops))
	for i, sub := range o.ops {
		ops[i], afters[i] = p.reading(ctx, sub)
	}
	return o.ended(repo.TransactGet(ctx, ops...), afters)
}

// ended is the outcome of several operations that are one.
func (o *op) ended(err error, afters []after) (*result, []*value) {
	r := &result{kind: o.kindOf(err), err: err, at: -1}
	of, one := errors.AsType[*repo.OpError](err)
	switch {
	case one:
		if r.at = of.Index; r.at < 0 || r.at >= len(o.ops) {
			return &result{kind: broken, err: fmt.Errorf("the error is about operation %d: %w", r.at, err)}, nil
		}
		r.kind = o.ops[r.at].kindOf(err)
	case r.kind != done && r.kind != unknown && r.kind != nothing:
		r.kind = broken // the whole has no such error
	}
	var left []*value
	for _, after := range afters {
		each, v := after(err)
		if each.kind == broken && r.kind != broken && (err == nil || each.err != err) { // the caller's value
			r = &result{kind: broken, err: each.err}
		}
		if r.each = append(r.each, each); err == nil {
			left = append(left, v)
		}
	}
	if err != nil {
		r.each = nil
	}
	return r, left
}
