package write

import (
	"context"
	"errors"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// The write path of whole objects. Each operation finds out what it replaces (a
// basis) and plans the replacement; what a refusal means depends on the verb.

// whole is the write of a whole value.
type whole struct {
	op
	w      *Writer
	d      *Draft
	b      basis              // what the last plan was made over
	proven *snapshot.Snapshot // of a write that was found to be done

	renews bool // nothing is changed: there is no plan if it is stored as a write of today stores it
	stays  bool // that was found
}

func (w *Writer) whole(key tables.Key, d *Draft, opts Options) whole {
	return whole{op: newOp(&w.Schema.Tables, key, opts), w: w, d: d}
}

// Done writes back what the caller is to learn.
func (o *whole) Done(plan *commit.Plan) {
	snap := o.proven
	if plan != nil {
		snap = plan.Snapshot
	} else if snap == nil {
		return
	}
	o.w.publish(o.d, snap)
}

// create writes an object that must not exist. It is planned again where what is stored
// counts as absent.
type create struct{ whole }

// Create writes an object that must not exist; the id is the write's.
func (w *Writer) Create(ctx context.Context, d *Draft, opts Options) (stored.ID, error) {
	return run(ctx, w.protocol, w.CreateOp(d, opts))
}

// CreateOp is the operation of Create.
func (w *Writer) CreateOp(d *Draft, opts Options) commit.Op {
	return &create{w.whole(d.Key, d, opts)}
}

func (o *create) Plan(ctx context.Context) (*commit.Plan, error) {
	return o.replacement(ctx, o.d, o.b)
}

func (o *create) Judge(ctx context.Context, out *commit.Outcome) (commit.Next, error) {
	if err := out.Complete(ctx, o.w.Fetch, &o.w.Schema.Tables, o.key); err != nil {
		return commit.End, err
	}
	switch {
	case out.Kind == commit.Rejected:
		return commit.End, out.Rejection()
	case out.Root == nil:
		return o.partRefused(out)
	}
	b, err := basisOf(&o.w.Schema.Tables, out.Root)
	if m := b.shows(o.obj.ID); m != nil {
		o.confirm(out.Plan.Snapshot, m)
		return commit.End, nil
	}
	switch {
	case err != nil && !errors.Is(err, fail.ErrCorrupt):
		return commit.End, err
	case out.Ambiguous:
		return commit.End, commit.ErrOverwritten()
	case err == nil && b.Gone != nil && !o.w.Schema.Plain:
		o.b = b
		return commit.Learnt, nil
	case err == nil && len(out.Root) == 0:
		o.b = b // what counted as absent, or what the write had put there, has been deleted
		return commit.Beaten, nil
	}
	return commit.End, fail.ErrExists
}

// partRefused is why a write was refused over whose root it was not. What an expired
// object claimed may be another's by now.
func (o *whole) partRefused(out *commit.Outcome) (commit.Next, error) {
	switch {
	case out.Disowned(o.b.Gone):
		return commit.Learnt, nil
	case o.expiring(out):
		return commit.End, fail.ErrNotFound
	}
	return commit.End, out.PartRefused()
}

// expiring reports whether a write was refused because DynamoDB, by whose clock the
// object has expired, has begun to delete it.
func (o *whole) expiring(out *commit.Outcome) bool {
	return out.Misses() && o.w.Schema.Expiring(nil, o.b.Meta)
}

// Put writes an object over what is stored or, if the value is tracked, over the
// version that it was read from.
func (w *Writer) Put(ctx context.Context, d *Draft, opts Options) (stored.ID, error) {
	o, err := w.PutOp(d, opts)
	if err != nil {
		return commit.NewObject(commit.Object{}, opts.Options).ID, err
	}
	return run(ctx, w.protocol, o)
}

// PutOp is the operation of Put.
func (w *Writer) PutOp(d *Draft, opts Options) (commit.Op, error) {
	o := w.whole(d.Key, d, opts)
	tracks := schema.IsStored(w.Schema.Record(d.ptr)) && !opts.Overwrite
	switch err := opts.checkRewrite(tracks); {
	case err != nil:
		return nil, err
	case tracks:
		return &putTracked{o}, nil
	case w.Schema.Plain:
		return &putPlain{o}, nil
	}
	d.replans = true
	return &putBlind{whole: o}, nil
}

// putTracked is the compare-and-set on the version that a value was read from.
type putTracked struct{ whole }

func (o *putTracked) Plan(ctx context.Context) (plan *commit.Plan, err error) {
	if snap := o.w.Schema.Snapshot(o.d.ptr); snap != nil && snap.Damaged {
		return nil, fail.Withf(fail.ErrCorrupt, "the value was read from a damaged object; repo.Repair mends the object, and repo.Overwrite replaces it")
	}
	o.b, err = o.w.tracked(ctx, o.d, o.w.Schema.Record(o.d.ptr), o.w.readWhole)
	switch {
	case o.b.shows(o.obj.ID) != nil:
		// Repeated after a restart. A value that was read since is tracked as what it
		// was read from.
		if o.b.snap == nil {
			o.confirm(nil, o.b.Meta)
		}
		return nil, nil
	case err != nil:
		return nil, err
	}
	return o.replacement(ctx, o.d, o.b)
}

func (o *putTracked) Judge(ctx context.Context, out *commit.Outcome) (commit.Next, error) {
	return commit.End, o.conflict(ctx, out)
}

// conflict is why a compare-and-set was refused or rejected, nil if it is done.
func (o *whole) conflict(ctx context.Context, out *commit.Outcome) error {
	if err := out.Complete(ctx, o.w.Fetch, &o.w.Schema.Tables, o.key); err != nil {
		return err
	}
	switch {
	case out.Kind == commit.Rejected:
		return out.Rejection()
	case out.Root == nil && o.expiring(out):
		return errExpired()
	case out.Root == nil:
		return out.PartRefused()
	}
	m, err := o.w.Schema.RootMeta(out.Root)
	switch {
	case m != nil && m.Wrote(o.obj.ID):
		o.confirm(out.Plan.Snapshot, m)
		return nil
	case !out.Excludes(m, &o.b.Basis):
		return commit.ErrOverwritten()
	case err != nil:
		return err
	case len(out.Root) == 0, m.Kept():
		return fail.Withf(fail.ErrConflict, "the object was deleted")
	case o.w.Schema.Gone(out.Root, m):
		return errExpired()
	case m != nil && o.b.Meta != nil && m.Birth != o.b.Meta.Birth:
		return fail.Withf(fail.ErrConflict, "the object was deleted and created again")
	}
	return fail.ErrConflict
}

func errExpired() error { return fail.Withf(fail.ErrConflict, "the object has expired") }

// putBlind replaces any version: it must read the manifest first, to
// know which parts the stored object has, and starts over when another write
// comes between. A refusal brings the newer manifest with it.
type putBlind struct {
	whole
	known bool // b is the latest that was seen
}

// over takes the stored root, or its record, which the next plan is made over.
func (o *putBlind) over(root attrs) (err error) {
	o.b, err = replaced(&o.w.Schema.Tables, root)
	o.known = err == nil
	return err
}

func (o *putBlind) Plan(ctx context.Context) (plan *commit.Plan, err error) {
	if !o.known {
		root, err := o.w.Schema.ReadRecord(ctx, o.w.Fetch, o.key)
		if err == nil {
			err = o.over(root)
		}
		if err != nil {
			return nil, err
		}
	}
	switch {
	case o.b.shows(o.obj.ID) != nil:
		o.confirm(nil, o.b.record())
		return nil, nil
	case !o.b.Exists && (o.opts.MustExist || o.opts.KeepShards):
		return nil, fail.ErrNotFound
	}
	if snap := o.w.Schema.Snapshot(o.d.ptr); o.w.Schema.Fits(snap, o.key) {
		o.b.snap = gapsOnly(snap)
	}
	plan, err = o.replacement(ctx, o.d, o.b)
	if errors.Is(err, fail.ErrConflict) { // with KeepShards: it changed since b was read
		o.known, err = false, commit.ErrReplan
	}
	return plan, err
}

func (o *putBlind) Judge(ctx context.Context, out *commit.Outcome) (commit.Next, error) {
	if err := out.Complete(ctx, o.w.Fetch, &o.w.Schema.Tables, o.key); err != nil {
		return commit.End, err
	}
	switch {
	case out.Kind == commit.Rejected:
		return commit.End, out.Rejection()
	case out.Root == nil:
		return o.partRefused(out)
	}
	next, err := replaced(&o.w.Schema.Tables, out.Root)
	switch {
	case next.shows(o.obj.ID) != nil:
		o.confirm(out.Plan.Snapshot, next.record())
		return commit.End, nil
	case !out.Excludes(next.record(), &o.b.Basis):
		return commit.End, commit.ErrOverwritten()
	case err != nil:
		return commit.End, err
	}
	o.b = next
	return commit.Beaten, nil
}

// gapsOnly is the part of a snapshot that is true of every version: what was not
// loaded. Nothing may be skipped by it.
func gapsOnly(s *snapshot.Snapshot) *snapshot.Snapshot {
	if len(s.Unloaded) == 0 {
		return nil
	}
	return &snapshot.Snapshot{Table: s.Table, Owner: s.Owner, Sealed: s.Sealed, Key: s.Key, Root: s.Root, Elems: s.Elems, Unloaded: s.Unloaded, Unknown: s.Unknown}
}

// putPlain replaces an item without a record in one request.
type putPlain struct{ whole }

func (o *putPlain) Plan(context.Context) (*commit.Plan, error) {
	plan := o.plainReplacement(o.d, basis{Basis: commit.Basis{Exists: o.opts.MustExist}})
	if !o.opts.MustExist {
		plan.Root.Cond, plan.Root.Names, plan.Root.Values = "", nil, nil
	}
	return plan, nil
}

func (o *putPlain) Judge(_ context.Context, out *commit.Outcome) (commit.Next, error) {
	if out.Kind == commit.Refused {
		return commit.End, fail.ErrNotFound
	}
	return commit.End, out.Rejection()
}
