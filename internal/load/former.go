package load

import (
	"context"
	"errors"

	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/upgrade"
)

// Objects of earlier versions of the model. They are read whole, since the steps to
// today's version need everything, and become the document that a write would store today.

// errOutdated: the object is of an earlier version, and only a path of it was read.
var errOutdated = errors.New("read whole, to be upgraded")

// outdated finds out of which version of its model an object is.
func (o *Object) outdated(in *tables.Tables) {
	if o.asked != nil { // its root is read again
		o.sel, o.asked = o.asked, nil
	}
	if o.sel == nil || o.sel.Schema == nil {
		return
	}
	if err := in.CheckModel(o.Meta); err != nil {
		o.fail(err)
		return
	}
	former, err := schema.FormerOf(o.sel.Schema, o.Meta)
	switch {
	case err != nil:
		o.fail(err)
	case former == nil:
	case o.sel.path != nil:
		o.fail(errOutdated)
	default:
		whole := *o.sel
		whole.Skip, whole.rootsOnly, whole.former = nil, false, former
		o.sel, o.asked = &whole, o.sel
	}
}

// document is what was read of an object, put together, as of today's version. What is
// to be remembered is nil unless that is wanted.
func (t *Typed) document(ctx context.Context, o *Object) (attrs, *snapshot.Snapshot, error) {
	if o.sel == nil || o.sel.former == nil {
		return t.Assemble(ctx, o, &t.Schema.Sealing)
	}
	if o.today == nil && o.todayErr == nil { // the first time uses up what was read
		o.today, o.todaySnap, o.todayErr = t.upgraded(ctx, o, o.sel.former)
	}
	return o.today, o.todaySnap, o.todayErr
}

func (t *Typed) upgraded(ctx context.Context, o *Object, former *schema.Former) (attrs, *snapshot.Snapshot, error) {
	if err := former.Readable(o.Meta); err != nil {
		return nil, nil, err
	}
	doc, snap, err := t.Assemble(ctx, o, &former.Old.Sealing)
	if err == nil {
		doc, err = upgrade.Document(ctx, t.Schema, former, o.Key, doc, snap)
	}
	return doc, snap, err
}
