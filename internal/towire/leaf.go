package towire

import (
	"math"
	"reflect"
	"strconv"
	"unicode/utf8"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/wire"
)

func boolean(_ *Plan, o *out, v reflect.Value, _ int) (bool, error) {
	if o.size++; v.Bool() {
		o.write(`{"BOOL":true}`)
	} else {
		o.write(`{"BOOL":false}`)
	}
	return true, nil
}

func text(_ *Plan, o *out, v reflect.Value, _ int) (bool, error) {
	s := v.String()
	if !utf8.ValidString(s) {
		return false, ErrUnwritten
	}
	o.size += len(s)
	if o.write(`{"S":`); o.lates && len(s) >= wire.Long {
		o.late = append(o.late, wire.Late{At: len(o.b), Text: s})
	} else {
		o.b = wire.AppendString(o.b, s)
	}
	o.write(`}`)
	return true, nil
}

func binary(_ *Plan, o *out, v reflect.Value, _ int) (bool, error) {
	if v.IsNil() {
		return false, nil
	}
	o.size += v.Len()
	if o.write(`{"B":`); o.lates && v.Len() >= wire.Long {
		o.late = append(o.late, wire.Late{At: len(o.b), Binary: v.Bytes()})
	} else {
		o.b = wire.AppendBinary(o.b, v.Bytes())
	}
	o.write(`}`)
	return true, nil
}

// open opens a number, in the form that the options say. It returns where its digits are to
// be. After them comes close.
func (p *Plan) open(o *out) int {
	if p.Spelled {
		o.write(`{"S":"`)
	} else {
		o.write(`{"N":"`)
	}
	return len(o.b)
}

func (p *Plan) close(o *out, digits int) (bool, error) {
	n, sound := len(o.b)-digits, true
	if !p.Spelled {
		n, sound = item.MeasureNumber(string(o.b[digits:]))
	}
	if !sound {
		return false, ErrUnwritten
	}
	o.size += n
	o.write(`"}`)
	return true, nil
}

func integer(p *Plan, o *out, v reflect.Value, _ int) (bool, error) {
	digits := p.open(o)
	o.b = strconv.AppendInt(o.b, v.Int(), 10)
	return p.close(o, digits)
}

func natural(p *Plan, o *out, v reflect.Value, _ int) (bool, error) {
	digits := p.open(o)
	o.b = strconv.AppendUint(o.b, v.Uint(), 10)
	return p.close(o, digits)
}

func float(p *Plan, o *out, v reflect.Value, _ int) (bool, error) {
	x := v.Float()
	if a := math.Abs(x); !(a < 1e126) || a != 0 && a < 1e-130 {
		return false, ErrUnwritten
	}
	digits := p.open(o)
	o.b = strconv.AppendFloat(o.b, x, 'f', -1, v.Type().Bits())
	return p.close(o, digits)
}

func seconds(p *Plan, o *out, v reflect.Value, _ int) (bool, error) {
	digits := p.open(o)
	o.b = strconv.AppendInt(o.b, shape.Time(v).Unix(), 10)
	return p.close(o, digits)
}

func instant(_ *Plan, o *out, v reflect.Value, _ int) (ok bool, _ error) {
	o.write(`{"S":"`)
	from := len(o.b)
	if o.b, ok = codec.AppendInstant(o.b, shape.Time(v)); !ok {
		return false, ErrUnwritten
	}
	o.size += len(o.b) - from
	o.write(`"}`)
	return true, nil
}
