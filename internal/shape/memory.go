package shape

import (
	"reflect"
	"time"
	"unsafe"
)

// Addr is the address of a variable whose shape is known from elsewhere. Reading and writing
// by it takes less time than by package reflect, which checks what the shape says already.
//
// It is sound for these reasons. The address is that of a variable: of one that reflect can
// address ([At]), of a field of it, at the offset that reflect says, of an element within its
// length, or of what a pointer in it points to. So what it points to has the type that the
// shape says, and is kept in memory by it. A method is called for the kinds that it names, and
// all types of a kind are in memory alike. Pointers are stored as pointers, which the garbage
// collector sees.
type Addr struct{ p unsafe.Pointer }

// At is the address of v, or of a copy if v has none.
func At(v reflect.Value) Addr {
	if !v.CanAddr() {
		c := reflect.New(v.Type()).Elem()
		c.Set(v)
		v = c
	}
	return Addr{v.Addr().UnsafePointer()}
}

// Value is the variable, of type t.
func (a Addr) Value(t reflect.Type) reflect.Value { return reflect.NewAt(t, a.p).Elem() }

// Bool is a variable of kind Bool.
func (a Addr) Bool() *bool { return (*bool)(a.p) }

// Text is a variable of kind String.
func (a Addr) Text() *string { return (*string)(a.p) }

// Bytes is a variable of kind Slice, of elements of kind Uint8.
func (a Addr) Bytes() *[]byte { return (*[]byte)(a.p) }

// Time is a time.Time.
func (a Addr) Time() *time.Time { return (*time.Time)(a.p) }

// Int is an integer with a sign, of so many bytes.
func (a Addr) Int(size uintptr) int64 {
	switch size {
	case 1:
		return int64(*(*int8)(a.p))
	case 2:
		return int64(*(*int16)(a.p))
	case 4:
		return int64(*(*int32)(a.p))
	}
	return *(*int64)(a.p)
}

// SetInt sets an integer with a sign, of so many bytes.
func (a Addr) SetInt(size uintptr, n int64) {
	switch size {
	case 1:
		*(*int8)(a.p) = int8(n)
	case 2:
		*(*int16)(a.p) = int16(n)
	case 4:
		*(*int32)(a.p) = int32(n)
	default:
		*(*int64)(a.p) = n
	}
}

// Uint is an integer without a sign, of so many bytes.
func (a Addr) Uint(size uintptr) uint64 {
	switch size {
	case 1:
		return uint64(*(*uint8)(a.p))
	case 2:
		return uint64(*(*uint16)(a.p))
	case 4:
		return uint64(*(*uint32)(a.p))
	}
	return *(*uint64)(a.p)
}

// Float is a floating point number, of so many bytes.
func (a Addr) Float(size uintptr) float64 {
	if size == 4 {
		return float64(*(*float32)(a.p))
	}
	return *(*float64)(a.p)
}

// SetFloat sets a floating point number, of so many bytes.
func (a Addr) SetFloat(size uintptr, x float64) {
	if size == 4 {
		*(*float32)(a.p) = float32(x)
	} else {
		*(*float64)(a.p) = x
	}
}

// Pointed is what a pointer points to. It is false for nil.
func (a Addr) Pointed() (Addr, bool) {
	p := *(*unsafe.Pointer)(a.p)
	return Addr{p}, p != nil
}

// Make lets a pointer point to a new variable of type t.
func (a Addr) Make(t reflect.Type) Addr {
	p := reflect.New(t).UnsafePointer()
	*(*unsafe.Pointer)(a.p) = p
	return Addr{p}
}

// Slice is the first element of a slice, and how many it has; ok is false for nil.
func (a Addr) Slice() (first Addr, n int, ok bool) {
	s := *(*[]struct{})(a.p) // slices of all types are in memory alike
	return Addr{unsafe.Pointer(unsafe.SliceData(s))}, len(s), s != nil
}

// MakeTexts sets a variable of kind Slice, of elements of kind String, to one with n elements.
func (a Addr) MakeTexts(n int) { *(*[]string)(a.p) = make([]string, n) }

// Elem is the element after i others, each of so many bytes. There has to be such.
func (a Addr) Elem(i int, size uintptr) Addr { return Addr{unsafe.Add(a.p, uintptr(i)*size)} }

// Path leads from a struct to a field of it, or of a struct that it embeds.
type Path struct {
	Offset uintptr // in the struct, or in what the last of through points to
	through
}

// through are the embedded pointers on the way, if any.
type through []struct {
	offset uintptr
	to     reflect.Type
}

func pathOf(t reflect.Type, index []int) Path {
	var p Path
	for i, at := range index {
		if i > 0 && t.Kind() == reflect.Pointer {
			t = t.Elem()
			p.through = append(p.through, struct {
				offset uintptr
				to     reflect.Type
			}{p.Offset, t})
			p.Offset = 0
		}
		f := t.Field(at)
		p.Offset, t = p.Offset+f.Offset, f.Type
	}
	return p
}

// Of is the field of the struct at an address. It is false behind a nil pointer to an embedded
// struct.
func (p *Path) Of(a Addr) (Addr, bool) {
	for i := range p.through {
		var ok bool
		if a, ok = (Addr{unsafe.Add(a.p, p.through[i].offset)}).Pointed(); !ok {
			return a, false
		}
	}
	return Addr{unsafe.Add(a.p, p.Offset)}, true
}

// In is the field of the struct at an address. Embedded structs are made.
func (p *Path) In(a Addr) Addr {
	for i := range p.through {
		hop := &p.through[i]
		at := Addr{unsafe.Add(a.p, hop.offset)}
		to, ok := at.Pointed()
		if !ok {
			to = at.Make(hop.to)
		}
		a = to
	}
	return Addr{unsafe.Add(a.p, p.Offset)}
}
