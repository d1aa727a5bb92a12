package write

import (
	"context"
	"errors"
	"maps"
	"reflect"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// A renewal writes an object that it does not change, as a Put of today stores it. The
// version rises; who has written the object last stays.

// renewal is a modification that changes nothing.
func (w *Writer) renewal(key tables.Key, opts Options) *modification {
	o := w.modification(key, load.Options{Renew: true}, opts, func(reflect.Value) error { return nil })
	o.renews, o.asIs = true, true
	return o
}

// Upgrade brings an object of an earlier version of the model to today's; one that is of
// today's by now stays as it is. over is the version that it must be, nil for any. It
// returns the root item as it has written it, nil if that has to be read, with its pages.
func (w *Writer) Upgrade(ctx context.Context, key tables.Key, over *stored.Root) (root attrs, err error) {
	o := w.renewal(key, Options{})
	changed := false
	o.only = func(_ context.Context, snap *snapshot.Snapshot) (bool, error) {
		m := snap.Root
		changed = over != nil && (m == nil || m.WriteID() != over.WriteID())
		return !changed && w.Schema.Outdated(m), nil
	}
	if _, err := run(ctx, w.protocol, o); err != nil {
		return nil, err
	}
	if changed {
		return nil, fail.ErrConflict
	}
	if p, err := stored.PagesIn(o.left[w.Schema.MetaAttr]); p != nil || err != nil {
		return nil, err
	}
	return o.left, nil
}

// Read is an object that was read, and what is to be remembered of it.
type Read struct {
	Value    reflect.Value // *T
	Snapshot *snapshot.Snapshot
}

// Renewal says which objects Renew writes.
type Renewal struct {
	Dry  bool                                                                             // none; it finds out
	Live bool                                                                             // one with a value whose key is destroyed fails, whatever the model accepts
	Only func(ctx context.Context, key tables.Key, snap *snapshot.Snapshot) (bool, error) // nil: all
}

// Renew writes an object again if it is not stored as a write of today stores it: as an
// earlier version of the model, divided otherwise, with other claims, under another key
// or without encryption, in other formats. read is the object as it was read with
// load.Options.Renew.
func (w *Writer) Renew(ctx context.Context, key tables.Key, read Read, r Renewal) (changed bool, err error) {
	o := w.renewal(key, Options{})
	o.given, o.read.Live = &read, r.Live
	if r.Only != nil {
		o.only = func(ctx context.Context, snap *snapshot.Snapshot) (bool, error) { return r.Only(ctx, key, snap) }
	}
	if r.Dry {
		for {
			plan, err := o.Plan(ctx)
			if !errors.Is(err, commit.ErrReplan) {
				return plan != nil, err
			}
		}
	}
	_, err = run(ctx, w.protocol, o)
	return err == nil && !o.stays, err
}

// asStored reports whether a plan would leave everything as it is stored. root is the
// digest of the new root item.
func (p *planner) asStored(root snapshot.Digest) (bool, error) {
	was, next, read := p.b.Meta, p.snap.Root, p.b.snap
	if was == nil || read == nil || len(p.out.Parts) > 0 || read.Sealed != p.w.Schema.Sealing.Encoded {
		return false, nil
	}
	if known, ok := read.Digests[""]; !ok || known != root {
		return false, nil
	}
	if was.LayoutID != next.LayoutID || was.TTL != next.TTL || !maps.Equal(was.Claims, next.Claims) {
		return false, nil
	}
	current, err := p.forms.Current(p.ctx, &p.sealed, read.Envelopes[""])
	if !current || err != nil {
		return false, err
	}
	current, err = p.forms.ListCurrent(p.ctx, &p.sealed, was.Policy)
	if err != nil && !fail.OutOfReach(err) {
		return false, nil // it does not open, and is made anew: the model has what is in it
	}
	return current, err
}
