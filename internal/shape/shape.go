// Package shape says in which form the values of a codec are stored, as far as its type
// tells: the plan by which other packages read and write values without attribute values.
package shape

import (
	"cmp"
	"encoding"
	"reflect"
	"slices"
	"sync/atomic"
	"time"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/wire"
)

// Form is how a value is stored.
type Form uint8

// The forms. Other is every value that only the codec knows: of types with marshalers of
// their own, interfaces, and sets.
const (
	Other   Form = iota
	Bool         // BOOL
	Text         // S, a string
	Int          // N, a signed integer
	Uint         // N, an unsigned integer
	Float        // N, a floating point number
	Numeral      // N, a string of digits
	Bytes        // B, a slice
	Array        // B, an array of bytes
	Instant      // S, a time.Time
	Seconds      // N, a time.Time
	Spoken       // S, the text that the type's methods make
	List         // L, a slice or an array
	Map          // M, a map
	Struct       // M, a struct

	Forms // how many there are
)

// Shape is how the values of one codec are stored. It is safe for concurrent use.
type Shape struct {
	Codec    *codec.Codec
	Type     reflect.Type   // of the value behind the pointers
	Form     Form           // of the same
	Pointers []reflect.Type // of what the pointers in front of it point to, the outermost first
	Size     uintptr        // of the value behind them, in bytes
	Omits    bool           // an empty value is absent
	Nulls    bool           // an empty value is NULL
	Spelled  bool           // a number is stored as S

	Elem    *Shape   // of List and Map, and of sets that are no maps
	Drops   bool     // absent elements are left out
	Methods bool     // the keys of a Map are texts that methods make
	Fields  []*Field // by name
	ByName  map[string]*Field
	First   Follower // the field that an item had first, the last time
}

// Field is an attribute of a struct.
type Field struct {
	*Shape
	Name  string
	Label string // the name as JSON, and a colon
	Path
	Next Follower // the field that an item had after it, the last time
}

// Follower remembers a field.
type Follower = atomic.Pointer[Field]

// Of returns the shape of a codec, which must have no Err.
func Of(c *codec.Codec) *Shape { return compiler{}.shape(c) }

// compiler finds the shapes of recursive types.
type compiler map[*codec.Codec]*Shape

func (made compiler) shape(c *codec.Codec) *Shape {
	if s := made[c]; s != nil {
		return s
	}
	s := &Shape{Codec: c, Omits: c.Emptiness() == "omitempty", Nulls: c.Emptiness() == "nullempty", Spelled: c.Spelled()}
	made[c] = s
	t := c.Type()
	for ; t.Kind() == reflect.Pointer; t = t.Elem() {
		s.Pointers = append(s.Pointers, t.Elem())
	}
	s.Type, s.Size = t, t.Size()
	switch c.Kind() {
	case codec.String, codec.Number, codec.Binary, codec.Bool:
		s.Form = leaf(c, t)
	case codec.StringSet, codec.NumberSet, codec.BinarySet:
		if t.Kind() != reflect.Map {
			s.Elem = made.shape(c.Elem())
		}
	case codec.List:
		s.Form, s.Elem, s.Drops = List, made.shape(c.Elem()), codec.DropsAbsent(c)
	case codec.Map:
		s.Form, s.Elem, s.Drops, s.Methods = Map, made.shape(c.Elem()), codec.DropsAbsent(c), hasMethods(t.Key())
	case codec.Struct:
		s.Form, s.ByName = Struct, make(map[string]*Field, len(c.Fields()))
		for _, f := range c.Fields() {
			field := &Field{Shape: made.shape(f.Codec), Name: f.Name, Label: string(wire.AppendString(nil, f.Name)) + ":", Path: pathOf(t, f.Index)}
			s.Fields, s.ByName[f.Name] = append(s.Fields, field), field
		}
		slices.SortFunc(s.Fields, func(a, b *Field) int { return cmp.Compare(a.Name, b.Name) })
	}
	return s
}

var (
	timeType        = reflect.TypeFor[time.Time]()
	textMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

func hasMethods(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(textMarshaler) || p.Implements(textUnmarshaler)
}

// leaf is the form of a value that is one S, N, B or BOOL.
func leaf(c *codec.Codec, t reflect.Type) Form {
	switch {
	case c.Instant() || c.Seconds():
		switch {
		case t != timeType:
			return Other
		case c.Seconds():
			return Seconds
		}
		return Instant
	case c.Kind() == codec.String && !c.Ordered() && !c.Spelled():
		if hasMethods(t) {
			return Spoken
		}
		return Other
	}
	switch t.Kind() {
	case reflect.Bool:
		return Bool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return Int
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return Uint
	case reflect.Float32, reflect.Float64:
		return Float
	case reflect.String:
		if c.Kind() == codec.Number || c.Spelled() {
			return Numeral
		}
		return Text
	case reflect.Slice:
		return Bytes
	case reflect.Array:
		return Array
	}
	return Other
}

// Empty reports whether a value, with the pointers in front of it, is what the options
// omitempty and nullempty mean.
func (s *Shape) Empty(a Addr) bool {
	switch {
	case len(s.Pointers) > 0:
		_, ok := a.Pointed()
		return !ok
	case s.Form == Text:
		return *a.Text() == ""
	case s.Form == Int:
		return a.Int(s.Size) == 0
	}
	return codec.Empty(s.Codec, a.Value(s.Type))
}

// Behind is what is behind the pointers. It is false if one of them is nil.
func (s *Shape) Behind(a Addr) (Addr, bool) {
	ok := true
	for range s.Pointers {
		if a, ok = a.Pointed(); !ok {
			break
		}
	}
	return a, ok
}

// Elems are the elements of a List: the first, and how many there are; ok is false for a nil
// slice.
func (s *Shape) Elems(a Addr) (first Addr, n int, ok bool) {
	if s.Type.Kind() == reflect.Array {
		return a, s.Type.Len(), true
	}
	return a.Slice()
}

// Stride is from one element of a List to the next, in bytes.
func (s *Shape) Stride() uintptr { return s.Elem.Codec.Type().Size() }

// Follow is FieldByIndex; it is false behind a nil pointer to an embedded struct.
func Follow(v reflect.Value, index []int) (reflect.Value, bool) {
	for i, at := range index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		v = v.Field(at)
	}
	return v, true
}

// Var is the field of v, which is addressable. Structs that it embeds are made.
func (f *Field) Var(v reflect.Value) reflect.Value { return f.In(At(v)).Value(f.Codec.Type()) }
