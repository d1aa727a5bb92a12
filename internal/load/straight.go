package load

import (
	"context"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/straight"
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
		in.Wants, in.Parts = o.wants, o.wanted()
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

// wanted are the parts that were read and are wanted.
func (o *Object) wanted() []straight.Part {
	parts := make([]straight.Part, 0, len(o.Meta.Parts))
	for inst := range o.Meta.Parts {
		if o.wants(inst) {
			parts = append(parts, straight.Part{Inst: inst, Item: o.parts[inst].item})
		}
	}
	return parts
}
