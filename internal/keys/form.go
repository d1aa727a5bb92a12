package keys

import (
	"fmt"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/tables"
)

// How the Go types of keys are stored, and what they are compared with.

type keyEncoder func(reflect.Value) (types.AttributeValue, error)

// Form is how a Go type is stored as a key.
type Form struct {
	Kind    types.ScalarAttributeType
	encode  keyEncoder // what is stored
	Operand keyEncoder // what a condition or a range compares with it
	Spelled bool       // a number that is stored as text, and sorts so
	Instant bool       // a time that is stored as text
}

// FormOf returns the form of a type; its kind is empty if there is none.
func FormOf(c *codec.Codec) Form {
	switch {
	case c.Err() != nil || c.Type().Kind() == reflect.Pointer:
		return Form{}
	case c.Kind() == codec.String && c.Instant():
		return keyForm(c, encodeKeyTime, encodeKeyTime)
	}
	return keyForm(c, c.Encode, c.EncodeOperand)
}

// keyForm returns the form of a type that is encoded by the functions.
func keyForm(c *codec.Codec, encode, operand keyEncoder) Form {
	switch c.Kind() {
	case codec.String:
		return Form{Kind: types.ScalarAttributeTypeS, encode: encode, Operand: operand, Spelled: c.Spelled(), Instant: c.Instant()}
	case codec.Number:
		return Form{Kind: types.ScalarAttributeTypeN, encode: keyNumber(encode), Operand: keyNumber(operand)}
	case codec.Binary:
		return Form{Kind: types.ScalarAttributeTypeB, encode: encode, Operand: operand}
	}
	return Form{}
}

// withholds reports whether the options of the tag keep a value from being
// stored that is a key like others: the zero of a number, of a UUID, of a time.
func (f Form) withholds(pos int, c *codec.Codec) bool {
	zero := reflect.Zero(c.Type())
	storable := func(f Form) bool {
		av, err := f.encode(zero)
		return err == nil && tables.CheckKeyValue(pos, av) == nil
	}
	return !storable(f) && storable(FormOf(c.Kept()))
}

var timeType = reflect.TypeFor[time.Time]()

// keyTime sorts as text in the order of time, unlike RFC3339Nano, which drops
// trailing zeros and keeps the zone.
const keyTime = "2006-01-02T15:04:05.000000000Z"

func encodeKeyTime(v reflect.Value) (types.AttributeValue, error) {
	t := v.Convert(timeType).Interface().(time.Time).UTC()
	if y := t.Year(); y < 0 || y > 9999 {
		return nil, fmt.Errorf("year %d cannot be sorted as text", y)
	}
	return &types.AttributeValueMemberS{Value: t.Format(keyTime)}, nil
}

// keyNumber encodes a number as DynamoDB will return it: the keys of parts and
// the bindings of sealed values are made from it.
func keyNumber(encode keyEncoder) keyEncoder {
	return func(v reflect.Value) (types.AttributeValue, error) {
		av, err := encode(v)
		n, ok := av.(*types.AttributeValueMemberN)
		if err != nil || !ok {
			return av, err
		}
		text, err := item.NormalizeNumber(n.Value)
		return &types.AttributeValueMemberN{Value: text}, err
	}
}

// NotKeyable is why a type cannot be a key.
func NotKeyable(t reflect.Type) string {
	return t.String() + " cannot be a key: a key is stored as a string, a number or binary"
}
