package repo

import (
	"context"
	"errors"
	"reflect"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/rules"
	"github.com/dystore/dystore/internal/stored"
)

// modification reads an object, lets a function change it, and writes it over the
// version that was read, until nobody is faster.
type modification struct {
	whole
	read   readOptions
	change func(reflect.Value) error
}

func (w *writer) modify(ctx context.Context, key storedKey, read readOptions, opts writeOptions, change func(reflect.Value) error) (stored.ID, error) {
	read.track = true
	o := &modification{w.whole(key, nil, opts), read, change}
	if w.s.plain {
		return o.obj.ID, fail.Withf(ErrInvalid, "Modify needs the record that repo.Plain leaves out")
	}
	if err := opts.checkRewrite(true); err != nil {
		return o.obj.ID, err
	}
	return run(ctx, w.protocol, o)
}

func (o *modification) Plan(ctx context.Context) (*commit.Plan, error) {
	ptr, snap, err := o.w.read(ctx, o.key, o.read)
	if err != nil {
		return nil, err
	}
	if !snap.Bare() && snap.Root.Wrote(o.obj.ID) {
		return nil, nil
	}
	if err := o.change(ptr); err != nil {
		return nil, &commit.CallerError{Err: err}
	}
	if o.d, err = o.w.changed(ctx, ptr, o.key, o.w.s.unasked(snap, o.opts.keepShards)); err != nil {
		return nil, err
	}
	o.b = o.w.based(snap)
	plan, err := o.replacement(ctx, o.d, o.b)
	if errors.Is(err, ErrConflict) {
		err = commit.ErrReplan
	}
	return plan, err
}

func (o *modification) Judge(_ context.Context, out *commit.Outcome) (commit.Next, error) {
	err := o.conflict(out)
	if errors.Is(err, ErrConflict) {
		return commit.Beaten, nil
	}
	return commit.End, err
}

// changed drafts a changed value; its key must still be the one it was read by.
func (w *writer) changed(ctx context.Context, ptr reflect.Value, key storedKey, gaps []*rules.Gap) (*draft, error) {
	var given *storedKey
	if w.s.key.detached {
		given = &key
	}
	d, err := w.draftBut(ctx, ptr, given, gaps)
	if err == nil && d.key.text() != key.text() {
		err = fail.Withf(ErrInvalid, "the change replaced the object's key; that would be another object")
	}
	return d, err
}
