package probe

import (
	"math"
	"reflect"
	"unsafe"

	"github.com/dystore/dystore/internal/model"
)

// Bounds on the objects of one probe. Objects of a type that is already on
// their own route come from a recursive type, which has no end; the second
// bound is for types that are merely large.
const (
	maxRecursive = 256
	maxBlocks    = 4096
)

// extent says how much of a value is allocated: pointers, slices and maps are
// followed so many deep, those of a recursive type no deeper than recursive.
type extent struct{ depth, recursive int }

// upTo stops at a depth, everything only where a bound is met.
func upTo(depth int) extent { return extent{depth, depth} }

var everything = upTo(math.MaxInt)

// block is one object of a probe. Its place was settled when it was allocated:
// in the slot of its parent, and from there by the steps via.
type block struct {
	ptr    unsafe.Pointer
	typ    reflect.Type
	depth  int // pointers, slices and maps passed
	parent *block
	slot   slot
	via    []model.Step
}

// route returns the steps from the root to b.
func (b *block) route() []model.Step {
	if b.parent == nil {
		return nil
	}
	steps, _, _ := descend(b.parent.typ, b.slot.offset, b.slot.typ)
	return append(append(b.parent.route(), steps...), b.via...)
}

// at returns the settable value of a slot, of an unexported field too.
func (b *block) at(s slot) reflect.Value {
	return reflect.NewAt(s.typ, unsafe.Add(b.ptr, s.offset)).Elem()
}

// value is one value of T with some of its pointers allocated.
type value struct {
	root      reflect.Value // *T
	blocks    []*block      // the root first
	extent    extent
	recursive int
	deeper    bool // a pointer is nil that a larger extent would have allocated
	full      bool // a bound was met
}

// newValue allocates a T and what its pointers lead to. A filled one has no
// zero scalars, and slices and maps with elements.
func (ps *plans) newValue(t reflect.Type, to extent, filled bool) *value {
	v := &value{root: reflect.New(t), extent: to}
	v.blocks = []*block{{ptr: v.root.UnsafePointer(), typ: t}}
	for i := 0; i < len(v.blocks); i++ { // breadth first, so that a bound cuts off the deepest
		b := v.blocks[i]
		p := ps.of(b.typ)
		for _, s := range p.pointers {
			if obj, ok := v.allocate(b, s, s.typ, model.Step{Kind: model.Deref}); ok {
				b.at(s).Set(obj)
			}
		}
		if !filled {
			continue
		}
		for _, s := range p.rest {
			switch s.typ.Kind() {
			case reflect.Slice:
				v.fillSlice(b, s)
			case reflect.Map:
				v.fillMap(b, s)
			default:
				fill(b.at(s))
			}
		}
	}
	return v
}

// allocate returns a pointer of type t to a new object below slot s of b,
// unless the extent or a bound ends before it.
func (v *value) allocate(b *block, s slot, t reflect.Type, via ...model.Step) (reflect.Value, bool) {
	if !v.room(b, t.Elem()) {
		return reflect.Value{}, false
	}
	obj := reflect.New(t.Elem())
	v.record(b, s, t.Elem(), obj.UnsafePointer(), via...)
	return obj.Convert(t), true
}

// room reports whether one more object of type t may be below b, and counts it.
func (v *value) room(b *block, t reflect.Type) bool {
	recursive := false
	for up := b; up != nil && !recursive; up = up.parent {
		recursive = up.typ == t
	}
	switch {
	case b.depth >= v.extent.depth, recursive && b.depth >= v.extent.recursive:
		v.deeper = true
		return false
	case len(v.blocks) >= maxBlocks, recursive && v.recursive >= maxRecursive:
		v.full = true
		return false
	}
	if recursive {
		v.recursive++
	}
	return true
}

func (v *value) record(b *block, s slot, t reflect.Type, ptr unsafe.Pointer, via ...model.Step) {
	v.blocks = append(v.blocks, &block{ptr: ptr, typ: t, depth: b.depth + 1, parent: b, slot: s, via: via})
}

// sliceLen is the length of the slices of a filled value.
const sliceLen = 2

func (v *value) fillSlice(b *block, s slot) {
	slice := reflect.MakeSlice(s.typ, sliceLen, sliceLen)
	for i := range sliceLen {
		if !v.room(b, s.typ.Elem()) {
			return
		}
		v.record(b, s, s.typ.Elem(), slice.Index(i).Addr().UnsafePointer(), model.Step{Kind: model.SliceIndex, Index: i})
	}
	b.at(s).Set(slice)
}

// fillMap stores an entry under the zero key: its value is found if it is a
// pointer, for nothing else in a map has an address.
func (v *value) fillMap(b *block, s slot) {
	if b.depth >= v.extent.depth {
		return
	}
	key, elem := reflect.Zero(s.typ.Key()), reflect.New(s.typ.Elem()).Elem()
	if elem.Kind() == reflect.Pointer {
		obj, ok := v.allocate(b, s, elem.Type(), model.Step{Kind: model.MapKey, Key: key}, model.Step{Kind: model.Deref})
		if !ok {
			return
		}
		elem.Set(obj)
	}
	m := reflect.MakeMap(s.typ)
	m.SetMapIndex(key, elem)
	b.at(s).Set(m)
}
