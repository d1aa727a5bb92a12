package codecs_test

import (
	"testing"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/bench/codecs"
)

func BenchmarkCodec(b *testing.B) {
	for _, c := range codecs.Cases() {
		it, err := c.Contenders[0].Encode()
		if err != nil {
			b.Fatal(err)
		}
		for _, x := range c.Contenders {
			b.Run("encode/"+c.Name+"/"+x.Name, func(b *testing.B) { loop(b, x.EncodeOp()) })
			b.Run("decode/"+c.Name+"/"+x.Name, func(b *testing.B) { loop(b, x.DecodeOp(it)) })
		}
	}
}

// BenchmarkWireCodec is BenchmarkCodec with the bytes of requests and answers.
func BenchmarkWireCodec(b *testing.B) {
	cases, err := codecs.WireCases()
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range cases {
		for _, x := range c.Contenders {
			b.Run("encode/"+c.Name+"/"+x.Name, func(b *testing.B) { loop(b, x.EncodeOp()) })
			b.Run("decode/"+c.Name+"/"+x.Name, func(b *testing.B) { loop(b, x.DecodeOp(c.Answer)) })
		}
	}
}

func loop(b *testing.B, op bench.Op) {
	b.ReportAllocs()
	for b.Loop() {
		if err := op(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
