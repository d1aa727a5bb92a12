package fromwire

import (
	"encoding"
	"strconv"
	"strings"
	"time"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/wire"
)

func readBool(_ *Plan, r *wire.Reader, tag wire.Tag, dst shape.Addr) error {
	if tag != wire.BOOL {
		return ErrUnread
	}
	*dst.Bool() = r.Bool()
	return nil
}

func readString(_ *Plan, r *wire.Reader, tag wire.Tag, dst shape.Addr) error {
	if tag != wire.S {
		return ErrUnread
	}
	*dst.Text() = r.Keep(r.Text())
	return nil
}

// number reads the text of a number in the form that the options say.
func (p *Plan) number(r *wire.Reader, tag wire.Tag) ([]byte, error) {
	if tag == wire.N || tag == wire.S && p.Spelled {
		return r.Text(), nil
	}
	return nil, ErrUnread
}

// bits is the size of a number.
func (p *Plan) bits() int { return 8 * int(p.Size) }

func readInt(p *Plan, r *wire.Reader, tag wire.Tag, dst shape.Addr) error {
	text, err := p.number(r, tag)
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(string(text), 10, p.bits())
	if err != nil {
		return ErrUnread
	}
	dst.SetInt(p.Size, n)
	return nil
}

func readUint(p *Plan, r *wire.Reader, tag wire.Tag, dst shape.Addr) error {
	text, err := p.number(r, tag)
	if err != nil {
		return err
	}
	n, err := strconv.ParseUint(string(text), 10, p.bits())
	if err != nil {
		return ErrUnread
	}
	dst.SetInt(p.Size, int64(n)) // the same bits
	return nil
}

func readFloat(p *Plan, r *wire.Reader, tag wire.Tag, dst shape.Addr) error {
	text, err := p.number(r, tag)
	if err != nil {
		return err
	}
	n, err := strconv.ParseFloat(string(text), p.bits())
	if err != nil || strings.ContainsAny(string(text), "xXnN") { // inf, nan, hexadecimal
		return ErrUnread
	}
	dst.SetFloat(p.Size, n)
	return nil
}

// readNumeral reads a number that Go has as its digits.
func readNumeral(p *Plan, r *wire.Reader, tag wire.Tag, dst shape.Addr) error {
	text, err := p.number(r, tag)
	if err != nil {
		return err
	}
	s := r.Keep(text)
	if _, err := item.NormalizeNumber(s); err != nil {
		return ErrUnread
	}
	*dst.Text() = s
	return nil
}

func readBytes(_ *Plan, r *wire.Reader, tag wire.Tag, dst shape.Addr) error {
	if tag != wire.B {
		return ErrUnread
	}
	*dst.Bytes() = r.Bytes()
	return nil
}

func readByteArray(p *Plan, r *wire.Reader, tag wire.Tag, dst shape.Addr) error {
	if tag != wire.B || !r.BytesInto(dst.Value(p.Type).Bytes()) {
		return ErrUnread
	}
	return nil
}

func readText(p *Plan, r *wire.Reader, tag wire.Tag, dst shape.Addr) error {
	if tag != wire.S { // attributevalue stores some in binary
		if len(p.Pointers) > 0 {
			return ErrUnread
		}
		return p.slowly(r, dst)
	}
	// The text is a copy, because a method of somebody's may keep it.
	if dst.Value(p.Type).Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(string(r.Text()))) != nil {
		return ErrUnread
	}
	return nil
}

func readTime(_ *Plan, r *wire.Reader, tag wire.Tag, dst shape.Addr) error {
	at := dst.Time()
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
