// Package fromwire reads Go values from the JSON of answers as package codec decodes them
// from attribute values. It makes no attribute values on the way. What has no short way here
// (types with unmarshalers of their own, interfaces, sets in maps) is read as one attribute
// value, which the codec decodes.
//
// The only error is [ErrUnread]: the value is to be decoded by way of attribute values, which
// says what is wrong. So what is read here is what the codec decodes, or nothing.
package fromwire

import (
	"encoding"
	"errors"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/wire"
)

// ErrUnread: a value is to be decoded by way of attribute values. It may not be one of the
// type, or have what the type does not know.
var ErrUnread = errors.New("fromwire: to be decoded by way of attribute values")

// Plan reads the values of one codec. It is safe for concurrent use.
type Plan struct {
	Codec    *codec.Codec
	pointers int // in front of the value
	read     readFunc
	spelled  bool // a number that is a text

	elem   *Plan // of a list, a set or a map
	text   bool  // a map whose keys are strings
	fields map[string]*Field
	first  atomic.Pointer[Field] // the field that an item had first, the last time
}

// readFunc stores the content of a value of an attribute type in dst, which is zero and
// behind the pointers; nil: by way of an attribute value.
type readFunc func(p *Plan, r *wire.Reader, tag wire.Tag, dst reflect.Value) error

// Field is an attribute of a struct.
type Field struct {
	*Plan
	name  string
	index []int
	next  atomic.Pointer[Field] // the field that an item had after it, the last time
}

// Of compiles the plan of a codec, which must have no Err.
func Of(c *codec.Codec) *Plan { return compiler{}.plan(c) }

// compiler finds the plans of recursive types.
type compiler map[*codec.Codec]*Plan

func (made compiler) plan(c *codec.Codec) *Plan {
	if p := made[c]; p != nil {
		return p
	}
	p := &Plan{Codec: c, spelled: c.Spelled()}
	made[c] = p
	t := c.Type()
	for ; t.Kind() == reflect.Pointer; t = t.Elem() {
		p.pointers++
	}
	switch c.Kind() {
	case codec.String, codec.Number, codec.Binary, codec.Bool:
		p.read = leaf(c, t)
	case codec.List, codec.StringSet, codec.NumberSet, codec.BinarySet:
		if t.Kind() != reflect.Map {
			p.read, p.elem = readElems, made.plan(c.Elem())
		}
	case codec.Map:
		p.read, p.elem = readMap, made.plan(c.Elem())
		p.text = t.Key().Kind() == reflect.String && !hasText(t.Key())
	case codec.Struct:
		p.read, p.fields = readStruct, make(map[string]*Field, len(c.Fields()))
		for _, f := range c.Fields() {
			p.fields[f.Name] = &Field{Plan: made.plan(f.Codec), name: f.Name, index: f.Index}
		}
	}
	return p
}

// Elem is the plan of the elements of a list, nil of others.
func (p *Plan) Elem() *Plan { return p.elem }

// Lookup is the field of a struct that has an attribute, nil if there is none.
func (p *Plan) Lookup(name string) *Field { return p.fields[name] }

var (
	timeType        = reflect.TypeFor[time.Time]()
	textMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// hasText reports whether a type may make a text of itself.
func hasText(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(textMarshaler) || p.Implements(textUnmarshaler)
}

// leaf returns the short way of a leaf, nil if there is none.
func leaf(c *codec.Codec, t reflect.Type) readFunc {
	switch {
	case c.Instant() || c.Seconds():
		if t == timeType {
			return readTime
		}
		return nil
	case c.Kind() == codec.String && !c.Ordered() && !c.Spelled(): // its methods make a text of it
		if reflect.PointerTo(t).Implements(textUnmarshaler) {
			return readText
		}
		return nil
	}
	switch t.Kind() {
	case reflect.Bool:
		return readBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return readInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return readUint
	case reflect.Float32, reflect.Float64:
		return readFloat
	case reflect.String:
		if c.Kind() == codec.Number || c.Spelled() {
			return readNumeral
		}
		return readString
	case reflect.Slice:
		return readBytes
	case reflect.Array:
		return readByteArray
	}
	return nil
}
