package codec

import (
	"encoding"
	"math"
	"reflect"
	"strconv"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
)

// mapping compiles a map: M, or with a set option the set of its keys.
func (b *builder) mapping(c *Codec) options {
	t := c.typ
	if c.opts&setOptions != 0 {
		if e := t.Elem(); e.Kind() == reflect.Bool || e.Kind() == reflect.Struct && e.NumField() == 0 {
			return b.set(c, t.Key())
		}
		return 0
	}
	c.kind, c.want = Map, "M"
	c.enc, c.dec = encodeMap, decodeMap
	c.key = newKeyPlan(t.Key())
	if c.key.refused != "" {
		c.refuse(c.key.refused)
		return c.opts
	}
	c.elem = b.codec(innerKey(c, t.Elem(), c.opts.elems()))
	return elemOptions | unixTime
}

func encodeMap(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	if v.IsNil() {
		return nil, nil
	}
	m := make(map[string]types.AttributeValue, v.Len())
	d, err := d.inner()
	if err != nil {
		return nil, err
	}
	d.made.Expect(&c.elem.leaves, v.Len())
	// One variable for all keys and one for all values: MapIter would
	// allocate each, and only a variable has an address for the marshalers
	// with pointer receivers.
	key, val := reflect.New(c.typ.Key()).Elem(), reflect.New(c.typ.Elem()).Elem()
	for it := v.MapRange(); it.Next(); {
		key.SetIterKey(it)
		val.SetIterValue(it)
		name, err := c.key.name(key)
		if err != nil {
			return nil, err
		}
		av, err := c.elem.encode(val, d)
		if err != nil {
			return nil, underKey(name, err)
		}
		if av == nil {
			if c.opts&omitEmptyElem != 0 {
				continue
			}
			av = null()
		}
		if _, dup := m[name]; dup {
			return nil, underKey(name, &Error{Type: c.typ.String(), Reason: "two keys of the map have this name"})
		}
		m[name] = av
	}
	return d.made.Map(m), nil
}

func decodeMap(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	tv, ok := av.(*types.AttributeValueMemberM)
	if !ok || tv == nil {
		return c.mismatch(av)
	}
	m := reflect.MakeMapWithSize(c.typ, len(tv.Value))
	key, val := reflect.New(c.typ.Key()).Elem(), reflect.New(c.typ.Elem()).Elem()
	for name, e := range tv.Value {
		if err := c.key.parse(name, key); err != nil {
			return underKey(name, err)
		}
		if err := c.elem.decode(e, val); err != nil {
			return underKey(name, err)
		}
		m.SetMapIndex(key, val)
	}
	if m.Len() != len(tv.Value) {
		return c.valueError("two names are the same " + c.typ.Key().String() + " key")
	}
	dst.Set(m)
	return nil
}

// keyPlan turns the keys of a Go map into attribute names and back.
type keyPlan struct {
	typ     reflect.Type
	text    *Codec // the key is a text marshaler
	refused string
}

func newKeyPlan(t reflect.Type) *keyPlan {
	k := &keyPlan{typ: t}
	if isText(t) {
		k.text = &Codec{typ: t}
		(&builder{}).textual(k.text)
		if len(k.text.problems) > 0 {
			k.refused = "map key " + t.String() + " " + k.text.problems[0].reason
		}
		return k
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
	default:
		k.refused = "map key " + t.String() + " cannot be an attribute name: it is no string, number, bool or text marshaler"
	}
	return k
}

// name returns the attribute name of a key. String methods play no part, as
// nothing could turn their text into the key again.
func (k *keyPlan) name(v reflect.Value) (string, error) {
	s, err := k.format(v)
	switch {
	case err != nil:
		return "", err
	case s == "":
		return "", &Error{Type: k.typ.String(), Reason: "the empty map key cannot be an attribute name", Err: item.ErrEmptyName}
	case !utf8.ValidString(s):
		return "", &Error{Type: k.typ.String(), Reason: "the map key is not valid UTF-8", Err: item.ErrNotUTF8}
	}
	return s, nil
}

func (k *keyPlan) format(v reflect.Value) (string, error) {
	if k.text != nil {
		return k.text.marshalText(v)
	}
	switch v.Kind() {
	case reflect.String:
		return v.String(), nil
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), nil
	case reflect.Float32, reflect.Float64:
		f := v.Float()
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return "", &Error{Type: k.typ.String(), Reason: "NaN or an infinity cannot be a map key"}
		}
		return strconv.FormatFloat(f, 'g', -1, k.typ.Bits()), nil // as fmt.Sprint, which attributevalue uses
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10), nil
	}
	return strconv.FormatInt(v.Int(), 10), nil
}

// parse sets dst to the key with this attribute name.
func (k *keyPlan) parse(s string, dst reflect.Value) error {
	if k.text != nil {
		dst.SetZero()
		if err := dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s)); err != nil {
			return &Error{Type: k.typ.String(), Reason: "UnmarshalText of " + k.typ.String() + " failed", Err: err}
		}
		return nil
	}
	var err error
	switch dst.Kind() {
	case reflect.String:
		dst.SetString(s)
	case reflect.Bool:
		var x bool
		x, err = strconv.ParseBool(s)
		dst.SetBool(x)
	case reflect.Float32, reflect.Float64:
		var x float64
		x, err = strconv.ParseFloat(s, k.typ.Bits())
		if err == nil && !isDecimal(s) {
			err = strconv.ErrSyntax
		}
		dst.SetFloat(x)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		var x uint64
		x, err = strconv.ParseUint(s, 10, k.typ.Bits())
		dst.SetUint(x)
	default:
		var x int64
		x, err = strconv.ParseInt(s, 10, k.typ.Bits())
		dst.SetInt(x)
	}
	if err != nil {
		return &Error{Type: k.typ.String(), Reason: "the name is no " + k.typ.String() + " key"}
	}
	return nil
}
