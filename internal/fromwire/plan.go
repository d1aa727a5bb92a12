// Package fromwire reads Go values from the JSON of answers as package codec decodes them
// from attribute values. It makes no attribute values on the way. What has no short way here
// (types with unmarshalers of their own, interfaces, sets in maps) is read as one attribute
// value, which the codec decodes.
//
// The only error is [ErrUnread]: the value is to be decoded by way of attribute values, which
// says what is wrong. So what is read here is what the codec decodes, or nothing.
package fromwire

import (
	"errors"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/wire"
)

// ErrUnread: a value is to be decoded by way of attribute values. It may not be one of the
// type, or have what the type does not know.
var ErrUnread = errors.New("fromwire: to be decoded by way of attribute values")

// Plan reads the values of one codec. It is safe for concurrent use.
type Plan shape.Shape

// Of compiles the plan of a codec, which must have no Err.
func Of(c *codec.Codec) *Plan { return (*Plan)(shape.Of(c)) }

// readFunc stores a value of an attribute type in dst, which is zero and behind the pointers.
type readFunc func(p *Plan, r *wire.Reader, tag wire.Tag, dst shape.Addr) error

// readers are the short ways; what has none is read as an attribute value.
var readers [shape.Forms]readFunc

func init() { // they refer to each other
	readers = [shape.Forms]readFunc{
		shape.Bool: readBool, shape.Text: readString, shape.Int: readInt, shape.Uint: readUint, shape.Float: readFloat, shape.Numeral: readNumeral,
		shape.Bytes: readBytes, shape.Array: readByteArray, shape.Instant: readTime, shape.Seconds: readTime, shape.Spoken: readText,
		shape.List: readElems, shape.Map: readMap, shape.Struct: readStruct,
	}
}

// reader is how the values are read, nil for as attribute values.
func (p *Plan) reader() readFunc {
	if p.Form == shape.Other && p.Elem != nil { // a set
		return readElems
	}
	return readers[p.Form]
}
