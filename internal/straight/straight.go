// Package straight makes the value of an object straight of the bytes of its items. It knows
// the usual: values that are stored as their types are encoded today, in the root item and
// in parts whose keys follow from the declaration. For everything else it says no, and the
// object is decoded by way of attribute values, which knows all that there is.
package straight

import (
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/wire"
)

// Object is an object that was read.
type Object struct {
	Key   tables.Key
	Root  *wire.Item
	Meta  *stored.Root           // nil: it has no record
	Wants func(stored.Inst) bool // which parts are wanted
	Parts []Part                 // these
	Keyed bool                   // the key was found in the item
	Exact bool                   // what the type does not know is to be kept
}

// Part is an item of a part.
type Part struct {
	Inst stored.Inst
	Item *wire.Item
}

// Value is the value of an object, a *T. It is false if it is to be decoded otherwise.
func Value(s *schema.Schema, o Object) (ptr reflect.Value, ok bool) {
	if s.Sealing.Policy != nil || s.Key.Joined != nil || !o.plain(s) {
		return ptr, false
	}
	ptr = reflect.New(s.Typ)
	v, keyed := ptr.Elem(), o.Keyed && !s.Key.Detached
	aside := func(name []byte) bool { return string(name) == s.MetaAttr || !keyed && isKey(s, name) }
	if codec.ReadStruct(s.Codec, o.Root, aside, o.Exact, v) != nil || !keyed && !key(s, o.Key, v) {
		return ptr, false
	}
	if o.Meta == nil || len(o.Parts)+len(o.Meta.Orders) == 0 {
		return ptr, true
	}
	parts := &divided{s: s, o: o, v: v}
	return ptr, parts.read()
}

// plain reports whether the object is stored as the model divides it today.
func (o Object) plain(s *schema.Schema) bool {
	if !o.Root.Raw() {
		return false
	}
	m := o.Meta
	if m == nil {
		return len(o.Parts) == 0
	}
	return m.LayoutID == s.Tree.ID && (len(m.Parts)+len(m.Orders) == 0 || !schema.HasVariants(s))
}

func isKey(s *schema.Schema, name []byte) bool {
	return slices.ContainsFunc(s.Keys, func(k tables.KeyAttr) bool { return k.Name == string(name) })
}

// key gives the value the key that it was asked for by.
func key(s *schema.Schema, k tables.Key, v reflect.Value) bool {
	if s.Key.Detached {
		return true
	}
	for i, a := range s.Key.Attrs {
		if f := s.Codec.Lookup(a.Name); f != nil && f.Codec.Decode(k.Parts[i], codec.FieldAt(v, f.Index)) != nil {
			return false
		}
	}
	return true
}
