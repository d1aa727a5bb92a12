package linear

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/repo"
)

// Calls over many objects. Each object has an outcome of its own, and the history has
// an operation for each.

// many runs a call over many keys.
func (p *programOf[T]) many(ctx context.Context, o *op, held []*value) (*result, []*value) {
	r, options := p.repos[0], o.options()
	var keys []repo.Key[T]
	for _, sub := range o.ops {
		keys = append(keys, p.keys[sub.object])
	}
	var err error
	var after func(i int, err error) (*result, *value)
	switch o.verb {
	case getMany:
		var found []*T
		found, err = r.GetMany(ctx, keys, options...)
		after = func(i int, err error) (*result, *value) {
			var v *T
			if found != nil {
				v = found[i]
			}
			if err == nil && v == nil {
				err = repo.ErrNotFound
			}
			return p.got(ctx, o.ops[i], v, err)
		}
	case putMany:
		var writes []*written[T]
		var values []*T
		for i, sub := range o.ops {
			w := p.written(ctx, sub, held[i])
			writes, values = append(writes, w), append(values, w.v)
		}
		_, err = r.PutMany(ctx, values, options...)
		after = func(i int, err error) (*result, *value) { return p.wrote(ctx, o.ops[i], writes[i], err) }
	default:
		err = r.DeleteMany(ctx, keys, options...)
		after = func(i int, err error) (*result, *value) { return o.ops[i].outcome(err), nil }
	}
	batch, some := errors.AsType[*repo.BatchError](err)
	if err != nil && (!some || len(batch.Errs) != len(keys)) {
		return &result{kind: broken, err: fmt.Errorf("not an error by position: %w", err)}, nil
	}
	out := &result{kind: done, at: -1}
	var left []*value
	for i := range o.ops {
		var one error
		if some {
			one = batch.Errs[i]
		}
		each, v := after(i, one)
		out.each, left = append(out.each, each), append(left, v)
		if out.kind == done {
			out.kind = each.kind
		}
	}
	return out, left
}

// apart reports whether the operations of a call have outcomes of their own.
func (v verb) apart() bool { return v == getMany || v == putMany || v == deleteMany }

// about are the operations that a packet is sent for: of a call that writes many
// objects those on the objects whose roots or parts it names.
func (s *schedule) about(p *packet) (ops []*op) {
	if p.op.verb != putMany && p.op.verb != deleteMany {
		return []*op{p.op}
	}
	e := s.world.estate
	for _, sub := range p.op.ops {
		root, parts := fmt.Appendf(nil, `"ID":{"S":%q}`, e.keys[sub.object]), fmt.Appendf(nil, `"%s/S%s/`, e.entities[sub.object], e.keys[sub.object])
		if bytes.Contains(p.body, root) || bytes.Contains(p.body, parts) {
			ops = append(ops, sub)
		}
	}
	return ops
}
