package repo

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/meta"
)

// A tracked value says in its record what it was read from. Writes of it are
// made over that and nothing else.

// tracked returns what a tracked value replaces. Where its snapshot does not
// tell (the record came from elsewhere than a read, as an ETag does) it is read
// from the table; with an error the basis is what was read instead.
func (w *writer) tracked(ctx context.Context, d *draft, rec *meta.Record, read func(context.Context, *draft) (basis, error)) (basis, error) {
	snap := rec.Snapshot()
	switch {
	case snap != nil && !w.s.fits(snap, d.key):
		return basis{}, fail.Withf(ErrConflict, "the value was read from another object, %s", storedKey{parts: snap.Key}.text())
	case snap.Bare(), snap != nil && !snap.Partial && same(snap.Root, rec):
		return w.based(snap), nil
	}
	b, err := read(ctx, d)
	if err == nil && !same(b.Meta, rec) {
		b.snap, err = nil, fail.Withf(ErrConflict, "version %d is not the stored one", rec.Version)
	}
	return b, err
}

// based is the basis of a write over what a snapshot describes.
func (w *writer) based(snap *record.Snapshot) basis {
	b := basis{Basis: commit.Basis{Exists: true, Meta: snap.Root}, snap: snap}
	if snap.Bare() {
		b.Read = w.s.knownOf(snap)
	}
	return b
}

// readWhole reads the stored object with all that is to be remembered of it,
// less the parts that the value was read without.
func (w *writer) readWhole(ctx context.Context, d *draft) (basis, error) {
	sel := &selection{s: w.s, track: true}
	if snap := w.s.snapshot(d.ptr); snap != nil {
		sel.skip = slices.DeleteFunc(slices.Clone(w.s.tree.All), func(p *place.Place) bool { return !snap.Unloaded[p.Path.String()] })
	}
	o := newLoading(d.key, sel)
	err := w.load(ctx, []*loading{o}, true, sel.guesses())
	switch {
	case err != nil:
		return basis{}, err
	case o.err == ErrNotFound:
		return basis{}, nil
	case o.err != nil:
		return basis{Basis: commit.Basis{Exists: true, Meta: o.meta}}, o.err
	}
	_, snap, err := w.decoded(ctx, o)
	return basis{Basis: commit.Basis{Exists: true, Meta: o.meta}, snap: snap}, err
}

// readBasis reads the record of the stored object.
func (w *writer) readBasis(ctx context.Context, d *draft) (basis, error) {
	root, err := w.s.readRecord(ctx, w.get, d.key)
	if err != nil {
		return basis{}, err
	}
	return basisOf(&w.s.storage, root)
}

// basisOf is the basis of a write over a root item, empty if there is none.
func basisOf(s *storage, root map[string]types.AttributeValue) (basis, error) {
	if len(root) == 0 {
		return basis{}, nil
	}
	m, err := s.rootMeta(root)
	return basis{Basis: commit.Basis{Exists: true, Meta: m}}, err
}
