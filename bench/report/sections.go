package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/bench/codecs"
)

func (r *reporter) machine() error {
	r.printf("%s, %s/%s, %d processors%s. Medians of %d rounds.\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), model(), r.rounds)
	return nil
}

// model is the name of the processor, if the system reports it.
func model() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(info)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return " (" + strings.TrimSpace(strings.TrimLeft(name, " \t:")) + ")"
		}
	}
	return ""
}

// table prints one row for each operation: its time as a multiple of the first
// one's, and its allocations.
func (r *reporter) table(title string, names []string, rows [][]bench.Cost) {
	r.printf("\n| %s | time | allocations | bytes allocated |\n|---|---|---|---|\n", title)
	for i, costs := range rows {
		m := bench.Median(costs)
		time := fmt.Sprintf("%.2f", bench.Ratio(rows[0], costs))
		if i == 0 {
			time = fmt.Sprintf("1 = %s", digits(m.Time))
		}
		r.printf("| %s | %s | %.0f | %s |\n", names[i], time, m.Allocs, size(m.Bytes))
	}
}

func (r *reporter) codecs() error {
	r.printf("\n### Codecs\n\nOne value into an item and back.\n")
	for _, c := range codecs.Cases() {
		it, err := c.Contenders[0].Encode()
		if err != nil {
			return err
		}
		var names []string
		var encode, decode []bench.Op
		for _, x := range c.Contenders {
			names = append(names, x.Name)
			encode, decode = append(encode, x.EncodeOp()), append(decode, x.DecodeOp(it))
		}
		if err := r.halves(c.Name, names, encode, decode, map[string]comparison{}); err != nil {
			return err
		}
	}
	return nil
}

// halves compares both directions of codecs for one value, and notes what it finds.
func (r *reporter) halves(value string, names []string, encode, decode []bench.Op, found map[string]comparison) error {
	for _, half := range []struct {
		name string
		ops  []bench.Op
	}{{"encode", encode}, {"decode", decode}} {
		rows, err := r.processor(half.ops...)
		if err != nil {
			return err
		}
		title := value + ", " + half.name
		r.table(title, names, rows)
		found[title] = comparison{names, rows}
	}
	return nil
}

// wireCodecs compares codecs up to the bytes.
func (r *reporter) wireCodecs() error {
	r.printf("\n### Codecs on the wire\n\nOne value into the body of a PutItem, and out of that of a GetItem's answer.\n")
	cases, err := codecs.WireCases()
	if err != nil {
		return err
	}
	r.wire = map[string]comparison{}
	for _, c := range cases {
		var names []string
		var encode, decode []bench.Op
		for _, x := range c.Contenders {
			names = append(names, x.Name)
			encode, decode = append(encode, x.EncodeOp()), append(decode, x.DecodeOp(c.Answer))
		}
		if err := r.halves(c.Name, names, encode, decode, r.wire); err != nil {
			return err
		}
	}
	return nil
}

func (r *reporter) onStub() (err error) {
	r.printf("\n### On the wire (stub)\n\nLibrary, SDK, JSON, and back: a transport plays the answers of the engine back as bytes. Processor time.\n")
	r.stub, err = r.workloads(bench.OnStub(), r.stubbed)
	return err
}

func (r *reporter) stubbed(c bench.Contender) (bench.Op, error) {
	op, _, err := bench.Stubbed(r.ctx, c)
	return op, err
}

func (r *reporter) engine() error {
	r.printf("\n### Operations on the embedded engine\n\nThe whole way, in one process: library, SDK, engine, and back. Processor time.\n")
	_, err := r.workloads(bench.OnEngine(), r.embedded)
	return err
}

func (r *reporter) embedded(c bench.Contender) (bench.Op, error) {
	return c.Prepare(r.ctx, bench.Embedded())
}

// workloads compares the contenders of each workload.
func (r *reporter) workloads(list []bench.Workload, prepare func(bench.Contender) (bench.Op, error)) (map[string]comparison, error) {
	out := map[string]comparison{}
	for _, w := range list {
		var names []string
		var ops []bench.Op
		for _, c := range w.Contenders {
			op, err := prepare(c)
			if err != nil {
				return nil, err
			}
			names, ops = append(names, c.Name), append(ops, op)
		}
		rows, err := r.processor(ops...)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.Name, err)
		}
		r.table(w.Name, names, rows)
		out[w.Name] = comparison{names, rows}
	}
	return out, nil
}

func (r *reporter) traffic() error {
	r.printf("\n### Over the wire\n\nBytes of bodies, without headers.\n\n| | requests | trips | sent | received |\n|---|---|---|---|---|\n")
	for _, w := range bench.OnEngine() {
		for _, c := range w.Contenders {
			t, err := bench.Trace(r.ctx, c)
			if err != nil {
				return err
			}
			got, err := t.Run(r.ctx)
			if err != nil {
				return err
			}
			r.printf("| %s, %s | %s | %d | %d | %d |\n", w.Name, c.Name, list(got.Operations), got.Trips, got.Sent, got.Received)
		}
	}
	return nil
}

func (r *reporter) own() error {
	r.printf("\n### dystore's own share\n\nWithout SDK and engine, whose answers are played back.\n\n| | allocations | bytes allocated |\n|---|---|---|\n")
	for _, w := range append(bench.OnEngine(), bench.Large()...) {
		for _, c := range w.Contenders {
			if !c.Ours() {
				continue
			}
			cost, err := bench.OwnCost(r.ctx, c, 50)
			if err != nil {
				return err
			}
			r.printf("| %s, %s | %.0f | %s |\n", w.Name, c.Name, cost.Allocs, size(cost.Bytes))
		}
	}
	return nil
}

func (r *reporter) memory() error {
	r.printf("\n### Memory for an object of 300 KB\n\nThe whole way. Held is the memory that one operation keeps while its request is under way; each of several concurrent operations needs that much.\n\n| | allocations | bytes allocated | held |\n|---|---|---|---|\n")
	for _, w := range bench.Large() {
		for _, c := range w.Contenders {
			op, err := c.Prepare(r.ctx, bench.Embedded())
			if err != nil {
				return err
			}
			rows, err := r.processor(op)
			if err != nil {
				return err
			}
			held, err := bench.Held(r.ctx, c)
			if err != nil {
				return err
			}
			m := bench.Median(rows[0])
			r.printf("| %s, %s | %.0f | %s | %s |\n", w.Name, c.Name, m.Allocs, size(m.Bytes), size(float64(held)))
		}
	}
	return nil
}

// list counts operations: "PutItem", "2 Query".
func list(operations []string) string {
	var out []string
	for i := 0; i < len(operations); {
		n := 1
		for i+n < len(operations) && operations[i+n] == operations[i] {
			n++
		}
		if n > 1 {
			out = append(out, fmt.Sprintf("%d %s", n, operations[i]))
		} else {
			out = append(out, operations[i])
		}
		i += n
	}
	return strings.Join(out, ", ")
}

func size(bytes float64) string {
	switch {
	case bytes >= 10<<20:
		return fmt.Sprintf("%.1f MB", bytes/(1<<20))
	case bytes >= 10<<10:
		return fmt.Sprintf("%.1f KB", bytes/(1<<10))
	}
	return fmt.Sprintf("%.0f", bytes)
}

// digits is a time with two digits: more would be noise.
func digits(d time.Duration) string {
	unit := time.Nanosecond
	for d/unit >= 100 {
		unit *= 10
	}
	return d.Round(unit).String()
}
