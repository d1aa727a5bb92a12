package write

import (
	"context"
	"errors"
	"reflect"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// modification reads an object, lets a function change it, and writes it over the
// version that was read, until no other writer is faster.
type modification struct {
	whole
	read   load.Options
	change func(reflect.Value) error
	only   func(context.Context, *snapshot.Snapshot) (bool, error) // of which objects, nil for all
	asIs   bool                                                    // the value stays as it is, whatever the rules are by now
	given  *Read                                                   // what was read already, for the first plan; nil: nothing
	drafts map[*commit.Plan]*Draft                                 // each plan has a value of its own
	left   attrs                                                   // the root item that a plan has written, nil if that is not known
}

// Modify reads an object, lets change edit it, and writes it back.
func (w *Writer) Modify(ctx context.Context, key tables.Key, read load.Options, opts Options, change func(reflect.Value) error) (stored.ID, error) {
	o := w.modification(key, read, opts, change)
	if w.Schema.Plain {
		return o.obj.ID, fail.Withf(fail.ErrInvalid, "Modify needs the record that repo.Plain leaves out")
	}
	if err := opts.checkRewrite(true); err != nil {
		return o.obj.ID, err
	}
	return run(ctx, w.protocol, o)
}

// modification is an operation that reads an object, and puts what change makes of it.
func (w *Writer) modification(key tables.Key, read load.Options, opts Options, change func(reflect.Value) error) *modification {
	read.Track = true
	return &modification{whole: w.whole(key, nil, opts), read: read, change: change, drafts: map[*commit.Plan]*Draft{}}
}

func (o *modification) Plan(ctx context.Context) (*commit.Plan, error) {
	ptr, snap, err := o.get(ctx)
	if err != nil {
		return nil, err
	}
	if !snap.Bare() && snap.Root.Wrote(o.obj.ID) {
		return nil, nil
	}
	if o.only != nil {
		if is, err := o.only(ctx, snap); !is || err != nil {
			o.stays = true
			return nil, err
		}
	}
	if o.renews && !snap.Bare() {
		o.obj.By = snap.Root.Updater
	}
	if err := o.change(ptr); err != nil {
		return nil, &commit.CallerError{Err: err}
	}
	d, err := o.changed(ctx, ptr, snap)
	if err != nil {
		return nil, err
	}
	o.d, o.b = d, o.w.based(snap)
	plan, err := o.replacement(ctx, o.d, o.b)
	switch {
	case errors.Is(err, fail.ErrConflict):
		return nil, commit.ErrReplan
	case err != nil || o.stays:
		return nil, err
	}
	o.drafts[plan] = d
	return plan, nil
}

// get reads the object, unless it was read already.
func (o *modification) get(ctx context.Context) (reflect.Value, *snapshot.Snapshot, error) {
	if given := o.given; given != nil {
		o.given = nil
		return given.Value, given.Snapshot, nil
	}
	return o.w.Get(ctx, o.key, o.read)
}

// Done writes back into the value of the plan, which may be an earlier one.
func (o *modification) Done(plan *commit.Plan) {
	if plan != nil {
		o.d, o.left = o.drafts[plan], plan.Root.Item
	}
	o.whole.Done(plan)
}

func (o *modification) Judge(ctx context.Context, out *commit.Outcome) (commit.Next, error) {
	err := o.conflict(ctx, out)
	if errors.Is(err, fail.ErrConflict) {
		return commit.Beaten, nil
	}
	return commit.End, err
}

// changed drafts a changed value; its key must still be the one it was read by.
func (o *modification) changed(ctx context.Context, ptr reflect.Value, snap *snapshot.Snapshot) (*Draft, error) {
	var given *tables.Key
	if o.w.Schema.Key.Detached {
		given = &o.key
	}
	d, err := o.w.keyed(ptr, given, nil)
	switch {
	case err != nil:
	case o.asIs && !(o.renews && o.w.Schema.Outdated(snap.Root)): // what steps of an upgrade have made is new
		d.compare(snap, o.opts)
		err = o.w.document(ctx, d, func() error { return nil })
	default:
		err = o.w.encode(ctx, d, snap, o.opts)
	}
	if err == nil && d.Key.Text() != o.key.Text() {
		err = fail.Withf(fail.ErrInvalid, "the change replaced the object's key; that would be another object")
	}
	return d, err
}
