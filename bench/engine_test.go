package bench_test

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/bench/growth"
	"github.com/dystore/dystore/dynamodbtest"
)

var (
	second  = flag.Bool("second", false, "run BenchmarkSecond, on a DynamoDB that is found or started")
	million = flag.Bool("million", false, "BenchmarkFilled with one million items too")
)

// BenchmarkSecond is BenchmarkEmbedded on another DynamoDB: dynoxide, unless
// the variables of package dynamodbtest choose otherwise.
func BenchmarkSecond(b *testing.B) {
	if !*second {
		b.Skip("a second engine: not asked for with -second")
	}
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	other, err := dynamodbtest.Open(ctx)
	if err != nil {
		b.Fatal(err)
	}
	defer other.Close()
	for _, w := range bench.OnEngine() {
		for _, c := range w.Contenders {
			b.Run(w.Name+"/"+c.Name, func(b *testing.B) { run(b, c, bench.Shared(other.Product, other.Client())) })
		}
	}
}

// BenchmarkFilled is the embedded engine without the SDK, in tables with more
// and more other items.
func BenchmarkFilled(b *testing.B) {
	sizes := []int{1_000, 100_000}
	if *million {
		sizes = append(sizes, 1_000_000)
	}
	for _, n := range sizes {
		f, err := growth.Fill(b.Context(), n)
		if err != nil {
			b.Fatal(err)
		}
		for name, op := range map[string]bench.Op{"put": f.Put(), "get": f.Get(), "query": f.Query()} {
			b.Run(fmt.Sprint(n, "/", name), func(b *testing.B) { loop(b, op) })
		}
	}
}

func BenchmarkCipher(b *testing.B) {
	for _, w := range bench.Ciphers() {
		for _, c := range w.Contenders {
			b.Run(w.Name+"/"+c.Name, func(b *testing.B) { run(b, c, bench.Embedded()) })
		}
	}
}

func BenchmarkLarge(b *testing.B) {
	for _, w := range bench.Large() {
		for _, c := range w.Contenders {
			b.Run(w.Name+"/"+c.Name, func(b *testing.B) { run(b, c, bench.Embedded()) })
		}
	}
}
