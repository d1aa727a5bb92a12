package write

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/meta"
)

// A tracked value says in its record what it was read from. Writes of it are
// made over that and nothing else.

// tracked returns what a tracked value replaces. Where its snapshot does not
// tell (the record came from elsewhere than a read, as an ETag does) it is read
// from the table; with an error the basis is what was read instead.
func (w *Writer) tracked(ctx context.Context, d *Draft, rec *meta.Record, read func(context.Context, *Draft) (basis, error)) (basis, error) {
	snap := rec.Snapshot()
	switch {
	case snap != nil && !w.Schema.Fits(snap, d.Key):
		return basis{}, fail.Withf(fail.ErrConflict, "the value was read from another object, %s", tables.Key{Parts: snap.Key}.Text())
	case snap != nil && snap.Root.Kept():
		return basis{}, fail.Withf(fail.ErrConflict, "the object is deleted; repo.Restore brings it back")
	case snap.Bare(), snap != nil && !snap.Partial && !snap.Damaged && schema.SameVersion(snap.Root, rec):
		return w.based(snap), nil
	}
	b, err := read(ctx, d)
	if err == nil && !schema.SameVersion(b.Meta, rec) {
		b.snap, err = nil, fail.Withf(fail.ErrConflict, "version %d is not the stored one", rec.Version)
	}
	return b, err
}

// based is the basis of a write over what a snapshot describes.
func (w *Writer) based(snap *snapshot.Snapshot) basis {
	b := basis{Basis: commit.Basis{Exists: true, Meta: snap.Root}, snap: snap, whole: true}
	if snap.Bare() {
		b.Read = w.Schema.KnownOf(snap)
	}
	return b
}

// readWhole reads the stored object with all that is to be remembered of it,
// less the parts that the value was read without.
func (w *Writer) readWhole(ctx context.Context, d *Draft) (basis, error) {
	sel := &load.Selection{Schema: w.Schema, Track: true}
	if snap := w.Schema.Snapshot(d.ptr); snap != nil {
		sel.Skip = slices.DeleteFunc(slices.Clone(w.Schema.Tree.All), func(p *place.Place) bool { return !snap.Unloaded[p.Path.String()] })
	}
	o := load.NewObject(d.Key, sel)
	err := w.Load(ctx, []*load.Object{o}, true, sel.Guesses())
	switch {
	case err != nil:
		return basis{}, err
	case o.Err == fail.ErrNotFound:
		return basis{}, nil
	case o.Err != nil:
		return basis{Basis: commit.Basis{Exists: true, Meta: o.Meta}}, o.Err
	}
	_, snap, err := w.Decoded(ctx, o)
	return basis{Basis: commit.Basis{Exists: true, Meta: o.Meta}, snap: snap, whole: true}, err
}

// readBasis reads the record of the stored object.
func (w *Writer) readBasis(ctx context.Context, d *Draft) (basis, error) {
	root, err := w.Schema.ReadRecord(ctx, w.Fetch, d.Key)
	if err != nil {
		return basis{}, err
	}
	return basisOf(&w.Schema.Tables, root)
}

// basisOf is the basis of a write over a root item: nothing if there is none, or if it
// counts as absent.
func basisOf(s *tables.Tables, root map[string]types.AttributeValue) (basis, error) {
	if len(root) == 0 {
		return basis{}, nil
	}
	m, err := s.RootMeta(root)
	if err == nil && s.Gone(root, m) {
		return basis{Basis: commit.Basis{Gone: &commit.Gone{Meta: m, Expiry: root[s.TTL]}}}, nil
	}
	return basis{Basis: commit.Basis{Exists: true, Meta: m}}, err
}

// replaced is basisOf for a write that replaces what the type knows: it must know it.
func replaced(s *tables.Tables, root map[string]types.AttributeValue) (basis, error) {
	b, err := basisOf(s, root)
	if err == nil {
		err = s.CheckModel(b.Meta)
	}
	return b, err
}

// record is that of what is stored, whether or not it counts.
func (b *basis) record() *stored.Root {
	if b.Gone != nil {
		return b.Gone.Meta
	}
	return b.Meta
}

// shows is the record of what is stored if that shows that a write is done, nil if not.
func (b *basis) shows(id stored.ID) *stored.Root {
	if m := b.record(); m != nil && m.Wrote(id) {
		return m
	}
	return nil
}
