package codec

import (
	"encoding"
	"errors"
	"reflect"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/wire"
)

// Values are also decoded from the JSON of an answer, without attribute values in between.
// What is unusual is not: it takes the way through attribute values, which knows all that
// there is, and whose errors say what is wrong.

// ErrUnread: the JSON of a value is to be decoded by way of attribute values. They may have
// what the type does not know, or not be a value of the type.
var ErrUnread = errors.New("codec: to be decoded by way of attribute values")

// readFunc stores the content of a value of an attribute type in dst, which is zero.
type readFunc func(c *Codec, r *wire.Reader, tag wire.Tag, dst reflect.Value) error

// ReadStruct stores the attributes of an item that is bytes in the struct dst, which is zero,
// but for those that skip says. Exact refuses attributes that the type does not have. The
// only error is ErrUnread; dst is an unspecified mixture then.
func ReadStruct(c *Codec, it *wire.Item, skip func(name []byte) bool, exact bool, dst reflect.Value) error {
	if c.checkStruct(dst, true) != nil || c.pointee != nil {
		return ErrUnread
	}
	last := &c.first
	return it.Fields(func(r *wire.Reader, name []byte) error {
		if skip(name) {
			return nil
		}
		r.Exact = exact
		return c.readMember(r, name, &last, dst)
	})
}

// readMember stores one attribute in the field of dst that has it.
func (c *Codec) readMember(r *wire.Reader, name []byte, last *follower, dst reflect.Value) error {
	if f := c.field(name, last); f != nil {
		return f.Codec.readValue(r, FieldAt(dst, f.Index))
	}
	if r.Exact {
		return ErrUnread
	}
	r.Open()
	r.Skip()
	r.Close()
	return nil
}

// follower is where the field is that has followed another one, or was the first.
type follower = *atomic.Pointer[Field]

// field is the field with a name. The attributes of most items of a table come in one order,
// so that the name need not be looked up.
func (c *Codec) field(name []byte, last *follower) *Field {
	f := (*last).Load()
	if f == nil || f.Name != string(name) {
		if f = c.byName[string(name)]; f == nil {
			return nil
		}
		(*last).Store(f)
	}
	*last = &f.next
	return f
}

// FieldAt is a field of a struct or of one that it embeds, which there may have to be made.
func FieldAt(v reflect.Value, index []int) reflect.Value {
	for _, i := range index[:len(index)-1] {
		if v = v.Field(i); v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
	}
	return v.Field(index[len(index)-1])
}

// readerOf is how the JSON of values is read, nil for by way of attribute values.
func readerOf(c *Codec) readFunc {
	switch t := c.typ; {
	case c.pointee != nil:
		return readPointer
	case t == nil || c.kind == Custom || c.kind == Any || c.kind == Union || t == urlType:
		return nil
	case c.instant || c.seconds:
		return readTime
	case isText(t):
		return readText
	case isBytes(t) && t.Kind() == reflect.Array:
		return readByteArray
	case isBytes(t):
		return readBytes
	case isNumeric(t):
		return readNumeral
	case c.kind != Map && t.Kind() == reflect.Map: // a set
		return nil
	default:
		return readers[t.Kind()]
	}
}

var readers map[reflect.Kind]readFunc

func init() { // they refer to each other
	readers = map[reflect.Kind]readFunc{
		reflect.Bool: readBool, reflect.String: readString, reflect.Float32: readFloat, reflect.Float64: readFloat,
		reflect.Int: readInt, reflect.Int8: readInt, reflect.Int16: readInt, reflect.Int32: readInt, reflect.Int64: readInt,
		reflect.Uint: readUint, reflect.Uint8: readUint, reflect.Uint16: readUint, reflect.Uint32: readUint, reflect.Uint64: readUint,
		reflect.Slice: readElems, reflect.Array: readElems, reflect.Map: readMap, reflect.Struct: readStruct,
	}
}

func (c *Codec) readValue(r *wire.Reader, dst reflect.Value) error {
	err := c.readContent(r, r.Open(), dst)
	if err == nil {
		r.Close()
	}
	return err
}

func (c *Codec) readContent(r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	switch {
	case tag == wire.NULL && c.kind != Custom:
		if !r.Bool() {
			return ErrUnread
		}
		return nil
	case c.read != nil:
		return c.read(c, r, tag, dst)
	case r.Exact && c.kind == Union:
		return ErrUnread
	}
	return c.readSlowly(r, tag, dst)
}

// readSlowly reads one value by way of an attribute value.
func (c *Codec) readSlowly(r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if c.dec(c, r.Content(tag), dst) != nil {
		return ErrUnread
	}
	return nil
}

func readPointer(c *Codec, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	p := reflect.New(c.pointee.typ)
	if err := c.pointee.readContent(r, tag, p.Elem()); err != nil {
		return err
	}
	dst.Set(p)
	return nil
}

func readStruct(c *Codec, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if tag != wire.M {
		return ErrUnread
	}
	last := &c.first
	for r.Begin(); r.More(); {
		if err := c.readMember(r, r.Name(), &last, dst); err != nil {
			return err
		}
	}
	return nil
}

func readMap(c *Codec, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if tag != wire.M {
		return ErrUnread
	}
	n := r.Count()
	m := reflect.MakeMapWithSize(c.typ, n)
	key, val := reflect.New(c.typ.Key()).Elem(), reflect.New(c.typ.Elem()).Elem()
	for r.Begin(); r.More(); {
		if c.key.parse(r.Keep(r.Name()), key) != nil {
			return ErrUnread
		}
		val.SetZero()
		if err := c.elem.readValue(r, val); err != nil {
			return err
		}
		m.SetMapIndex(key, val)
	}
	if m.Len() != n {
		return ErrUnread
	}
	dst.Set(m)
	return nil
}

// readElems reads lists and sets, one into the other too.
func readElems(c *Codec, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	of := wire.None // the elements have types of their own
	switch tag {
	case wire.SS:
		of = wire.S
	case wire.NS:
		of = wire.N
	case wire.BS:
		of = wire.B
	case wire.L:
	default:
		return ErrUnread
	}
	if makeRoom(c, dst, r.Count()) != nil {
		return ErrUnread
	}
	r.Begin()
	for i := 0; r.More(); i++ {
		var err error
		if of == wire.None {
			err = c.elem.readValue(r, dst.Index(i))
		} else {
			err = c.elem.readContent(r, of, dst.Index(i))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func readBool(_ *Codec, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if tag != wire.BOOL {
		return ErrUnread
	}
	dst.SetBool(r.Bool())
	return nil
}

func readString(_ *Codec, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if tag != wire.S {
		return ErrUnread
	}
	dst.SetString(r.Keep(r.Text()))
	return nil
}

// readNumber reads the text of a number in the form that the options say.
func readNumber(c *Codec, r *wire.Reader, tag wire.Tag) ([]byte, error) {
	if tag == wire.N || tag == wire.S && c.opts&asString != 0 {
		return r.Text(), nil
	}
	return nil, ErrUnread
}

func readInt(c *Codec, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	text, err := readNumber(c, r, tag)
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(string(text), 10, c.typ.Bits())
	if err != nil {
		return ErrUnread
	}
	dst.SetInt(n)
	return nil
}

func readUint(c *Codec, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	text, err := readNumber(c, r, tag)
	if err != nil {
		return err
	}
	n, err := strconv.ParseUint(string(text), 10, c.typ.Bits())
	if err != nil {
		return ErrUnread
	}
	dst.SetUint(n)
	return nil
}

func readFloat(c *Codec, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	text, err := readNumber(c, r, tag)
	if err != nil {
		return err
	}
	n, err := strconv.ParseFloat(string(text), c.typ.Bits())
	if err != nil || !isDecimal(string(text)) {
		return ErrUnread
	}
	dst.SetFloat(n)
	return nil
}

func readNumeral(c *Codec, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	text, err := readNumber(c, r, tag)
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

func readBytes(_ *Codec, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if tag != wire.B {
		return ErrUnread
	}
	dst.SetBytes(r.Bytes())
	return nil
}

func readByteArray(_ *Codec, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if tag != wire.B || !r.BytesInto(dst.Bytes()) {
		return ErrUnread
	}
	return nil
}

func readText(c *Codec, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if tag != wire.S {
		return c.readSlowly(r, tag, dst) // attributevalue stores some in binary
	}
	// The text is a copy, because a method of somebody's may keep it.
	if dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(string(r.Text()))) != nil {
		return ErrUnread
	}
	return nil
}

func readTime(c *Codec, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	var t time.Time
	switch tag {
	case wire.S:
		parsed, err := time.Parse(time.RFC3339, string(r.Text()))
		if err != nil {
			return ErrUnread
		}
		t = parsed
	case wire.N:
		sec, err := strconv.ParseInt(string(r.Text()), 10, 64)
		if err != nil {
			return ErrUnread
		}
		t = time.Unix(sec, 0).UTC()
	default:
		return ErrUnread
	}
	setTime(c, t, dst)
	return nil
}
