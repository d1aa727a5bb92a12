package probe

import (
	"reflect"
	"unsafe"

	"github.com/dystore/dystore/internal/model"
)

// place is where a pointer leads: to a value of type typ at the end of steps.
type place struct {
	steps []model.Step
	typ   reflect.Type // differs from the type looked for: a converted pointer
}

// locate returns the place in val of a pointer to a value of type t, and false
// if it leads outside val's objects.
func (v *value) locate(ptr unsafe.Pointer, t reflect.Type) (place, bool) {
	for _, b := range v.blocks {
		if off := uintptr(ptr) - uintptr(b.ptr); uintptr(ptr) >= uintptr(b.ptr) && off < b.typ.Size() {
			steps, found, ok := descend(b.typ, off, t)
			return place{append(b.route(), steps...), found}, ok
		}
	}
	return place{}, false
}

// descend follows offset off into a value of type t until it finds a want. It
// is unique: of the values that begin at one address, each contains the next,
// so no two have one type. Without a want, it is the outermost value there
// that converts to one, or else the innermost; nothing in padding.
func descend(t reflect.Type, off uintptr, want reflect.Type) (steps []model.Step, found reflect.Type, ok bool) {
	convertible := -1
	var convertibleType reflect.Type
	for {
		if off == 0 && t == want {
			return steps, t, true
		}
		if off == 0 && convertible < 0 && t.ConvertibleTo(want) {
			convertible, convertibleType = len(steps), t
		}
		step, inner, rest, more := enter(t, off)
		if !more {
			break
		}
		steps, t, off = append(steps, step), inner, rest
	}
	switch {
	case convertible >= 0:
		return steps[:convertible], convertibleType, true
	case off == 0:
		return steps, t, true
	}
	return nil, nil, false
}

// enter returns the field or element of a t that holds offset off.
func enter(t reflect.Type, off uintptr) (step model.Step, inner reflect.Type, rest uintptr, ok bool) {
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); off >= f.Offset && off-f.Offset < f.Type.Size() {
				return model.Step{Kind: model.Field, Index: i}, f.Type, off - f.Offset, true
			}
		}
	case reflect.Array:
		if size := t.Elem().Size(); size > 0 {
			return model.Step{Kind: model.ArrayIndex, Index: int(off / size)}, t.Elem(), off % size, true
		}
	}
	return step, nil, 0, false
}

// sameSteps reports whether a and b lead to the same place. Keys are those of
// fillMap, so one map has one.
func sameSteps(a, b []model.Step) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Kind != b[i].Kind || a[i].Index != b[i].Index {
			return false
		}
	}
	return true
}
