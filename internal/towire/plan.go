// Package towire writes Go values as the JSON of the attribute values which package codec
// encodes them to. It makes no attribute values on the way. What has no short way here (types
// with marshalers of their own, interfaces, sets) the codec encodes first.
//
// The only error is [ErrUnwritten]: the codec says what is wrong with a value. So what is
// written here is what the codec encodes and DynamoDB stores, or nothing.
package towire

import (
	"errors"
	"reflect"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/wire"
)

// ErrUnwritten: a value is to be encoded by the codec, which will refuse it.
var ErrUnwritten = errors.New("towire: to be encoded by way of attribute values")

// Plan writes the values of one codec. It is safe for concurrent use.
type Plan shape.Shape

// Of compiles the plan of a codec, which must have no Err.
func Of(c *codec.Codec) *Plan { return (*Plan)(shape.Of(c)) }

// out is JSON that is being written, and what the values in it count in an item.
type out struct {
	b     []byte
	size  int
	lates bool // long texts are written later
	late  []wire.Late
}

func (o *out) write(s string) { o.b = append(o.b, s...) }

// writeFunc appends the JSON of a value behind its pointers; it is false, and appends
// nothing, if the value is absent.
type writeFunc func(p *Plan, o *out, v reflect.Value, level int) (bool, error)

// writers are the short ways; what has none is encoded.
var writers [shape.Forms]writeFunc

func init() { // they refer to each other
	writers = [shape.Forms]writeFunc{
		shape.Bool: boolean, shape.Text: text, shape.Int: integer, shape.Uint: natural, shape.Float: float, shape.Bytes: binary,
		shape.Instant: instant, shape.Seconds: seconds, shape.List: list, shape.Map: mapping, shape.Struct: structure,
	}
}

// Append appends v. It is false, and appends nothing, if v is absent.
func (p *Plan) Append(b []byte, v reflect.Value) ([]byte, bool, error) {
	o := out{b: b}
	there, err := p.append(&o, v, 1)
	return o.b, there, err
}

func (p *Plan) append(o *out, v reflect.Value, level int) (bool, error) {
	if (p.Omits || p.Nulls) && codec.Empty(p.Codec, v) {
		return p.absent(o)
	}
	write := writers[p.Form]
	if write == nil {
		write = encoded
	} else {
		for range p.Pointers {
			if v.IsNil() {
				return p.absent(o)
			}
			v = v.Elem()
		}
	}
	there, err := write(p, o, v, level)
	if err == nil && !there {
		return p.absent(o)
	}
	return there, err
}

// absent appends NULL where the options say so.
func (p *Plan) absent(o *out) (bool, error) {
	if p.Nulls {
		o.null()
	}
	return p.Nulls, nil
}

func (o *out) null() {
	o.write(`{"NULL":true}`)
	o.size++
}
