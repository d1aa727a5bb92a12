package growth_test

import (
	"flag"
	"fmt"
	"testing"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/bench/growth"
)

var million = flag.Bool("million", false, "BenchmarkFilled with one million items too")

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
			b.Run(fmt.Sprint(n, "/", name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := op(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
