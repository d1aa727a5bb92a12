package load

import (
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/straight"
)

// straight makes the value of an object of the bytes of its items. It is false where
// something is unusual, or more is to be remembered than the record.
func (t *Typed) straight(o *Object) (reflect.Value, *snapshot.Snapshot, bool) {
	s := o.sel
	if !o.root.Raw() || s == nil || s.path != nil || s.former != nil || s.renew || o.damage != nil {
		return reflect.Value{}, nil, false
	}
	recorded := o.Meta != nil
	if s.Track && !t.Schema.Plain && (!recorded || len(o.Meta.Parts) > 0) {
		return reflect.Value{}, nil, false
	}
	in := straight.Object{Key: o.Key, Root: o.root, Meta: o.Meta, Keyed: o.asFiltered, Exact: s.Track}
	if recorded && len(o.Meta.Parts) > 0 {
		for _, inst := range sorted.Keys(o.Meta.Parts) { // what is inside another comes after it
			if o.wants(inst) {
				in.Parts = append(in.Parts, straight.Part{Inst: inst, Item: o.parts[inst].item})
			}
		}
	}
	ptr, ok := straight.Value(t.Schema, &in)
	if !ok || !s.Track || !recorded {
		return ptr, nil, ok
	}
	snap := &snapshot.Snapshot{
		Table: t.Tables.Root, Owner: o.ownerOf(&t.Reader), Sealed: t.Schema.Sealing.Encoded, Key: slices.Clone(o.Key.Parts), Root: o.Meta,
		Unloaded: s.unloaded(o.Meta),
	}
	return ptr, snap, schema.Recognise(t.Schema, snap, ptr) == nil
}
