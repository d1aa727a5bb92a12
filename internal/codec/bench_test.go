package codec_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
)

type benchAddress struct {
	Street string  `dynamodbav:"street"`
	City   string  `dynamodbav:"city"`
	Lat    float64 `dynamodbav:"lat"`
	Lon    float64 `dynamodbav:"lon"`
}

type benchOrder struct {
	ID       string                  `dynamodbav:"id"`
	Customer string                  `dynamodbav:"customer"`
	Placed   time.Time               `dynamodbav:"placed"`
	Expires  time.Time               `dynamodbav:"expires,unixtime"`
	Total    int64                   `dynamodbav:"total"`
	Paid     bool                    `dynamodbav:"paid"`
	Note     string                  `dynamodbav:"note,omitempty"`
	Tags     []string                `dynamodbav:"tags,stringset"`
	Lines    []benchAddress          `dynamodbav:"lines"`
	Homes    map[string]benchAddress `dynamodbav:"homes"`
	Counts   map[string]int          `dynamodbav:"counts"`
	Ship     *benchAddress           `dynamodbav:"ship"`
	Raw      []byte                  `dynamodbav:"raw"`
}

func benchValue() benchOrder {
	a := benchAddress{"1 Main Street", "New York", 40.7128, -74.006}
	o := benchOrder{
		ID: "o-1", Customer: "c-1", Placed: time.Unix(1700000000, 5).UTC(), Expires: time.Unix(1800000000, 0), Total: 129900, Paid: true,
		Tags: []string{"gift", "express", "new"}, Homes: map[string]benchAddress{}, Counts: map[string]int{}, Ship: &a, Raw: make([]byte, 64),
	}
	for i := range 10 {
		o.Lines = append(o.Lines, a)
		o.Homes[fmt.Sprint("home", i)] = a
		o.Counts[fmt.Sprint("count", i)] = i
	}
	return o
}

func BenchmarkEncode(b *testing.B) {
	v := benchValue()
	b.Run("codec", func(b *testing.B) {
		c := codec.For(reflect.TypeFor[benchOrder]())
		b.ReportAllocs()
		for b.Loop() {
			if _, err := codec.EncodeStruct(c, reflect.ValueOf(&v).Elem()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("attributevalue", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := attributevalue.MarshalMap(&v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	m, err := attributevalue.MarshalMap(benchValue())
	if err != nil {
		b.Fatal(err)
	}
	for name, decode := range decoders() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var out benchOrder
				if err := decode(m, &out); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func decoders() map[string]func(map[string]types.AttributeValue, *benchOrder) error {
	c := codec.For(reflect.TypeFor[benchOrder]())
	return map[string]func(map[string]types.AttributeValue, *benchOrder) error{
		"codec": func(m map[string]types.AttributeValue, out *benchOrder) error {
			return codec.DecodeStruct(c, m, reflect.ValueOf(out).Elem())
		},
		"attributevalue": func(m map[string]types.AttributeValue, out *benchOrder) error {
			return attributevalue.UnmarshalMap(m, out)
		},
	}
}

// The plan must pay: fewer allocations than attributevalue, both ways.
func TestAllocations(t *testing.T) {
	v := benchValue()
	m, err := attributevalue.MarshalMap(v)
	if err != nil {
		t.Fatal(err)
	}
	c := codec.For(reflect.TypeFor[benchOrder]())
	ours := testing.AllocsPerRun(20, func() { _, _ = codec.EncodeStruct(c, reflect.ValueOf(&v).Elem()) })
	theirs := testing.AllocsPerRun(20, func() { _, _ = attributevalue.MarshalMap(&v) })
	if ours > 0.75*theirs {
		t.Errorf("encoding allocates %v times, attributevalue %v", ours, theirs)
	}
	d := decoders()
	var out benchOrder
	ours = testing.AllocsPerRun(20, func() { _ = d["codec"](m, &out) })
	theirs = testing.AllocsPerRun(20, func() { out = benchOrder{}; _ = d["attributevalue"](m, &out) })
	if ours > 0.5*theirs {
		t.Errorf("decoding allocates %v times, attributevalue %v", ours, theirs)
	}
}
