// Package codecs compares ways to turn values into items and back, and into the
// bytes of requests and back.
package codecs

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/internal/codec"
)

type item = map[string]types.AttributeValue

// The codecs.
const (
	AttrValue = "attributevalue"
	Guregu    = bench.Guregu
	Dystore   = "dystore's codec"
)

// Contender turns one value into an item and back.
type Contender struct {
	Name   string
	Encode func() (item, error)
	// Decode stores an item in a new value and returns a pointer to it.
	Decode func(item) (any, error)
}

// Case is one value and the codecs to compare on it. The times of the
// others are divided by that of the first contender.
type Case struct {
	Name       string
	Contenders []Contender
}

// Cases lists the values on which codecs are compared.
func Cases() []Case {
	return []Case{
		newCase("README person", newPerson()),
		newCase("75 fields", NewWide()),
		newCase("nested document, 60 KB", NewDocument()),
	}
}

func newPerson() bench.Person {
	p := bench.NewPerson()
	p.ID = "0190f5f3-0000-7000-8000-000000000001"
	return p
}

func newCase[T any](name string, v T) Case {
	c := codec.For(reflect.TypeFor[T]())
	return Case{name, []Contender{
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
			Dystore,
			func() (item, error) { return codec.EncodeStruct(c, reflect.ValueOf(&v).Elem()) },
			func(it item) (any, error) {
				out := new(T)
				return out, codec.DecodeStruct(c, it, reflect.ValueOf(out).Elem())
			},
		},
	}}
}

// EncodeOp and DecodeOp are the two directions as operations.
func (c Contender) EncodeOp() bench.Op {
	return func(context.Context) error { _, err := c.Encode(); return err }
}

// DecodeOp: see EncodeOp.
func (c Contender) DecodeOp(it item) bench.Op {
	return func(context.Context) error { _, err := c.Decode(it); return err }
}
