package repo

import (
	"context"
	"slices"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/meta"
)

// A tracked value says in its record what it was read from. Writes of it are
// made over that and nothing else.

// stands reports whether a record is about something that is stored: a version
// of an object, or an item without a record.
func stands(rec *meta.Record) bool {
	return rec != nil && (rec.Version != 0 || rec.WriteID != meta.WriteID{} || rec.Snapshot().Bare())
}

// tracked returns what a tracked value replaces. Where its snapshot does not
// tell (the record came from elsewhere than a read, as an ETag does) it is read
// from the table; with an error the basis is what was read instead.
func (c *core) tracked(ctx context.Context, d *draft, rec *meta.Record, read func(context.Context, *draft) (basis, error)) (basis, error) {
	snap := rec.Snapshot()
	switch {
	case snap != nil && !c.fits(snap, d.key):
		return basis{}, fail.Withf(ErrConflict, "the value was read from another object, %s", storedKey{parts: snap.Key}.text())
	case snap.Bare(), snap != nil && !snap.Partial && same(snap.Root, rec):
		return c.over(snap), nil
	}
	b, err := read(ctx, d)
	if err == nil && !same(b.meta, rec) {
		b.snap, err = nil, fail.Withf(ErrConflict, "version %d is not the stored one", rec.Version)
	}
	return b, err
}

// over is the basis of a write over what a snapshot describes.
func (c *core) over(snap *record.Snapshot) basis {
	b := basis{exists: true, meta: snap.Root, snap: snap}
	if snap.Bare() {
		b.read = c.knownOf(snap)
	}
	return b
}

// same reports whether a value's record is of the version that m describes.
func same(m *stored.Root, rec *meta.Record) bool {
	birth := birthOf(rec)
	return names(m, rec) && (m.Birth == birth || birth == stored.ID{})
}

// names reports whether a record has the version and write id of m.
func names(m *stored.Root, rec *meta.Record) bool {
	return m != nil && m.Version == rec.Version && m.WriteID() == stored.ID(rec.WriteID)
}

// birthOf is the write that created the object of a record, zero if the record
// does not know it.
func birthOf(rec *meta.Record) stored.ID {
	if snap := rec.Snapshot(); snap != nil && names(snap.Root, rec) {
		return snap.Root.Birth
	}
	return stored.ID{}
}

// readWhole reads the stored object with all that is to be remembered of it,
// less the parts that the value was read without.
func (c *core) readWhole(ctx context.Context, d *draft) (basis, error) {
	sel := &selection{c: c, track: true}
	if snap := c.snapshot(d.ptr); snap != nil {
		sel.skip = slices.DeleteFunc(slices.Clone(c.s.tree.All), func(p *place.Place) bool { return !snap.Unloaded[p.Path.String()] })
	}
	o := newLoading(d.key, sel)
	err := c.load(ctx, []*loading{o}, true, sel.guesses())
	switch {
	case err != nil:
		return basis{}, err
	case o.err == ErrNotFound:
		return basis{}, nil
	case o.err != nil:
		return basis{exists: true, meta: o.meta}, o.err
	}
	_, snap, err := c.decoded(ctx, o, sel)
	return basis{exists: true, meta: o.meta, snap: snap}, err
}

// readRecord reads the record of the stored object.
func (c *core) readRecord(ctx context.Context, d *draft) (basis, error) {
	return c.readBasis(ctx, d.key)
}
