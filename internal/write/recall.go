package write

import (
	"context"

	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
)

// Recall looks whether the stored object shows that the write is done. If it does
// not, but others do, the object has been deleted since, or written so often that
// it has forgotten the write. Then the value is a version that is gone, and the next
// compare-and-set will notice.
func (o *whole) Recall(ctx context.Context) (bool, error) {
	s := o.w.Schema
	if s.Plain {
		return false, nil
	}
	root, err := s.ReadRecord(ctx, o.w.Fetch, o.key)
	if err != nil {
		return false, err
	}
	b, err := basisOf(&s.Tables, root)
	if err != nil {
		return false, err
	}
	if m := b.shows(o.obj.ID); m != nil {
		o.confirm(nil, m)
		return true, nil
	}
	o.proven = o.gone()
	return false, nil
}

// gone describes the version that the write has made, which is not stored any more.
func (o *whole) gone() *snapshot.Snapshot {
	s := o.w.Schema
	root := o.b.Next(&o.obj, s.Tree.ID, s.Tree.Layout)
	if rec := s.Record(o.d.ptr); o.b.Meta == nil && rec != nil && rec.Version > 0 {
		root.Version = rec.Version + 1
	}
	root.Ring = stored.NewRing(o.obj.ID)
	return &snapshot.Snapshot{Table: s.Root, Owner: o.obj.Owner, Sealed: s.Sealing.Encoded, Key: o.key.Parts, Root: root, Partial: true}
}
