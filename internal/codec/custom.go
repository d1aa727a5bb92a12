package codec

import (
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var (
	customMarshaler   = reflect.TypeFor[attributevalue.Marshaler]()
	customUnmarshaler = reflect.TypeFor[attributevalue.Unmarshaler]()
	attributeValue    = reflect.TypeFor[types.AttributeValue]()
)

func isAttributeValue(t reflect.Type) bool {
	return t.Implements(attributeValue) || t.Kind() != reflect.Interface && reflect.PointerTo(t).Implements(attributeValue)
}

func isCustom(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(customMarshaler) || p.Implements(customUnmarshaler)
}

// custom compiles a type with attributevalue's marshaler, unmarshaler or
// both. The direction that it lacks is the standard one, as there.
func (b *builder) custom(c *Codec) options {
	if partial(c.typ, func(p reflect.Type) (reflect.Method, bool) {
		return p.MethodByName("MarshalDynamoDBAttributeValue")
	}) || partial(c.typ, func(p reflect.Type) (reflect.Method, bool) {
		return p.MethodByName("UnmarshalDynamoDBAttributeValue")
	}) {
		c.refuseType("is stored by the marshaler of a struct that it embeds, without its other fields; name the embedded field or declare the marshaler")
		return 0
	}
	p := reflect.PointerTo(c.typ)
	c.kind, c.enc, c.dec = Custom, encodeCustom, decodeCustom
	c.text.byValue = c.typ.Implements(customMarshaler)
	writes, reads := p.Implements(customMarshaler), p.Implements(customUnmarshaler)
	if writes && reads {
		return 0
	}
	plain := &Codec{typ: c.typ, nullable: c.nullable}
	b.standard(plain)
	c.plain = plain
	if !writes {
		c.enc = func(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
			return c.plain.enc(c.plain, v, d)
		}
	}
	if !reads {
		c.dec = func(c *Codec, av types.AttributeValue, dst reflect.Value) error { return c.plain.decode(av, dst) }
	}
	return 0
}

func encodeCustom(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	if c.nullable && v.IsNil() {
		return nil, nil
	}
	av, err := receiver(v, c.text.byValue).(attributevalue.Marshaler).MarshalDynamoDBAttributeValue()
	if err != nil {
		return nil, &Error{Type: c.typ.String(), Reason: "MarshalDynamoDBAttributeValue of " + c.typ.String() + " failed", Err: err}
	}
	return copyChecked(av, d)
}

func decodeCustom(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	dst.SetZero()
	if err := dst.Addr().Interface().(attributevalue.Unmarshaler).UnmarshalDynamoDBAttributeValue(clone(av)); err != nil {
		return &Error{Type: c.typ.String(), Reason: "UnmarshalDynamoDBAttributeValue of " + c.typ.String() + " failed", Err: err}
	}
	return nil
}

// copyChecked copies what a marshaler returned, which may share memory with
// the value, and refuses what DynamoDB would. Nil is absent; inside a list or
// map it is NULL.
func copyChecked(av types.AttributeValue, d depth) (types.AttributeValue, error) {
	if av == nil || reflect.ValueOf(av).IsNil() {
		return nil, nil
	}
	switch tv := av.(type) {
	case *types.AttributeValueMemberS:
		if !utf8.ValidString(tv.Value) {
			return nil, &Error{Reason: "the string is not valid UTF-8"}
		}
	case *types.AttributeValueMemberN:
		if reason := checkNumber(tv.Value); reason != "" {
			return nil, &Error{Reason: reason}
		}
	case *types.AttributeValueMemberSS, *types.AttributeValueMemberNS, *types.AttributeValueMemberBS:
		if err := checkSet(av); err != nil {
			return nil, err
		}
		if setLen(av) == 0 {
			return nil, nil
		}
	case *types.AttributeValueMemberL:
		return copyList(tv, d)
	case *types.AttributeValueMemberM:
		return copyMap(tv, d)
	case *types.AttributeValueMemberB, *types.AttributeValueMemberBOOL, *types.AttributeValueMemberNULL:
	default:
		return nil, &Error{Reason: "the marshaler returned " + attributeType(av)}
	}
	return clone(av), nil
}

func copyList(l *types.AttributeValueMemberL, d depth) (types.AttributeValue, error) {
	out := make([]types.AttributeValue, len(l.Value))
	for i, e := range l.Value {
		av, err := copyElem(e, d)
		if err != nil {
			return nil, underIndex(i, err)
		}
		out[i] = av
	}
	return &types.AttributeValueMemberL{Value: out}, nil
}

func copyMap(m *types.AttributeValueMemberM, d depth) (types.AttributeValue, error) {
	out := make(map[string]types.AttributeValue, len(m.Value))
	for k, e := range m.Value {
		if reason := checkName(k); reason != "" {
			return nil, &Error{Reason: reason}
		}
		av, err := copyElem(e, d)
		if err != nil {
			return nil, underKey(k, err)
		}
		out[k] = av
	}
	return &types.AttributeValueMemberM{Value: out}, nil
}

func copyElem(av types.AttributeValue, d depth) (types.AttributeValue, error) {
	d, err := d.inner()
	if err != nil {
		return nil, err
	}
	out, err := copyChecked(av, d)
	if out == nil && err == nil {
		return null(), nil
	}
	return out, err
}

// clone copies av as far as it could be changed through what is shared.
func clone(av types.AttributeValue) types.AttributeValue {
	switch tv := av.(type) {
	case *types.AttributeValueMemberB:
		if tv != nil {
			return &types.AttributeValueMemberB{Value: bytesOf(tv.Value)}
		}
	case *types.AttributeValueMemberSS:
		if tv != nil {
			return &types.AttributeValueMemberSS{Value: slices.Clone(tv.Value)}
		}
	case *types.AttributeValueMemberNS:
		if tv != nil {
			return &types.AttributeValueMemberNS{Value: slices.Clone(tv.Value)}
		}
	case *types.AttributeValueMemberBS:
		if tv != nil {
			return &types.AttributeValueMemberBS{Value: bytesOfAll(tv.Value)}
		}
	case *types.AttributeValueMemberL:
		if tv != nil {
			l := make([]types.AttributeValue, len(tv.Value))
			for i, e := range tv.Value {
				l[i] = clone(e)
			}
			return &types.AttributeValueMemberL{Value: l}
		}
	case *types.AttributeValueMemberM:
		if tv != nil {
			m := make(map[string]types.AttributeValue, len(tv.Value))
			for k, e := range tv.Value {
				m[k] = clone(e)
			}
			return &types.AttributeValueMemberM{Value: m}
		}
	}
	return av
}

// checkName refuses what cannot be the name of an attribute in a map.
func checkName(s string) string {
	switch {
	case s == "":
		return "an empty map key cannot be an attribute name"
	case !utf8.ValidString(s):
		return "the map key " + strconv.Quote(s) + " is not valid UTF-8"
	}
	return ""
}
