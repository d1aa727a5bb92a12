package bench

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"

	"github.com/dystore/dystore/internal/codec"
)

type item = map[string]types.AttributeValue

// CodecContender turns one value into an item and back.
type CodecContender struct {
	Name   string
	Encode func() (item, error)
	// Decode stores an item in a new value and returns a pointer to it.
	Decode func(item) (any, error)
}

// CodecCase is one value and the codecs to compare on it. The times of the
// others are divided by that of the first contender.
type CodecCase struct {
	Name       string
	Contenders []CodecContender
}

// Codecs lists the values on which codecs are compared.
func Codecs() []CodecCase {
	p := NewPerson()
	p.ID = "0190f5f3-0000-7000-8000-000000000001"
	return []CodecCase{
		codecCase("README person", p),
		codecCase("75 fields", NewWide()),
		codecCase("nested document, 60 KB", NewDocument()),
	}
}

func codecCase[T any](name string, v T) CodecCase {
	c := codec.For(reflect.TypeFor[T]())
	return CodecCase{name, []CodecContender{
		{
			AttrValue,
			func() (item, error) { return attributevalue.MarshalMap(&v) },
			func(it item) (any, error) { out := new(T); return out, attributevalue.UnmarshalMap(it, out) },
		},
		{
			Guregu,
			func() (item, error) { return dynamo.MarshalItem(&v) },
			func(it item) (any, error) { out := new(T); return out, dynamo.UnmarshalItem(it, out) },
		},
		{
			Codec,
			func() (item, error) { return codec.EncodeStruct(c, reflect.ValueOf(&v).Elem()) },
			func(it item) (any, error) {
				out := new(T)
				return out, codec.DecodeStruct(c, it, reflect.ValueOf(out).Elem())
			},
		},
	}}
}

// EncodeOp and DecodeOp are the two directions as operations.
func (c CodecContender) EncodeOp() Op {
	return func(context.Context) error { _, err := c.Encode(); return err }
}

// DecodeOp: see EncodeOp.
func (c CodecContender) DecodeOp(it item) Op {
	return func(context.Context) error { _, err := c.Decode(it); return err }
}
