package probe

import (
	"reflect"

	"github.com/dystore/dystore/internal/codec"
)

// slot is a place in an object of a probe that holds a pointer, or something
// else that a filled probe gives a value other than zero.
type slot struct {
	offset uintptr // from the start of the object
	typ    reflect.Type
}

// plan lists the slots of one type of object.
type plan struct {
	pointers []slot
	rest     []slot // slices, maps and scalars
}

// plans are made once per accessor: every probe of it is built from them.
type plans struct {
	pkg    string // of T: its unexported fields may be read by the accessor
	byType map[reflect.Type]*plan
	maps   bool // some object holds a map
}

// maxElems bounds how many elements of an array without pointers are filled.
const maxElems = 64

func (ps *plans) of(t reflect.Type) *plan {
	p, ok := ps.byType[t]
	if !ok {
		p = &plan{}
		ps.add(p, t, 0)
		ps.byType[t] = p
	}
	return p
}

func (ps *plans) add(p *plan, t reflect.Type, offset uintptr) {
	switch t.Kind() {
	case reflect.Pointer:
		p.pointers = append(p.pointers, slot{offset, t})
	case reflect.Struct:
		if t == timeType {
			break // filled as a whole
		}
		if leaf(t) {
			return // what marshals itself may not survive strange values
		}
		for i := range t.NumField() {
			f := t.Field(i)
			// Unexported state of other packages, such as a mutex, is not
			// the accessor's to look at, and may not survive either.
			if !f.IsExported() && !f.Anonymous && f.PkgPath != ps.pkg {
				continue
			}
			ps.add(p, f.Type, offset+f.Offset)
		}
		return
	case reflect.Array:
		n := min(t.Len(), maxBlocks)
		if !holdsPointers(t.Elem()) {
			n = min(n, maxElems)
		}
		for i := range n {
			ps.add(p, t.Elem(), offset+uintptr(i)*t.Elem().Size())
		}
		return
	case reflect.Map:
		ps.maps = true
	}
	if fillable(t) {
		p.rest = append(p.rest, slot{offset, t})
	}
}

// leaf reports whether the struct type t is stored as one value, so that no
// path leads into it.
func leaf(t reflect.Type) bool { return codec.For(t).Kind() != codec.Struct }

// holdsPointers reports whether a value of t contains pointers to follow.
func holdsPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer:
		return true
	case reflect.Array:
		return holdsPointers(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if holdsPointers(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}
