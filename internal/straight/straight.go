// Package straight makes the value of an object straight of the bytes of its items. It knows
// the usual: values that are stored as their types are encoded today, in the root item and
// in parts. For everything else it says no, and the object is decoded by way of attribute
// values, which knows all that there is.
package straight

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"

	"github.com/dystore/dystore/internal/fromwire"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/seal"
	"github.com/dystore/dystore/internal/snapshot"
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
	Item  func(stored.Inst) *wire.Item
	Keyed bool // the key was found in the item
	Exact bool // what the type does not know is to be kept, and the parts remembered
}

// Remembered is what a later write wants to know of the parts, if the object is Exact.
type Remembered struct {
	Digests   map[stored.Inst]snapshot.Digest
	Envelopes seal.Noted
}

// Model reads the objects of a model.
type Model struct {
	s    *schema.Schema
	plan *fromwire.Plan
}

// Of returns what reads the objects of a model.
func Of(s *schema.Schema) *Model { return &Model{s, fromwire.Of(s.Codec)} }

// ErrOtherwise: an object is to be decoded by way of attribute values.
var ErrOtherwise = errors.New("straight: to be decoded by way of attribute values")

// Value is the value of an object, a *T. The error is ErrOtherwise, or why nothing can be
// opened now: another attempt would take as long, and fail as well.
func (m *Model) Value(ctx context.Context, o Object) (ptr reflect.Value, known Remembered, err error) {
	s := m.s
	if s.Key.Joined != nil || !o.plain(s) {
		return ptr, known, ErrOtherwise
	}
	sealed, err := s.Sealing.Of(o.Key.Parts)
	if err != nil {
		return ptr, known, ErrOtherwise
	}
	ptr = reflect.New(s.Typ)
	r := readers.Get().(*reader)
	defer r.done()
	r.ctx, r.Model, r.o, r.sealed, r.Remembered, r.unavailable = ctx, m, o, sealed, known, nil
	if r.root(ptr.Elem()) && (!o.divided() || r.parts(ptr.Elem())) {
		return ptr, r.Remembered, nil
	}
	return ptr, known, cmp.Or(r.unavailable, ErrOtherwise)
}

// reader reads one object, and then others in the same memory.
type reader struct {
	ctx context.Context
	*Model
	o        Object
	sealed   seal.Object
	digester snapshot.Digester
	none     func(name []byte) bool // aside, which is made once
	Remembered
	unavailable error // why nothing can be opened now
}

var readers = sync.Pool{New: func() any {
	r := new(reader)
	r.none = r.aside
	return r
}}

// done gives the memory back, without what belongs to the object.
func (r *reader) done() {
	r.ctx, r.Model, r.o, r.sealed, r.Remembered = nil, nil, Object{}, seal.Object{}, Remembered{}
	readers.Put(r)
}

// plain reports whether the object is stored as the model divides it today.
func (o *Object) plain(s *schema.Schema) bool {
	if !o.Root.Raw() {
		return false
	}
	return o.Meta == nil || o.Meta.LayoutID == s.Tree.ID && !(o.divided() && schema.HasVariants(s))
}

// divided reports whether some of the object is not as it stands in the root item.
func (o *Object) divided() bool {
	return o.Meta != nil && len(o.Meta.Parts)+len(o.Meta.Orders) > 0
}

// root reads the root item, and gives the value the key that it was asked for by.
func (r *reader) root(v reflect.Value) bool {
	return r.read(piece{"", r.o.Root, r.none}, r.plan, v) && (r.keyed() || r.key(v))
}

// keyed reports whether the value has the key as it was found in the root item.
func (r *reader) keyed() bool { return r.o.Keyed && !r.s.Key.Detached }

// aside says which attributes of the root item are none of the value's as they stand there.
func (r *reader) aside(name []byte) bool {
	if string(name) == r.s.MetaAttr {
		return true
	}
	return !r.keyed() && slices.ContainsFunc(r.s.Keys, func(k tables.KeyAttr) bool { return k.Name == string(name) })
}

// key gives the value the key that it was asked for by.
func (r *reader) key(v reflect.Value) bool {
	if r.s.Key.Detached {
		return true
	}
	for i, a := range r.s.Key.Attrs {
		if f := r.plan.ByName[a.Name]; f != nil && f.Codec.Decode(r.o.Key.Parts[i], f.Var(v)) != nil {
			return false
		}
	}
	return true
}
