package bench_test

import (
	"testing"

	"github.com/dystore/dystore/bench"
)

// BenchmarkEmbedded is the whole way: library, SDK, embedded engine.
func BenchmarkEmbedded(b *testing.B) {
	for _, w := range bench.OnEngine() {
		for _, c := range w.Contenders {
			b.Run(w.Name+"/"+c.Name, func(b *testing.B) { run(b, c, bench.Embedded()) })
		}
	}
}

// BenchmarkStub is the way to the wire and back: library, SDK, JSON.
func BenchmarkStub(b *testing.B) {
	for _, w := range bench.OnStub() {
		for _, c := range w.Contenders {
			b.Run(w.Name+"/"+c.Name, func(b *testing.B) {
				op, _, err := bench.Stubbed(b.Context(), c)
				if err != nil {
					b.Fatal(err)
				}
				loop(b, op)
			})
		}
	}
}

// BenchmarkOwn measures dystore alone: the answers of the engine are played
// back from a tape. The copies of the answers are not dystore's work, but the
// figures include them; profile with -ignore bench.clone.
func BenchmarkOwn(b *testing.B) {
	for _, w := range append(bench.OnEngine(), bench.Large()...) {
		for _, c := range w.Contenders {
			if !c.Ours() {
				continue
			}
			b.Run(w.Name+"/"+c.Name, func(b *testing.B) {
				op, _, err := bench.Own(b.Context(), c)
				if err != nil {
					b.Fatal(err)
				}
				loop(b, op)
			})
		}
	}
}

func run(b *testing.B, c bench.Contender, e bench.Engine) {
	op, err := c.Prepare(b.Context(), e)
	if err != nil {
		b.Fatal(err)
	}
	loop(b, op)
}

func loop(b *testing.B, op bench.Op) {
	b.ReportAllocs()
	for b.Loop() {
		if err := op(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
