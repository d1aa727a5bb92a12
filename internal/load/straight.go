package load

import (
	"context"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/straight"
	"github.com/dystore/dystore/internal/wire"
)

// straight makes the value of an object of the bytes of its items. It is straight.ErrOtherwise
// where something is unusual, or more is to be remembered than the record and digests.
func (t *Typed) straight(ctx context.Context, o *Object) (reflect.Value, *snapshot.Snapshot, error) {
	s, m := o.sel, o.Meta
	if !o.root.Raw() || s == nil || s.path != nil || s.former != nil || s.renew || o.damage != nil || m == nil && s.Track && !t.Schema.Plain {
		return reflect.Value{}, nil, straight.ErrOtherwise
	}
	in := straight.Object{Key: o.Key, Root: o.root, Meta: m, Keyed: o.asFiltered, Exact: s.Track}
	if m != nil && len(m.Parts)+len(m.Orders) > 0 {
		if o.checkShape(&t.Schema.Sealing) != nil {
			return reflect.Value{}, nil, straight.ErrOtherwise
		}
		in.Wants, in.Item = o.wants, o.item
	}
	ptr, known, err := t.model.Value(ctx, in)
	if err != nil || !s.Track || m == nil {
		return ptr, nil, err
	}
	snap := &snapshot.Snapshot{
		Table: t.Tables.Root, Owner: o.ownerOf(&t.Reader), Sealed: t.Schema.Sealing.Encoded, Key: slices.Clone(o.Key.Parts), Root: m,
		Unloaded: s.unloaded(m), Digests: known.Digests, Envelopes: known.Envelopes,
	}
	return ptr, snap, schema.Recognise(t.Schema, snap, ptr)
}

// item is that of a part which was read.
func (o *Object) item(inst stored.Inst) *wire.Item { return o.parts[inst].item }
