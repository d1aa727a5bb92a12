package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/bench/growth"
	"github.com/dystore/dystore/dynamodbtest"
)

// servers compares the embedded engine with another DynamoDB, by elapsed time:
// the other one works in another process.
func (r *reporter) servers() error {
	r.printf("\n### The embedded engine and a second one\n\n")
	r.slower = map[string][]float64{}
	return r.onSecond(bench.OnEngine(), func(name string) {
		r.product = name
		r.printf("Elapsed time on %s (on this machine, over loopback), as a multiple of that on the embedded engine: the shortest of all rounds, because both need the processors that others use.\n\n| | on %s |\n|---|---|\n", name, name)
	}, func(w bench.Workload, second bench.Engine) error {
		for _, c := range w.WithLean().Contenders {
			here, err := c.Prepare(r.ctx, bench.Embedded())
			if err != nil {
				return err
			}
			there, err := c.Prepare(r.ctx, bench.Shared(second.Name, second.Client))
			if err != nil {
				return err
			}
			rows, err := r.elapsed(here, there)
			if err != nil {
				return err
			}
			slower := bench.Best(rows[0], rows[1])
			r.slower[c.Name] = append(r.slower[c.Name], slower)
			r.printf("| %s, %s | %.1f |\n", w.Name, c.Name, slower)
		}
		return nil
	})
}

// guarantees compares dystore on the second engine with the code by hand that
// gives the same.
func (r *reporter) guarantees() error {
	r.printf("\n### The same guarantees on a second engine\n\n")
	r.same = map[string]comparison{}
	var list []bench.Workload
	for _, w := range bench.OnStub() {
		if w.Contenders = equals(w); len(w.Contenders) > 0 {
			list = append(list, w)
		}
	}
	return r.onSecond(list, func(name string) {
		r.printf("Elapsed time on %s (on this machine, over loopback), as a multiple of the bare SDK with the same guarantees.\n\n| | elapsed |\n|---|---|\n", name)
	}, func(w bench.Workload, second bench.Engine) error {
		var names []string
		var ops []bench.Op
		for _, c := range w.Contenders {
			op, err := c.Prepare(r.ctx, bench.Shared(second.Name, second.Client))
			if err != nil {
				return err
			}
			names, ops = append(names, c.Name), append(ops, op)
		}
		rows, err := r.elapsed(ops...)
		if err != nil {
			return err
		}
		r.same[w.Name] = comparison{names, rows}
		for _, ours := range names[1:] {
			r.printf("| %s, %s | %.2f |\n", w.Name, ours, r.same[w.Name].of(bench.SDKSame, ours))
		}
		return nil
	})
}

// equals are the contenders with all guarantees, that by hand first. There are
// none if the workload does not have it.
func equals(w bench.Workload) (out []bench.Contender) {
	for _, name := range []string{bench.SDKSame, bench.Unsealed, bench.Dystore, bench.Lean} {
		i := slices.IndexFunc(w.Contenders, func(c bench.Contender) bool { return c.Name == name })
		if i >= 0 {
			out = append(out, w.Contenders[i])
		} else if name == bench.SDKSame {
			return nil
		}
	}
	return out
}

// onSecond does workloads on the second engine, after begin. Each gets a new
// server: one that has taken the writes and tokens of all before is slower, and by
// how much depends on their order. Without a second engine it says so.
func (r *reporter) onSecond(list []bench.Workload, begin func(name string), do func(bench.Workload, bench.Engine) error) error {
	if !r.second {
		r.printf("Left out.\n")
		return nil
	}
	for i, w := range list {
		ctx, cancel := context.WithTimeout(r.ctx, time.Minute)
		server, err := dynamodbtest.Open(ctx)
		cancel()
		if err != nil && i == 0 {
			r.printf("Left out: %s.\n", strings.Join(strings.Fields(err.Error()), " "))
			return nil
		}
		if err != nil {
			return err
		}
		name := cmp.Or(server.Product, server.Source)
		if i == 0 {
			begin(name)
		}
		err = do(w, bench.Shared(name, server.Client()))
		server.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", w.Name, err)
		}
	}
	return nil
}

// elapsed compares by elapsed time: a second engine works in another process.
func (r *reporter) elapsed(ops ...bench.Op) ([][]bench.Cost, error) {
	return bench.Compare(r.ctx, bench.Plan{Rounds: r.rounds, Slice: r.slice, Clock: bench.Wall}, ops...)
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
		f, err := growth.Fill(r.ctx, n)
		if err != nil {
			return err
		}
		took := bench.CPU() - start
		runtime.GC()
		runtime.ReadMemStats(&after)
		if n == sizes[len(sizes)-1] {
			r.printf("\nLoading %d items takes %s; in memory each takes %.0f bytes.\n", n, digits(took), float64(after.HeapAlloc-before.HeapAlloc)/float64(n))
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
		r.table(half.name, names, rows)
	}
	return nil
}
