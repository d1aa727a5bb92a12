package bench_test

import (
	"context"
	"flag"
	"testing"
	"time"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/dynamodbtest"
)

var second = flag.Bool("second", false, "run BenchmarkSecond, on a DynamoDB that is found or started")

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

func BenchmarkEncrypted(b *testing.B) {
	for _, w := range bench.Encrypted() {
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
