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

// out is what else is known of JSON that is being written.
type out struct {
	size  int  // what the values count in an item
	lates bool // long texts are written later
	late  []wire.Late
}

// outcome is what has become of a value.
type outcome uint8

const (
	written   outcome = iota
	absent            // there is nothing to write
	unwritten         // the codec is to encode it: what was appended is of no use
)

// writeFunc appends the JSON of a value behind its pointers, unless it is absent.
type writeFunc func(p *Plan, o *out, b []byte, v shape.Addr, level int) ([]byte, outcome)

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
	b, how := p.append(&out{}, b, shape.At(v), 1)
	if how == unwritten {
		return b, false, ErrUnwritten
	}
	return b, how == written, nil
}

func (p *Plan) append(o *out, b []byte, v shape.Addr, level int) ([]byte, outcome) {
	if (p.Omits || p.Nulls) && (*shape.Shape)(p).Empty(v) {
		return p.absent(o, b)
	}
	write := writers[p.Form]
	if write == nil {
		write = encoded
	} else if len(p.Pointers) > 0 {
		var ok bool
		if v, ok = (*shape.Shape)(p).Behind(v); !ok {
			return p.absent(o, b)
		}
	}
	b, how := write(p, o, b, v, level)
	if how == absent {
		return p.absent(o, b)
	}
	return b, how
}

// absent appends NULL where the options say so.
func (p *Plan) absent(o *out, b []byte) ([]byte, outcome) {
	if p.Nulls {
		return o.null(b), written
	}
	return b, absent
}

func (o *out) null(b []byte) []byte {
	o.size++
	return append(b, `{"NULL":true}`...)
}
