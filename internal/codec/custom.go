package codec

import (
	"errors"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
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
	plain := &Codec{typ: c.typ, nullable: c.nullable, of: c.of, oneOf: c.oneOf}
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
	return c.checked(av, d)
}

func decodeCustom(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	if !whole(av) {
		return c.valueError("a nil or unknown attribute value")
	}
	dst.SetZero()
	if err := dst.Addr().Interface().(attributevalue.Unmarshaler).UnmarshalDynamoDBAttributeValue(item.Clone(av)); err != nil {
		return &Error{Type: c.typ.String(), Reason: "UnmarshalDynamoDBAttributeValue of " + c.typ.String() + " failed", Err: err}
	}
	return nil
}

// checked copies what a marshaler returned, which may share memory with the
// value, and refuses what DynamoDB would. Nil is absent.
func (c *Codec) checked(av types.AttributeValue, d depth) (types.AttributeValue, error) {
	switch {
	case av == nil:
		return nil, nil
	case !whole(av):
		return nil, c.valueError("the marshaler returned a nil or unknown attribute value")
	case d.level+item.Depth(av)-1 > item.MaxDepth:
		return nil, c.unfit(item.ErrTooDeep)
	}
	var refused *item.Error
	if errors.As(item.CheckValue("", av), &refused) {
		return nil, &Error{Type: c.typ.String(), Path: refused.Path, Reason: refused.Err.Error(), Err: refused}
	}
	return item.Clone(av), nil
}

// whole reports that av has a value everywhere: no nil pointer, no type that
// DynamoDB does not have.
func whole(av types.AttributeValue) bool {
	switch tv := av.(type) {
	case nil, *types.UnknownUnionMember:
		return false
	case *types.AttributeValueMemberL:
		return tv != nil && !slices.ContainsFunc(tv.Value, func(e types.AttributeValue) bool { return !whole(e) })
	case *types.AttributeValueMemberM:
		if tv == nil {
			return false
		}
		for _, e := range tv.Value {
			if !whole(e) {
				return false
			}
		}
		return true
	}
	return !reflect.ValueOf(av).IsNil()
}
