// Package towire writes Go values as the JSON of the attribute values which package codec
// encodes them to. It makes no attribute values on the way. What has no short way here (types
// with marshalers of their own, interfaces, sets) the codec encodes first.
//
// The only error is [ErrUnwritten]: the codec says what is wrong with a value. So what is
// written here is what the codec encodes, or nothing.
package towire

import (
	"cmp"
	"encoding"
	"errors"
	"reflect"
	"slices"
	"time"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/wire"
)

// ErrUnwritten: a value is to be encoded by the codec, which will refuse it.
var ErrUnwritten = errors.New("towire: to be encoded by way of attribute values")

// Plan writes the values of one codec. It is immutable and safe for concurrent use.
type Plan struct {
	codec    *codec.Codec
	pointers int // in front of the value
	omits    bool
	nulls    bool
	spelled  bool      // a number that is a text
	write    writeFunc // short, or encoded

	elem     *Plan // of a list or a map
	drops    bool  // elements that are absent are left out
	distinct bool  // keys of a map that differ have names that do
	entries  []entry
}

// writeFunc appends the JSON of a value behind its pointers; it is false, and appends
// nothing, if the value is absent.
type writeFunc func(p *Plan, b []byte, v reflect.Value, level int) ([]byte, bool, error)

// entry is an attribute of a struct.
type entry struct {
	name   string
	prefix string // the name as JSON, and the colon
	index  []int
	plan   *Plan
}

// Of compiles the plan of a codec, which must have no Err.
func Of(c *codec.Codec) *Plan { return compiler{}.plan(c) }

// compiler finds the plans of recursive types.
type compiler map[*codec.Codec]*Plan

func (made compiler) plan(c *codec.Codec) *Plan {
	if p := made[c]; p != nil {
		return p
	}
	p := &Plan{codec: c, omits: c.Emptiness() == "omitempty", nulls: c.Emptiness() == "nullempty", spelled: c.Spelled()}
	made[c] = p
	t := c.Type()
	for ; t.Kind() == reflect.Pointer; t = t.Elem() {
		p.pointers++
	}
	switch c.Kind() {
	case codec.String, codec.Number, codec.Binary, codec.Bool:
		p.write = leaf(c, t)
	case codec.List:
		p.write, p.elem, p.drops = list, made.plan(c.Elem()), codec.DropsAbsent(c)
	case codec.Map:
		p.write, p.elem, p.drops = mapping, made.plan(c.Elem()), codec.DropsAbsent(c)
		p.distinct = distinct(t.Key())
	case codec.Struct:
		p.write = structure
		for _, f := range c.Fields() {
			p.entries = append(p.entries, entry{f.Name, string(append(wire.AppendString(nil, f.Name), ':')), f.Index, made.plan(f.Codec)})
		}
		slices.SortFunc(p.entries, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	}
	if p.write == nil {
		p.write, p.pointers = encoded, 0
	}
	return p
}

// distinct reports whether the names of keys differ if these do: the names are not made by
// methods.
func distinct(t reflect.Type) bool {
	return !reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextMarshaler]())
}

// Append appends v. It is false, and appends nothing, if v is absent.
func (p *Plan) Append(b []byte, v reflect.Value) ([]byte, bool, error) { return p.append(b, v, 1) }

// AppendMembers appends the attributes of a struct, each after a comma but for the first, and
// without the braces around them. It is for an item, which has others beside them: n is how
// many there are already. It returns how many there are then.
func (p *Plan) AppendMembers(b []byte, v reflect.Value, n int) ([]byte, int, error) {
	return p.members(b, v, 0, n)
}

func (p *Plan) append(b []byte, v reflect.Value, level int) ([]byte, bool, error) {
	if (p.omits || p.nulls) && codec.Empty(p.codec, v) {
		return p.absent(b)
	}
	for range p.pointers {
		if v.IsNil() {
			return p.absent(b)
		}
		v = v.Elem()
	}
	b, there, err := p.write(p, b, v, level)
	if err == nil && !there {
		return p.absent(b)
	}
	return b, there, err
}

const null = `{"NULL":true}`

// absent appends NULL where the options say so.
func (p *Plan) absent(b []byte) ([]byte, bool, error) {
	if p.nulls {
		b = append(b, null...)
	}
	return b, p.nulls, nil
}

var timeType = reflect.TypeFor[time.Time]()

// leaf returns the short way of a leaf, nil if there is none.
func leaf(c *codec.Codec, t reflect.Type) writeFunc {
	switch {
	case t == timeType && c.Seconds():
		return seconds
	case t == timeType && c.Instant():
		return instant
	case !c.Ordered() && !c.Spelled() && c.Kind() != codec.Bool:
		return nil // its methods make a text of it
	}
	switch t.Kind() {
	case reflect.Bool:
		return boolean
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return integer
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return natural
	case reflect.Float32, reflect.Float64:
		return float
	case reflect.String:
		if c.Kind() == codec.String && !c.Spelled() {
			return text
		}
	case reflect.Slice:
		return binary
	}
	return nil
}
