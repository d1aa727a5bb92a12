package codec

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// setElems returns the elements of a set as separate attribute values.
func setElems(av types.AttributeValue) ([]types.AttributeValue, bool) {
	switch tv := av.(type) {
	case *types.AttributeValueMemberSS:
		if tv != nil {
			return each(tv.Value, func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }), true
		}
	case *types.AttributeValueMemberNS:
		if tv != nil {
			return each(tv.Value, func(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }), true
		}
	case *types.AttributeValueMemberBS:
		if tv != nil {
			return each(tv.Value, func(b []byte) types.AttributeValue { return &types.AttributeValueMemberB{Value: b} }), true
		}
	}
	return nil, false
}

func each[E any](list []E, wrap func(E) types.AttributeValue) []types.AttributeValue {
	out := make([]types.AttributeValue, len(list))
	for i, e := range list {
		out[i] = wrap(e)
	}
	return out
}

// listFromSet reads a set into a list, and members reads a list into a set,
// as attributevalue does: a field can change from one to the other while
// items of both forms exist.
func listFromSet(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	elems, ok := setElems(av)
	if !ok {
		return c.mismatch(av)
	}
	return c.decodeElems(elems, dst)
}

func decodeSet(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	elems, err := members(c, av)
	if err != nil {
		return err
	}
	return c.decodeElems(elems, dst)
}

func members(c *Codec, av types.AttributeValue) ([]types.AttributeValue, error) {
	if l, ok := av.(*types.AttributeValueMemberL); ok && l != nil {
		return l.Value, nil
	}
	elems, ok := setElems(av)
	if !ok {
		return nil, c.mismatch(av)
	}
	return elems, nil
}

func (c *Codec) decodeElems(elems []types.AttributeValue, dst reflect.Value) error {
	if err := makeRoom(c, dst, len(elems)); err != nil {
		return err
	}
	for i, e := range elems {
		if err := c.elem.decode(e, dst.Index(i)); err != nil {
			return underIndex(i, err)
		}
	}
	return nil
}

func decodeMapSet(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	elems, err := members(c, av)
	if err != nil {
		return err
	}
	m := reflect.MakeMapWithSize(c.typ, len(elems))
	in := reflect.New(c.typ.Elem()).Elem()
	if in.Kind() == reflect.Bool {
		in.SetBool(true)
	}
	key := reflect.New(c.typ.Key()).Elem()
	for i, e := range elems {
		if err := c.elem.decode(e, key); err != nil {
			return underIndex(i, err)
		}
		m.SetMapIndex(key, in)
	}
	dst.Set(m)
	return nil
}
