// Package straight makes the value of an object straight of the bytes of its items. It knows
// the usual: values that are stored as their types are encoded today, in the root item and
// in parts whose keys follow from the declaration. For everything else it says no, and the
// object is decoded by way of attribute values, which knows all that there is.
package straight

import (
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/attr"
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
	Meta  *stored.Root // nil: it has no record
	Parts []Part       // those that are wanted
	Keyed bool         // the key was found in the item
	Exact bool         // what the type does not know is to be kept
}

// Part is an item of a part.
type Part struct {
	Inst stored.Inst
	Item *wire.Item
}

// Value is the value of an object, a *T. It is false if it is to be decoded otherwise.
func Value(s *schema.Schema, o *Object) (ptr reflect.Value, ok bool) {
	if s.Sealing.Policy != nil || s.Key.Joined != nil || !o.plain(s) {
		return ptr, false
	}
	ptr = reflect.New(s.Typ)
	v, keyed := ptr.Elem(), o.Keyed && !s.Key.Detached
	aside := func(name []byte) bool { return string(name) == s.MetaAttr || !keyed && isKey(s, name) }
	if codec.ReadStruct(s.Codec, o.Root, aside, o.Exact, v) != nil || !keyed && !key(s, o.Key, v) {
		return ptr, false
	}
	for i := range o.Parts {
		if !o.part(s, &o.Parts[i], v) {
			return ptr, false
		}
	}
	return ptr, true
}

// plain reports whether the object is stored as the model divides it today, without lists
// and maps that are divided.
func (o *Object) plain(s *schema.Schema) bool {
	if !o.Root.Raw() {
		return false
	}
	m := o.Meta
	if m == nil {
		return len(o.Parts) == 0
	}
	return len(m.Orders) == 0 && m.LayoutID == s.Tree.ID && (len(o.Parts) == 0 || !schema.HasVariants(s))
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

// part reads a part into its place, which is a struct.
func (o *Object) part(s *schema.Schema, p *Part, v reflect.Value) bool {
	if !p.Item.Raw() || p.Inst.Dynamic() {
		return false
	}
	path, err := p.Inst.Path()
	if err != nil {
		return false
	}
	c, at, ok := place(s.Codec, path, v)
	if !ok {
		return false
	}
	keyName, ttl := o.Meta.KeyName(p.Inst), o.Meta.TTL
	skip := func(name []byte) bool {
		return string(name) == s.MetaAttr || string(name) == keyName || ttl != "" && string(name) == stored.PartTTL
	}
	return codec.ReadStruct(c, p.Item, skip, o.Exact, at) == nil
}

// place is the struct at a path, which is made if it is a nil pointer and was empty before.
// What it is in has to be there.
func place(c *codec.Codec, path attr.Path, v reflect.Value) (*codec.Codec, reflect.Value, bool) {
	for i, seg := range path {
		f := c.Lookup(seg.Name)
		if seg.Kind != attr.Name || f == nil || f.Codec.Kind() != codec.Struct {
			return nil, v, false
		}
		v, c = codec.FieldAt(v, f.Index), f.Codec
		last := i == len(path)-1
		if last && !v.IsZero() {
			return nil, v, false // the parent has it too
		}
		for v.Kind() == reflect.Pointer {
			if v.IsNil() {
				if !last {
					return nil, v, false
				}
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
	}
	return codec.Behind(c), v, true
}
