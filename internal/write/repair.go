package write

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/damage"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// A repair writes a damaged object over the version that is stored, as what a read makes
// of it. Items that are there and not used go only if the caller says so.

type repair struct {
	modification
	discard bool
	damage  *damage.Error // of the last plan; nil: none
}

// Repair makes an object whole again that has lost parts, as what is left of it. It
// returns what was wrong, nil if nothing was: then nothing is written, and neither with dry.
func (w *Writer) Repair(ctx context.Context, key tables.Key, opts Options, discard, dry bool) (*damage.Error, stored.ID, error) {
	o := &repair{modification: *w.modification(key, load.Options{Damaged: true, Uncounted: true}, opts, func(reflect.Value) error { return nil }), discard: discard}
	o.asIs = true
	if dry {
		_, _, err := o.read(ctx)
		return o.damage, o.obj.ID, err
	}
	id, err := run(ctx, w.protocol, o)
	return o.damage, id, err
}

// read reads the object, and what is wrong with it.
func (o *repair) read(ctx context.Context) (reflect.Value, *snapshot.Snapshot, error) {
	ptr, snap, err := o.w.Get(ctx, o.key, o.modification.read)
	if o.damage = nil; ptr.IsValid() && errors.As(err, &o.damage) {
		err = nil
	}
	return ptr, snap, err
}

func (o *repair) Plan(ctx context.Context) (*commit.Plan, error) {
	ptr, snap, err := o.read(ctx)
	if err != nil || o.damage == nil {
		return nil, err
	}
	kept := o.damage.Kept()
	switch {
	case (len(kept) > 0 || o.damage.Unnamed()) && !o.discard:
		return nil, o.damage
	case !o.obj.Staged && slices.ContainsFunc(o.damage.Parts, func(p damage.Part) bool { return p.Cause == damage.OtherOwner }):
		return nil, commit.ErrStage // the key of the part is taken; that of a copy is not
	}
	o.given = &Read{ptr, snap}
	if len(kept) > 0 {
		with := *snap.Root
		with.Parts = maps.Clone(with.Parts)
		maps.Copy(with.Parts, kept)
		withKept := *snap
		withKept.Root = &with
		o.given.Snapshot = &withKept
	}
	return o.modification.Plan(ctx)
}
