package fromwire

import (
	"encoding"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/wire"
)

func readBool(_ *Plan, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if tag != wire.BOOL {
		return ErrUnread
	}
	dst.SetBool(r.Bool())
	return nil
}

func readString(_ *Plan, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if tag != wire.S {
		return ErrUnread
	}
	dst.SetString(r.Keep(r.Text()))
	return nil
}

// number reads the text of a number in the form that the options say.
func (p *Plan) number(r *wire.Reader, tag wire.Tag) ([]byte, error) {
	if tag == wire.N || tag == wire.S && p.Spelled {
		return r.Text(), nil
	}
	return nil, ErrUnread
}

func readInt(p *Plan, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	text, err := p.number(r, tag)
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(string(text), 10, dst.Type().Bits())
	if err != nil {
		return ErrUnread
	}
	dst.SetInt(n)
	return nil
}

func readUint(p *Plan, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	text, err := p.number(r, tag)
	if err != nil {
		return err
	}
	n, err := strconv.ParseUint(string(text), 10, dst.Type().Bits())
	if err != nil {
		return ErrUnread
	}
	dst.SetUint(n)
	return nil
}

func readFloat(p *Plan, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	text, err := p.number(r, tag)
	if err != nil {
		return err
	}
	n, err := strconv.ParseFloat(string(text), dst.Type().Bits())
	if err != nil || strings.ContainsAny(string(text), "xXnN") { // inf, nan, hexadecimal
		return ErrUnread
	}
	dst.SetFloat(n)
	return nil
}

// readNumeral reads a number that Go has as its digits.
func readNumeral(p *Plan, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	text, err := p.number(r, tag)
	if err != nil {
		return err
	}
	s := r.Keep(text)
	if _, err := item.NormalizeNumber(s); err != nil {
		return ErrUnread
	}
	dst.SetString(s)
	return nil
}

func readBytes(_ *Plan, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if tag != wire.B {
		return ErrUnread
	}
	dst.SetBytes(r.Bytes())
	return nil
}

func readByteArray(_ *Plan, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if tag != wire.B || !r.BytesInto(dst.Bytes()) {
		return ErrUnread
	}
	return nil
}

func readText(p *Plan, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if tag != wire.S { // attributevalue stores some in binary
		if p.Pointers > 0 {
			return ErrUnread
		}
		return p.slowly(r, tag, dst)
	}
	// The text is a copy, because a method of somebody's may keep it.
	if dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(string(r.Text()))) != nil {
		return ErrUnread
	}
	return nil
}

func readTime(_ *Plan, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	at := dst.Addr().Interface().(*time.Time)
	switch tag {
	case wire.S:
		t, err := time.Parse(time.RFC3339, string(r.Text()))
		if err != nil {
			return ErrUnread
		}
		*at = t
	case wire.N:
		sec, err := strconv.ParseInt(string(r.Text()), 10, 64)
		if err != nil {
			return ErrUnread
		}
		*at = time.Unix(sec, 0).UTC()
	default:
		return ErrUnread
	}
	return nil
}
