package towire

import (
	"math"
	"reflect"
	"strconv"
	"unicode/utf8"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/wire"
)

func boolean(_ *Plan, b []byte, v reflect.Value, _ int) ([]byte, bool, error) {
	if v.Bool() {
		return append(b, `{"BOOL":true}`...), true, nil
	}
	return append(b, `{"BOOL":false}`...), true, nil
}

func text(_ *Plan, b []byte, v reflect.Value, _ int) ([]byte, bool, error) {
	s := v.String()
	if !utf8.ValidString(s) {
		return b, false, ErrUnwritten
	}
	return append(wire.AppendString(append(b, `{"S":`...), s), '}'), true, nil
}

func binary(_ *Plan, b []byte, v reflect.Value, _ int) ([]byte, bool, error) {
	if v.IsNil() {
		return b, false, nil
	}
	return append(wire.AppendBinary(append(b, `{"B":`...), v.Bytes()), '}'), true, nil
}

// number opens a number, in the form that the options say. Its digits follow, and then end.
func (p *Plan) number(b []byte) []byte {
	if p.Spelled {
		return append(b, `{"S":"`...)
	}
	return append(b, `{"N":"`...)
}

const end = `"}`

func integer(p *Plan, b []byte, v reflect.Value, _ int) ([]byte, bool, error) {
	return append(strconv.AppendInt(p.number(b), v.Int(), 10), end...), true, nil
}

func natural(p *Plan, b []byte, v reflect.Value, _ int) ([]byte, bool, error) {
	return append(strconv.AppendUint(p.number(b), v.Uint(), 10), end...), true, nil
}

func float(p *Plan, b []byte, v reflect.Value, _ int) ([]byte, bool, error) {
	x := v.Float()
	if a := math.Abs(x); !(a < 1e126) || a != 0 && a < 1e-130 {
		return b, false, ErrUnwritten
	}
	return append(strconv.AppendFloat(p.number(b), x, 'f', -1, v.Type().Bits()), end...), true, nil
}

func seconds(p *Plan, b []byte, v reflect.Value, _ int) ([]byte, bool, error) {
	return append(strconv.AppendInt(p.number(b), shape.Time(v).Unix(), 10), end...), true, nil
}

func instant(_ *Plan, b []byte, v reflect.Value, _ int) ([]byte, bool, error) {
	b, ok := codec.AppendInstant(append(b, `{"S":"`...), shape.Time(v))
	if !ok {
		return b, false, ErrUnwritten
	}
	return append(b, end...), true, nil
}
