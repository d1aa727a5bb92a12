// Package towire writes Go values as the JSON of the attribute values which package codec
// encodes them to. It makes no attribute values on the way. What has no short way here (types
// with marshalers of their own, interfaces, sets) the codec encodes first.
//
// The only error is [ErrUnwritten]: the codec says what is wrong with a value. So what is
// written here is what the codec encodes, or nothing.
package towire

import (
	"errors"
	"reflect"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/shape"
)

// ErrUnwritten: a value is to be encoded by the codec, which will refuse it.
var ErrUnwritten = errors.New("towire: to be encoded by way of attribute values")

// Plan writes the values of one codec. It is safe for concurrent use.
type Plan shape.Shape

// Of compiles the plan of a codec, which must have no Err.
func Of(c *codec.Codec) *Plan { return (*Plan)(shape.Of(c)) }

// writeFunc appends the JSON of a value behind its pointers; it is false, and appends
// nothing, if the value is absent.
type writeFunc func(p *Plan, b []byte, v reflect.Value, level int) ([]byte, bool, error)

// writers are the short ways; what has none is encoded.
var writers [shape.Forms]writeFunc

func init() { // they refer to each other
	writers = [shape.Forms]writeFunc{
		shape.Bool: boolean, shape.Text: text, shape.Int: integer, shape.Uint: natural, shape.Float: float, shape.Bytes: binary,
		shape.Instant: instant, shape.Seconds: seconds, shape.List: list, shape.Map: mapping, shape.Struct: structure,
	}
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
	if (p.Omits || p.Nulls) && codec.Empty(p.Codec, v) {
		return p.absent(b)
	}
	write := writers[p.Form]
	if write == nil {
		write = encoded
	} else {
		for range p.Pointers {
			if v.IsNil() {
				return p.absent(b)
			}
			v = v.Elem()
		}
	}
	b, there, err := write(p, b, v, level)
	if err == nil && !there {
		return p.absent(b)
	}
	return b, there, err
}

const null = `{"NULL":true}`

// absent appends NULL where the options say so.
func (p *Plan) absent(b []byte) ([]byte, bool, error) {
	if p.Nulls {
		b = append(b, null...)
	}
	return b, p.Nulls, nil
}
