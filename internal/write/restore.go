package write

import (
	"context"
	"reflect"
	"time"

	"github.com/dystore/dystore/internal/claim"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Objects that are kept when they are deleted: the root's record says since when they
// are, and everything else stays where it is. What they claim is free.

// keeps reports whether the deletion keeps the object.
func (o *deletion) keeps() bool {
	return o.obj.Keeps && !o.opts.Permanent && !o.opts.Damaged
}

// done reports whether what is stored shows that the deletion is.
func (o *deletion) done() bool {
	m := o.b.shows(o.obj.ID)
	return m != nil && (o.keeps() || m.Void)
}

// mark makes the object count as absent.
func (o *deletion) mark() (*commit.Plan, error) {
	var x commit.Edit
	cond, err := o.b.Condition(&x.Builder, &o.obj)
	if err != nil {
		return nil, err
	}
	x.Require(cond)
	rec, now := o.obj.MetaAttr, time.Now()
	if o.b.Meta == nil {
		next := o.b.Next(&o.obj, stored.Layout(nil).ID(), nil)
		next.Deleted = now
		x.Set(x.Name(rec), x.Value(next.Encode()))
	} else {
		o.obj.Advance(&x)
		x.Set(x.Path(rec, "d"), x.Value(item.Int(now.UnixMilli())))
	}
	plan := o.b.Plan()
	if m := o.b.Meta; m != nil && len(m.Claims) > 0 {
		x.Remove(x.Path(rec, "q"))
		if err := o.r.CheckManifest(o.key, m); err != nil {
			return nil, err
		}
		move := claim.Move{Tables: o.r.Tables, Guard: &commit.Guard{Object: &o.obj}, From: m.Claims, Items: func() tables.Items { return tables.Items{} }}
		if plan.Parts, err = move.Deletes(); err != nil {
			return nil, err
		}
	}
	root := o.obj.Item()
	plan.Root = x.Action(root.Table, root.Key)
	return plan, nil
}

// Restore makes an object that was deleted, and kept, count again. It claims what is
// unique anew. An object that counts stays as it is.
func (w *Writer) Restore(ctx context.Context, key tables.Key, opts Options) (stored.ID, error) {
	o := w.modification(key, load.Options{Deleted: true, Uncounted: true}, opts, func(reflect.Value) error { return nil })
	o.only = func(_ context.Context, snap *snapshot.Snapshot) (bool, error) { return snap.Root.Kept(), nil }
	o.asIs = true
	return run(ctx, w.protocol, o)
}
