package probe

import (
	"math"
	"reflect"
	"unsafe"

	"github.com/dystore/dystore/internal/model"
)

// Bounds on the objects of one probe. Objects of a type that already stands
// on their own route come from a recursive type, which has no end; the second
// bound is for types that are merely large.
const (
	maxRecursive = 256
	maxBlocks    = 4096
)

// everything is the depth that follows all pointers.
const everything = math.MaxInt

// block is one object of a probe.
type block struct {
	ptr    unsafe.Pointer
	typ    reflect.Type
	route  []model.Step // how the root leads here, as of the allocation
	depth  int          // pointers, slices and maps passed
	parent *block
}

// value is one value of T with some of its pointers allocated.
type value struct {
	root      reflect.Value // *T
	blocks    []*block      // the root first
	recursive int
	deeper    bool // a pointer is nil that a deeper value would have allocated
	full      bool // a bound was met
}

// newValue allocates a T and what its pointers lead to, up to depth pointers
// deep. A filled one has no zero scalars, and slices and maps with elements.
func (ps *plans) newValue(t reflect.Type, depth int, filled bool) *value {
	val := &value{root: reflect.New(t)}
	val.blocks = []*block{{ptr: val.root.UnsafePointer(), typ: t}}
	for i := 0; i < len(val.blocks); i++ {
		b := val.blocks[i]
		p := ps.of(b.typ)
		for _, s := range p.pointers {
			if b.depth >= depth {
				val.deeper = true
				continue
			}
			if obj := val.add(b, s.typ.Elem(), extend(s.steps, model.Step{Kind: model.Deref})); obj.IsValid() {
				b.at(s).Set(obj.Convert(s.typ))
			}
		}
		if !filled {
			continue
		}
		for _, s := range p.rest {
			switch s.typ.Kind() {
			case reflect.Slice:
				val.fillSlice(b, s, depth)
			case reflect.Map:
				val.fillMap(b, s, depth)
			default:
				fill(b.at(s))
			}
		}
	}
	return val
}

// at returns the settable value of a slot, of an unexported field too.
func (b *block) at(s slot) reflect.Value {
	return reflect.NewAt(s.typ, unsafe.Add(b.ptr, s.offset)).Elem()
}

// add allocates an object of type t at the end of steps from b and returns the
// pointer to it, or an invalid value where a bound is met.
func (v *value) add(b *block, t reflect.Type, steps []model.Step) reflect.Value {
	if !v.room(b, t) {
		return reflect.Value{}
	}
	obj := reflect.New(t)
	v.record(b, t, obj.UnsafePointer(), steps)
	return obj
}

// room reports whether one more object of type t may stand below b, and counts
// it.
func (v *value) room(b *block, t reflect.Type) bool {
	recursive := false
	for up := b; up != nil && !recursive; up = up.parent {
		recursive = up.typ == t
	}
	if len(v.blocks) >= maxBlocks || recursive && v.recursive >= maxRecursive {
		v.full = true
		return false
	}
	if recursive {
		v.recursive++
	}
	return true
}

func (v *value) record(b *block, t reflect.Type, ptr unsafe.Pointer, steps []model.Step) {
	v.blocks = append(v.blocks, &block{ptr: ptr, typ: t, route: extend(b.route, steps...), depth: b.depth + 1, parent: b})
}

// sliceLen is the length of the slices of a filled value.
const sliceLen = 2

func (v *value) fillSlice(b *block, s slot, depth int) {
	if b.depth >= depth {
		v.deeper = true
		return
	}
	elem := s.typ.Elem()
	slice := reflect.MakeSlice(s.typ, sliceLen, sliceLen)
	for i := range sliceLen {
		if !v.room(b, elem) {
			return
		}
		v.record(b, elem, slice.Index(i).Addr().UnsafePointer(), extend(s.steps, model.Step{Kind: model.SliceIndex, Index: i}))
	}
	b.at(s).Set(slice)
}

// fillMap stores an entry under the zero key: its value is found if it is a
// pointer, for nothing else in a map has an address.
func (v *value) fillMap(b *block, s slot, depth int) {
	if b.depth >= depth {
		v.deeper = true
		return
	}
	key, elem := reflect.Zero(s.typ.Key()), reflect.New(s.typ.Elem()).Elem()
	if elem.Kind() == reflect.Pointer {
		if obj := v.add(b, elem.Type().Elem(), extend(s.steps, model.Step{Kind: model.MapKey, Key: key}, model.Step{Kind: model.Deref})); obj.IsValid() {
			elem.Set(obj.Convert(elem.Type()))
		}
	}
	m := reflect.MakeMap(s.typ)
	m.SetMapIndex(key, elem)
	b.at(s).Set(m)
}
