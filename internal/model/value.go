package model

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
)

// Encode returns the attribute value that a write of v, a V, stores at l's
// path: nil for absent, but NULL for an element of a list or map, which has no
// other way to be nil in its place.
//
// An accessor may return a pointer's pointee (return p.Birth), and then the
// codec is that of the pointer; Encode puts it back around v, so that
// omitempty sees what Put would see.
func (l *Lens) Encode(v reflect.Value) (types.AttributeValue, error) {
	return l.encode(v, (*codec.Codec).Encode)
}

// EncodeOperand is Encode for a v that stored values are compared with.
func (l *Lens) EncodeOperand(v reflect.Value) (types.AttributeValue, error) {
	return l.encode(v, (*codec.Codec).EncodeOperand)
}

func (l *Lens) encode(v reflect.Value, encode func(*codec.Codec, reflect.Value) (types.AttributeValue, error)) (types.AttributeValue, error) {
	if l.Err != nil {
		return nil, l.Err
	}
	av, err := encode(l.Codec, wrap(l.Codec.Type(), v))
	if err == nil && av == nil && l.Path[len(l.Path)-1].Kind != attr.Name {
		av = &types.AttributeValueMemberNULL{Value: true}
	}
	return av, err
}

// Decode stores av in dst, a settable V; nil and NULL are the zero value.
func (l *Lens) Decode(av types.AttributeValue, dst reflect.Value) error {
	if l.Err != nil {
		return l.Err
	}
	if dst.Type() == l.Codec.Type() {
		return l.Codec.Decode(av, dst)
	}
	got := reflect.New(l.Codec.Type()).Elem()
	if err := l.Codec.Decode(av, got); err != nil {
		return err
	}
	for got.Type() != dst.Type() {
		if got.Kind() != reflect.Pointer || got.IsNil() {
			dst.SetZero()
			return nil
		}
		got = got.Elem()
	}
	dst.Set(got)
	return nil
}

// SetsAt is what the value at a path becomes by a Set of it, or of what it is in; nil for
// nothing.
func (c *Change) SetsAt(path attr.Path) (types.AttributeValue, error) {
	av, err := c.Lens.Encode(c.Value)
	if rest := path[len(c.Lens.Path):]; err == nil && len(rest) > 0 {
		const whole = "v"
		return item.Follow(map[string]types.AttributeValue{whole: av}, attr.Join(attr.Names(whole), rest)), nil
	}
	return av, err
}

// wrap returns v behind as many pointers as t has around the type of v.
func wrap(t reflect.Type, v reflect.Value) reflect.Value {
	if !v.IsValid() || v.Type() == t || t.Kind() != reflect.Pointer {
		return v
	}
	p := reflect.New(t.Elem())
	inner := wrap(t.Elem(), v)
	if !inner.Type().AssignableTo(t.Elem()) {
		return v // the codec says what is wrong
	}
	p.Elem().Set(inner)
	return p.Convert(t)
}
