package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/dynamodbtest"
)

// servers compares the embedded engine with another DynamoDB, by elapsed time:
// the other one works in another process.
func (r *reporter) servers() error {
	r.printf("\n### The embedded engine and a second one\n\n")
	if !r.second {
		r.printf("Left out.\n")
		return nil
	}
	ctx, cancel := context.WithTimeout(r.ctx, time.Minute)
	defer cancel()
	other, err := dynamodbtest.Open(ctx)
	if err != nil {
		r.printf("Left out: %s.\n", strings.Join(strings.Fields(err.Error()), " "))
		return nil
	}
	defer other.Close()
	name := cmp.Or(other.Product, other.Source)
	r.printf("Elapsed time on %s (on this machine, over loopback), as a multiple of that on the embedded engine: the shortest of all rounds, because both need the processors that others use.\n\n| | on %s |\n|---|---|\n", name, name)
	for _, w := range bench.OnEngine() {
		for _, c := range w.Contenders {
			here, err := c.Prepare(r.ctx, bench.Embedded())
			if err != nil {
				return err
			}
			there, err := c.Prepare(r.ctx, bench.Shared(name, other.Client()))
			if err != nil {
				return err
			}
			rows, err := bench.Compare(r.ctx, bench.Plan{Rounds: r.rounds, Slice: r.slice, Clock: bench.Wall}, here, there)
			if err != nil {
				return fmt.Errorf("%s: %w", w.Name, err)
			}
			r.printf("| %s, %s | %.1f |\n", w.Name, c.Name, bench.Best(rows[0], rows[1]))
		}
	}
	return nil
}

// growth measures the cost of other items in the table.
func (r *reporter) growth() error {
	sizes := []int{1_000, 100_000}
	if r.million {
		sizes = append(sizes, 1_000_000)
	}
	r.printf("\n### The embedded engine as it fills\n\nOne call of the engine, without the SDK, beside the same call in a table of 1,000 items.\n")
	var put, get, query []bench.Op
	var names []string
	for _, n := range sizes {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := bench.CPU()
		f, err := bench.Fill(r.ctx, n)
		if err != nil {
			return err
		}
		took := bench.CPU() - start
		runtime.GC()
		runtime.ReadMemStats(&after)
		if n == sizes[len(sizes)-1] {
			r.printf("\nLoading %d items takes %s; in memory each takes %.0f bytes.\n", n, short(took), float64(after.HeapAlloc-before.HeapAlloc)/float64(n))
		}
		put, get, query = append(put, f.Put()), append(get, f.Get()), append(query, f.Query())
		names = append(names, fmt.Sprintf("%d items", n))
	}
	for _, half := range []struct {
		name string
		ops  []bench.Op
	}{{"Put", put}, {"Get", get}, {"Query of 10 items", query}} {
		rows, err := r.processor(half.ops...)
		if err != nil {
			return err
		}
		r.printf("\n| %s | time | allocations | bytes allocated |\n|---|---|---|---|\n", half.name)
		r.compared(names, rows)
	}
	return nil
}
