// Package canonical makes the canonical form of a Go value as package item makes that of
// the attribute value which the codec encodes the Go value to. It makes no attribute value
// on the way: a write compares nearly all of an object, and sends little of it.
//
// What has no short way here (types with marshalers of their own, sets, interfaces) is
// encoded by the codec first.
package canonical

import (
	"cmp"
	"reflect"
	"slices"
	"time"

	"github.com/dystore/dystore/internal/codec"
)

// Plan makes the canonical forms of the values of one codec. It is immutable and safe for
// concurrent use.
type Plan struct {
	codec    *codec.Codec
	pointers int // in front of the value
	omits    bool
	nulls    bool
	write    writeFunc // short, or encoded

	elem    *Plan   // of a list or a map
	drops   bool    // elements that are absent are left out
	entries []entry // of a struct, in the order of their names
}

// writeFunc appends the form of a value behind its pointers; it is false, and appends
// nothing, if the value is absent.
type writeFunc func(p *Plan, f *Form, v reflect.Value, level int) (bool, error)

// entry is an attribute of a struct.
type entry struct {
	name  string
	index []int
	plan  *Plan
}

// Of compiles the plan of a codec, which must have no Err.
func Of(c *codec.Codec) *Plan { return compiler{}.plan(c) }

// compiler finds the plans of recursive types.
type compiler map[*codec.Codec]*Plan

func (made compiler) plan(c *codec.Codec) *Plan {
	if p := made[c]; p != nil {
		return p
	}
	p := &Plan{codec: c, omits: c.Emptiness() == "omitempty", nulls: c.Emptiness() == "nullempty"}
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
	case codec.Struct:
		p.write = structure
		for _, f := range c.Fields() {
			p.entries = append(p.entries, entry{f.Name, f.Index, made.plan(f.Codec)})
		}
		slices.SortFunc(p.entries, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	}
	if p.write == nil {
		p.write, p.pointers = encoded, 0
	}
	return p
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
