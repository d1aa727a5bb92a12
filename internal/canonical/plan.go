// Package canonical makes the canonical form of a Go value as package item makes that of
// the attribute value which the codec encodes the Go value to. It makes no attribute value
// on the way: a write compares nearly all of an object, and sends little of it.
//
// What has no short way here (types with marshalers of their own, sets, interfaces) is
// encoded by the codec first.
package canonical

import (
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/shape"
)

// Plan makes the canonical forms of the values of one codec. It is safe for concurrent use.
type Plan shape.Shape

// Of compiles the plan of a codec, which must have no Err.
func Of(c *codec.Codec) *Plan { return (*Plan)(shape.Of(c)) }

// writeFunc appends the form of a value behind its pointers; it is false, and appends
// nothing, if the value is absent.
type writeFunc func(p *Plan, f *Form, v shape.Addr, level int) (bool, error)

// writers are the short ways; what has none is encoded.
var writers [shape.Forms]writeFunc

func init() { // they refer to each other
	writers = [shape.Forms]writeFunc{
		shape.Bool: boolean, shape.Text: text, shape.Int: integer, shape.Uint: natural, shape.Float: float, shape.Bytes: binary,
		shape.Instant: instant, shape.Seconds: seconds, shape.List: list, shape.Map: mapping, shape.Struct: structure,
	}
}
