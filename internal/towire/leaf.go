package towire

import (
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/wire"
)

func boolean(_ *Plan, o *out, b []byte, v shape.Addr, _ int) ([]byte, outcome) {
	o.size++
	if *v.Bool() {
		return append(b, `{"BOOL":true}`...), written
	}
	return append(b, `{"BOOL":false}`...), written
}

func text(_ *Plan, o *out, b []byte, v shape.Addr, _ int) ([]byte, outcome) {
	s := *v.Text()
	o.size += len(s)
	b = append(b, `{"S":`...)
	switch {
	case wire.Plain(s) && len(s) < wire.Long:
		b = append(append(append(b, '"'), s...), '"')
	case !utf8.ValidString(s):
		return b, unwritten
	case o.lates && len(s) >= wire.Long:
		o.late = append(o.late, wire.Late{At: len(b), Text: s})
	default:
		b = wire.AppendString(b, s)
	}
	return append(b, '}'), written
}

func binary(_ *Plan, o *out, b []byte, v shape.Addr, _ int) ([]byte, outcome) {
	data := *v.Bytes()
	if data == nil {
		return b, absent
	}
	o.size += len(data)
	if b = append(b, `{"B":`...); o.lates && len(data) >= wire.Long {
		o.late = append(o.late, wire.Late{At: len(b), Binary: data})
	} else {
		b = wire.AppendBinary(b, data)
	}
	return append(b, '}'), written
}

// open opens a number, in the form that the options say. After its digits comes close.
func (p *Plan) open(b []byte) []byte {
	if p.Spelled {
		return append(b, `{"S":"`...)
	}
	return append(b, `{"N":"`...)
}

// close closes a number whose digits begin at a place.
func (p *Plan) close(o *out, b []byte, digits int) ([]byte, outcome) {
	if p.Spelled {
		o.size += len(b) - digits
	} else {
		o.size += item.IntegerSize(b[digits:])
	}
	return append(b, `"}`...), written
}

func integer(p *Plan, o *out, b []byte, v shape.Addr, _ int) ([]byte, outcome) {
	b = p.open(b)
	return p.close(o, strconv.AppendInt(b, v.Int(p.Size), 10), len(b))
}

func natural(p *Plan, o *out, b []byte, v shape.Addr, _ int) ([]byte, outcome) {
	b = p.open(b)
	return p.close(o, strconv.AppendUint(b, v.Uint(p.Size), 10), len(b))
}

func float(p *Plan, o *out, b []byte, v shape.Addr, _ int) ([]byte, outcome) {
	x := v.Float(p.Size)
	if a := math.Abs(x); !(a < 1e126) || a != 0 && a < 1e-130 {
		return b, unwritten
	}
	b = p.open(b)
	digits := len(b)
	b = strconv.AppendFloat(b, x, 'f', -1, 8*int(p.Size))
	n, sound := len(b)-digits, true
	if !p.Spelled {
		n, sound = item.MeasureNumber(string(b[digits:]))
	}
	if !sound {
		return b, unwritten
	}
	o.size += n
	return append(b, `"}`...), written
}

func seconds(p *Plan, o *out, b []byte, v shape.Addr, _ int) ([]byte, outcome) {
	b = p.open(b)
	return p.close(o, strconv.AppendInt(b, v.Time().Unix(), 10), len(b))
}

func instant(_ *Plan, o *out, b []byte, v shape.Addr, _ int) ([]byte, outcome) {
	b = append(b, `{"S":"`...)
	from := len(b)
	b, ok := codec.AppendInstant(b, *v.Time())
	if !ok {
		return b, unwritten
	}
	o.size += len(b) - from
	return append(b, `"}`...), written
}
