package codec

import (
	"encoding"
	"net/url"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var (
	textMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
	urlType         = reflect.TypeFor[url.URL]()
)

// textPlan is how a type becomes text and comes back.
type textPlan struct {
	byValue bool // MarshalText has a value receiver
	binary  decodeFunc
}

// isText reports whether t, or a pointer to it, has one of the text methods
// as its own. Promoted ones of a struct that holds more than the embedded
// value do not count: they would drop the rest.
func isText(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	if t.Kind() == reflect.Interface || !p.Implements(textMarshaler) && !p.Implements(textUnmarshaler) {
		return false
	}
	return !partial(t, func(p reflect.Type) (reflect.Method, bool) { return p.MethodByName("MarshalText") })
}

// textual compiles a text marshaler, or url.URL, whose text form has methods
// of other names.
func (b *builder) textual(c *Codec) options {
	c.kind, c.want, c.leafZero = String, "S", true
	if c.typ == urlType {
		c.enc, c.dec = encodeURL, decodeURL
		return 0
	}
	p := reflect.PointerTo(c.typ)
	switch {
	case !p.Implements(textUnmarshaler):
		c.refuseType("has MarshalText and no UnmarshalText: it could be written and never read")
		return 0
	case !p.Implements(textMarshaler):
		c.refuseType("has UnmarshalText and no MarshalText: it could be read and never written")
		return 0
	}
	c.text.byValue = c.typ.Implements(textMarshaler)
	c.enc, c.dec = encodeText, decodeText
	if isBytes(c.typ) {
		// attributevalue ignores the text methods and stores such types, as
		// uuid.UUID, in binary: items that it wrote can be read.
		c.text.binary, c.want = decodeBytes, "S or B"
		if c.typ.Kind() == reflect.Array {
			c.text.binary = decodeByteArray
		}
	}
	return 0
}

func encodeText(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	if c.nullable && v.IsNil() {
		return nil, nil
	}
	s, err := c.marshalText(v)
	if err != nil {
		return nil, err
	}
	return c.stringValue(s, d)
}

func (c *Codec) marshalText(v reflect.Value) (string, error) {
	b, err := receiver(v, c.text.byValue).(encoding.TextMarshaler).MarshalText()
	if err != nil {
		return "", &Error{Type: c.typ.String(), Reason: "MarshalText of " + c.typ.String() + " failed", Err: err}
	}
	return string(b), nil
}

func decodeText(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	if _, ok := av.(*types.AttributeValueMemberB); ok && c.text.binary != nil {
		return c.text.binary(c, av, dst)
	}
	tv, ok := av.(*types.AttributeValueMemberS)
	if !ok || tv == nil {
		return c.mismatch(av)
	}
	return c.unmarshalText(tv.Value, dst)
}

func (c *Codec) unmarshalText(s string, dst reflect.Value) error {
	dst.SetZero()
	if err := dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s)); err != nil {
		return &Error{Type: c.typ.String(), Reason: "UnmarshalText of " + c.typ.String() + " failed", Err: err}
	}
	return nil
}

// receiver returns v, or a pointer to it, as something to call methods on. A
// value that has no address is copied when the method wants a pointer.
func receiver(v reflect.Value, byValue bool) any {
	if v.CanAddr() {
		return v.Addr().Interface()
	}
	if byValue {
		return v.Interface()
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p.Interface()
}

func encodeURL(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	return c.stringValue(receiver(v, false).(*url.URL).String(), d)
}

func decodeURL(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	tv, ok := av.(*types.AttributeValueMemberS)
	if !ok || tv == nil {
		return c.mismatch(av)
	}
	u, err := url.Parse(tv.Value)
	if err != nil {
		return &Error{Type: c.typ.String(), Reason: "the string is not a URL", Err: err}
	}
	dst.Set(reflect.ValueOf(u).Elem())
	return nil
}
