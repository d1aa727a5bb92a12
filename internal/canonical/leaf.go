package canonical

import (
	"errors"
	"math"
	"strconv"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/shape"
)

// errUnfit is why a leaf cannot be stored.
var errUnfit = errors.New("the value cannot be stored")

func boolean(_ *Plan, f *Form, v shape.Addr, _ int) (bool, error) {
	f.Bytes = item.AppendBool(f.Bytes, *v.Bool())
	return true, nil
}

func text(_ *Plan, f *Form, v shape.Addr, _ int) (bool, error) { return f.string(*v.Text()) }

func (f *Form) string(s string) (_ bool, err error) {
	f.Bytes, err = item.AppendString(f.Bytes, s)
	return err == nil, err
}

func binary(_ *Plan, f *Form, v shape.Addr, _ int) (bool, error) {
	data := *v.Bytes()
	if data == nil {
		return false, nil
	}
	f.Bytes = item.AppendBinary(f.Bytes, data)
	return true, nil
}

func integer(p *Plan, f *Form, v shape.Addr, _ int) (bool, error) {
	var own [maxNumber]byte
	return p.number(f, strconv.AppendInt(own[:0], v.Int(p.Size), 10))
}

func natural(p *Plan, f *Form, v shape.Addr, _ int) (bool, error) {
	var own [maxNumber]byte
	return p.number(f, strconv.AppendUint(own[:0], v.Uint(p.Size), 10))
}

func float(p *Plan, f *Form, v shape.Addr, _ int) (bool, error) {
	x := v.Float(p.Size)
	if a := math.Abs(x); !(a < 1e126) || a != 0 && a < 1e-130 {
		return false, errUnfit
	}
	var own [maxNumber]byte
	return p.number(f, strconv.AppendFloat(own[:0], x, 'f', -1, 8*int(p.Size)))
}

// maxNumber is how long the text of most numbers is at most. The compiler keeps copies of
// texts up to that length on the stack.
const maxNumber = 32

func (p *Plan) number(f *Form, digits []byte) (_ bool, err error) {
	if p.Spelled {
		f.Bytes, err = item.AppendString(f.Bytes, string(digits))
	} else {
		f.Bytes, err = item.AppendNumber(f.Bytes, string(digits))
	}
	return err == nil, err
}

func seconds(p *Plan, f *Form, v shape.Addr, _ int) (bool, error) {
	var own [maxNumber]byte
	return p.number(f, strconv.AppendInt(own[:0], v.Time().Unix(), 10))
}

func instant(_ *Plan, f *Form, v shape.Addr, _ int) (bool, error) {
	var own [2 * maxNumber]byte
	text, ok := codec.AppendInstant(own[:0], *v.Time())
	if !ok {
		return false, errUnfit
	}
	return f.string(string(text))
}
