package linear

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/internal/linear/aggregate"
	"github.com/dystore/dystore/meta"
)

// put is every verb that takes a value.
func (p *programOf[T]) put(ctx context.Context, o *op, held *value) (*result, *value) {
	w := p.written(ctx, o, held)
	options, key, r := append(o.options(), o.name(ctx)...), p.keys[o.object], p.repos[o.object]
	var err error
	switch {
	case o.verb == create && p.detached:
		err = r.CreateAt(ctx, key, w.v, options...)
	case o.verb == create:
		_, err = r.Create(ctx, w.v, options...)
	case p.detached:
		err = r.PutAt(ctx, key, w.v, options...)
	default:
		_, err = r.Put(ctx, w.v, options...)
	}
	return p.wrote(ctx, o, w, err)
}

// written is a value on its way into a repository.
type written[T any] struct {
	v       *T
	content *aggregate.Content
	before  *value
	partial bool
}

// written makes the value that an operation writes.
func (p *programOf[T]) written(ctx context.Context, o *op, held *value) *written[T] {
	v, c := new(T), o.value
	if held != nil {
		*v = *held.v.(*T)
		if c == nil {
			c = p.content(v)
			aggregate.Revise(c, o.edits)
		}
	}
	if c = c.Clone(); o.keep && o.shards.Home {
		c.Home.City = "not to be written"
	}
	p.fill(v, c)
	if o.verb == putRecord {
		*p.record(v) = meta.Record{Version: o.basis.version, WriteID: scheduleOf(ctx).ids.ID(o.basis.id)}
	}
	return &written[T]{v, c, p.known(ctx, v), held != nil && held.partial}
}

// wrote is what became of a value that was written.
func (p *programOf[T]) wrote(ctx context.Context, o *op, w *written[T], err error) (*result, *value) {
	r, after := o.outcome(err), p.known(ctx, w.v)
	if after.content.String() != w.content.String() || err != nil && after.basis != nil && *after.basis != *w.before.basis {
		return &result{kind: broken, err: fmt.Errorf("the caller's value became %v, %v", after.content, after.basis)}, nil
	}
	if err != nil || p.record == nil {
		return r, nil
	}
	r.version, r.id = after.basis.version, after.basis.id
	after.partial = w.partial
	if o.keep { // its parts are not the stored ones
		return r, nil
	}
	return r, after
}

// known is a value with the state that its record names.
func (p *programOf[T]) known(ctx context.Context, v *T) *value {
	out := &value{v: v, content: p.content(v)}
	out.object = out.content.Rank - 1
	if p.record != nil {
		rec, ids := p.record(v), scheduleOf(ctx).ids
		out.basis = &basis{version: rec.Version, id: ids.Number(rec.WriteID)}
		if snap := rec.Snapshot(); snap != nil && !snap.Bare() {
			out.basis.birth = ids.Number(meta.WriteID(snap.Root.Birth))
		}
	}
	return out
}
