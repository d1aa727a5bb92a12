package write

import (
	"context"
	"reflect"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// deletion removes what is stored under a key. The manifest has to be read
// first: it says which parts there are.
type deletion struct {
	op
	r     *Remover
	b     basis
	known bool // b is the latest that was seen

	salvaged *stored.Root // what can be read of a damaged record
	staged   bool         // the protocol stages what it can
}

// Remover deletes objects of any type.
type Remover struct {
	*load.Reader
	protocol commit.Protocol
	layout   stored.Layout // of the declaration; nil without one
}

// NewRemover returns a remover of objects that a reader reads. The layout is that of
// the declaration, nil without one.
func NewRemover(r *load.Reader, p commit.Protocol, l stored.Layout) *Remover {
	return &Remover{r, p, l}
}

// Delete removes the object with a key; the id is the write's.
func (r *Remover) Delete(ctx context.Context, key tables.Key, opts Options) (stored.ID, error) {
	return run(ctx, r.protocol, r.DeleteOp(key, opts))
}

// DeleteOp is the operation of Delete.
func (r *Remover) DeleteOp(key tables.Key, opts Options) commit.Op {
	if r.Tables.Plain {
		return &deletePlain{newOp(r.Tables, key, opts)}
	}
	return &deletion{op: newOp(r.Tables, key, opts), r: r}
}

// over takes the stored root, or its record, which the next plan is made over.
func (o *deletion) over(root attrs) (err error) {
	o.b, err = o.deletable(root)
	o.known = err == nil
	return err
}

func (o *deletion) Plan(ctx context.Context) (*commit.Plan, error) {
	if !o.known {
		root, err := o.r.Tables.ReadRecord(ctx, o.r.Fetch, o.key)
		if err == nil {
			err = o.over(root)
		}
		if err != nil {
			return nil, err
		}
	}
	gone, left := o.b.Gone != nil, o.b.record()
	kept := gone && left.Kept() && !left.Void && !tables.Expired(left.Expires)
	switch {
	case o.done():
		return nil, nil
	case o.opts.MustExist && !o.b.Exists && !(kept && o.opts.Permanent):
		return nil, fail.ErrNotFound
	case o.b.Exists, gone && !o.keeps() && !(left.Kept() && left.Void && left.Items() == 0):
		return o.plan(ctx)
	}
	return o.absence(), nil
}

// absence states that there is nothing to delete.
func (o *deletion) absence() *commit.Plan {
	var e expr.Builder
	root := o.obj.Item()
	cond, _ := o.b.Condition(&e, &o.obj) // which is short
	return &commit.Plan{Idle: true, Root: commit.Action{Op: commit.Check, Table: root.Table, Key: root.Key, Cond: cond, Names: e.Names, Values: e.Values}}
}

// plan removes the object if it still is the one of b.
func (o *deletion) plan(ctx context.Context) (*commit.Plan, error) {
	if o.b.shows(o.obj.ID) != nil {
		return nil, fail.Withf(fail.ErrInvalid, "the object was written under this WithWriteID; an id is for one write")
	}
	if o.keeps() {
		return o.mark()
	}
	o.stage()
	parts, owner, err := o.deletedParts(ctx)
	if err != nil {
		return nil, err
	}
	var e expr.Builder
	cond, err := o.b.Condition(&e, &o.obj)
	if err != nil {
		return nil, err
	}
	root := o.obj.Item()
	plan := o.b.Plan()
	plan.Root = commit.Action{Op: commit.Delete, Table: root.Table, Key: root.Key, Cond: cond, Names: e.Names, Values: e.Values}
	if o.obj.Staged {
		o.bury(plan, parts)
	}
	o.unbase(plan, o.b.record())
	owned := o.obj
	owned.Owner = owner
	guard := commit.Guard{Object: &owned}
	for _, p := range parts {
		if table := o.r.Tables.FullName(p.loc.Table); p.claim {
			plan.Parts = append(plan.Parts, guard.Unclaim(table, string(p.inst), p.loc))
		} else {
			plan.Parts = append(plan.Parts, commit.Part{Inst: p.inst, Stamp: p.stamp, Action: guard.Delete(table, p.loc)})
		}
	}
	pages, err := o.obj.RemovePages(o.r.Tables, o.b.record())
	plan.Parts = append(plan.Parts, pages...)
	return plan, err
}

func (o *deletion) Judge(ctx context.Context, out *commit.Outcome) (commit.Next, error) {
	if err := out.Complete(ctx, o.r.Fetch, o.r.Tables, o.key); err != nil {
		return commit.End, err
	}
	switch {
	case out.Kind == commit.Rejected:
		return commit.End, out.Rejection()
	case out.Root == nil && o.opts.Damaged:
		return commit.Beaten, nil // a part that was read has become another's
	case out.Root == nil && out.Disowned(o.b.Gone):
		return commit.Learnt, nil
	case out.Root == nil:
		return commit.End, out.PartRefused()
	}
	before := o.b.Basis
	if err := o.over(out.Root); err != nil {
		return commit.End, err
	}
	switch {
	case o.done():
		return commit.End, nil
	case (o.b.Exists || o.opts.MustExist) && !out.Excludes(o.b.record(), &before):
		return commit.End, commit.ErrOverwritten() // another object may have taken the place of the deleted one
	}
	return commit.Beaten, nil
}

// Recall finds nothing, unless what is deleted is kept: otherwise it does not say by whom.
func (o *deletion) Recall(ctx context.Context) (bool, error) {
	if !o.keeps() {
		return false, nil
	}
	root, err := o.r.Tables.ReadRecord(ctx, o.r.Fetch, o.key)
	if err != nil {
		return false, err
	}
	b, err := basisOf(o.r.Tables, root)
	return b.shows(o.obj.ID) != nil, err
}

// Done has nothing to tell: the caller has no value of the object.
func (*deletion) Done(*commit.Plan) {}

// deletePlain removes an item without a record.
type deletePlain struct{ op }

func (o *deletePlain) Plan(context.Context) (*commit.Plan, error) {
	root := o.obj.Item()
	a := commit.Action{Op: commit.Delete, Table: root.Table, Key: root.Key}
	if o.opts.MustExist {
		var e expr.Builder
		a.Cond = o.obj.Present(&e)
		a.Names, a.Values = e.Names, e.Values
	}
	return &commit.Plan{Root: a}, nil
}

func (o *deletePlain) Judge(_ context.Context, out *commit.Outcome) (commit.Next, error) {
	if out.Kind == commit.Refused {
		return commit.End, fail.ErrNotFound
	}
	return commit.End, out.Rejection()
}

// Recall finds nothing.
func (*deletePlain) Recall(context.Context) (bool, error) { return false, nil }

// Done has nothing to tell.
func (*deletePlain) Done(*commit.Plan) {}

// deletionOfValue removes the version that a value was read from.
type deletionOfValue struct {
	deletion
	w *Writer
	d *Draft
}

// DeleteValue removes the object of a value if it is still the version that the value
// was read from.
func (w *Writer) DeleteValue(ctx context.Context, key tables.Key, ptr reflect.Value, opts Options) (stored.ID, error) {
	return run(ctx, w.protocol, w.DeleteValueOp(key, ptr, opts))
}

// DeleteValueOp is the operation of DeleteValue.
func (w *Writer) DeleteValueOp(key tables.Key, ptr reflect.Value, opts Options) commit.Op {
	d := &Draft{ptr: ptr, value: ptr, Key: key}
	return &deletionOfValue{deletion{op: newOp(&w.Schema.Tables, key, opts), r: w.Remover}, w, d}
}

// TrackedKey returns the key of a value that says what version it is.
func (w *Writer) TrackedKey(ptr reflect.Value) (tables.Key, error) {
	if ptr.IsNil() {
		return tables.Key{}, fail.Withf(fail.ErrInvalid, "the value is nil")
	}
	key, err := w.KeyOf(ptr)
	rec := w.Schema.Record(ptr)
	switch {
	case err != nil:
		return key, err
	case rec == nil:
		return key, fail.Withf(fail.ErrInvalid, "DeleteValue needs a meta.Keep field, which says what version the value is")
	case !schema.IsStored(rec):
		return key, fail.Withf(fail.ErrInvalid, "the value was never stored: its record is zero")
	}
	return key, nil
}

func (o *deletionOfValue) Plan(ctx context.Context) (plan *commit.Plan, err error) {
	o.b, err = o.w.tracked(ctx, o.d, o.w.Schema.Record(o.d.ptr), o.w.readBasis)
	switch {
	case o.done():
		return nil, nil
	case err != nil:
		return nil, err
	}
	if o.b.Read != nil {
		o.b.Read = o.w.Schema.AllOf(o.b.snap)
	}
	return o.plan(ctx)
}

func (o *deletionOfValue) Judge(ctx context.Context, out *commit.Outcome) (commit.Next, error) {
	before := o.b.Basis
	next, err := o.deletion.Judge(ctx, out)
	switch {
	case err != nil || next == commit.End:
	case !out.Excludes(o.b.record(), &before):
		err = commit.ErrOverwritten()
	default:
		err = fail.ErrConflict
	}
	return commit.End, err
}
