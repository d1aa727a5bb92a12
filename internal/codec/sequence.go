package codec

import (
	"reflect"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var bytesSliceType = reflect.TypeFor[[][]byte]()

// isBytes reports whether t is a slice or array of bytes. A byte type that
// marshals itself makes a list: its values are not bytes to its users.
func isBytes(t reflect.Type) bool {
	if k := t.Kind(); k != reflect.Slice && k != reflect.Array {
		return false
	}
	e := t.Elem()
	return e.Kind() == reflect.Uint8 && !isCustom(e) && !isText(e)
}

// sequence compiles slices and arrays: binary, a set or a list.
func (b *builder) sequence(c *Codec) options {
	t := c.typ
	switch {
	case isBytes(t):
		c.kind, c.want, c.ordered = Binary, "B", true
		c.enc, c.dec = encodeBytes, decodeBytes
		if t.Kind() == reflect.Array {
			c.enc, c.dec = encodeByteArray, decodeByteArray
		}
		return 0
	case t.Kind() == reflect.Array && c.opts&omitEmptyElem != 0:
		c.refuse("option omitemptyelem would change the length of " + t.String() + ": it could not be read back")
		return 0
	case c.opts&setOptions != 0 || t == bytesSliceType:
		return b.set(c, t.Elem())
	}
	c.kind, c.want = List, "L"
	c.enc, c.dec = encodeList, decodeList
	c.elem = b.codec(innerKey(c, t.Elem(), c.opts.elems()))
	return elemOptions | unixTime
}

func encodeList(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	if c.nullable && v.IsNil() {
		return nil, nil
	}
	d, err := d.inner()
	if err != nil {
		return nil, err
	}
	n := v.Len()
	l := make([]types.AttributeValue, 0, n)
	d.made.Expect(&c.elem.leaves, n)
	for i := range n {
		av, err := c.elem.encode(v.Index(i), d)
		if err != nil {
			return nil, underIndex(i, err)
		}
		if av == nil {
			if c.opts&omitEmptyElem != 0 {
				continue
			}
			av = null()
		}
		l = append(l, av)
	}
	return d.made.List(l), nil
}

func decodeList(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	l, ok := av.(*types.AttributeValueMemberL)
	if !ok || l == nil {
		return listFromSet(c, av, dst)
	}
	if err := makeRoom(c, dst, len(l.Value)); err != nil {
		return err
	}
	for i, e := range l.Value {
		if err := c.elem.decode(e, dst.Index(i)); err != nil {
			return underIndex(i, err)
		}
	}
	return nil
}

// makeRoom gives dst, a slice or an array, n elements.
func makeRoom(c *Codec, dst reflect.Value, n int) error {
	switch {
	case dst.Kind() != reflect.Slice:
	case n == 0:
		dst.Set(reflect.MakeSlice(c.typ, 0, 0)) // empty is not nil
		return nil
	default:
		// Grown from nil it is as new as from MakeSlice, without memory for
		// the header that MakeSlice returns.
		dst.SetZero()
		dst.Grow(n)
		dst.SetLen(n)
		return nil
	}
	if n != dst.Len() {
		return c.valueError("expected " + strconv.Itoa(dst.Len()) + " elements for " + c.typ.String() + ", got " + strconv.Itoa(n))
	}
	return nil
}

func bytesOf(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }

func bytesOfAll(bs [][]byte) [][]byte {
	out := make([][]byte, len(bs))
	for i, b := range bs {
		out[i] = bytesOf(b)
	}
	return out
}

func encodeBytes(_ *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	if v.IsNil() {
		return nil, nil
	}
	return d.made.Binary(bytesOf(v.Bytes())), nil
}

func decodeBytes(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	tv, ok := av.(*types.AttributeValueMemberB)
	if !ok || tv == nil {
		return c.mismatch(av)
	}
	dst.SetBytes(bytesOf(tv.Value))
	return nil
}

func encodeByteArray(_ *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	b := make([]byte, v.Len())
	if v.CanAddr() {
		copy(b, v.Bytes())
	} else {
		for i := range b {
			b[i] = byte(v.Index(i).Uint())
		}
	}
	return d.made.Binary(b), nil
}

func decodeByteArray(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	tv, ok := av.(*types.AttributeValueMemberB)
	if !ok || tv == nil {
		return c.mismatch(av)
	}
	if len(tv.Value) != dst.Len() {
		return c.valueError("expected " + strconv.Itoa(dst.Len()) + " bytes for " + c.typ.String() + ", got " + strconv.Itoa(len(tv.Value)))
	}
	copy(dst.Bytes(), tv.Value)
	return nil
}
