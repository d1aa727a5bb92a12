package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/bench/codecs"
)

// comparison is what Compare has returned for named operations.
type comparison struct {
	names []string
	rows  [][]bench.Cost
}

// costs are those of a name.
func (c comparison) costs(name string) []bench.Cost { return c.rows[slices.Index(c.names, name)] }

// of is the time of one as a multiple of another's.
func (c comparison) of(base, other string) float64 { return bench.Ratio(c.costs(base), c.costs(other)) }

func (c comparison) allocs(name string) float64 { return bench.Median(c.costs(name)).Allocs }

// short puts the sections before it into the ratios by which dystore is judged.
// It leaves out what was not measured.
func (r *reporter) short() error {
	r.printf("\n### In short\n\nRatios of times: below 1, dystore is faster. Where several values stand, they are in the order of the text.\n\n| | dystore |\n|---|---|\n")
	if r.stub != nil {
		r.shortStub()
	}
	if r.wire != nil {
		r.shortWire()
	}
	if len(r.same) > 0 {
		r.shortSame()
	}
	if len(r.slower) > 0 {
		r.shortSlower()
	}
	return nil
}

// shortSame is of dystore that encrypts nothing, as the code by hand does.
func (r *reporter) shortSame() {
	var usual, lean []float64
	for _, c := range r.same {
		for _, name := range c.names[1:] {
			switch of := c.of(bench.SDKSame, name); {
			case name == bench.Lean:
				lean = append(lean, of)
			case name == bench.Unsealed || !slices.Contains(c.names, bench.Unsealed):
				usual = append(usual, of)
			}
		}
	}
	r.printf("| end to end on the second engine, wall, same guarantees: least, median, most | %s |\n", spread("%.2f", usual))
	r.printf("| the same with repo.Lean | %s |\n", spread("%.2f", lean))
}

func (r *reporter) shortSlower() {
	var usual []float64
	for name, slower := range r.slower {
		if name != bench.Lean {
			usual = append(usual, slower...)
		}
	}
	r.printf("| embedded against %s, how many times faster, the SDK's client included on both sides: least, median, most | %s |\n", r.product, spread("%.1f", usual))
	r.printf("| the same with repo.Lean on both sides | %s |\n", spread("%.1f", r.slower[bench.Lean]))
}

func (r *reporter) shortStub() {
	row := func(text string, ratios ...string) { r.printf("| %s | %s |\n", text, strings.Join(ratios, " / ")) }
	ratio := func(workload, base, other string) string {
		return fmt.Sprintf("%.2f", r.stub[workload].of(base, other))
	}
	const query = "Query 1,000 items"
	row("Query page of 1,000, with record, JSON on the way: of SDK + attributevalue / of guregu",
		ratio(query, bench.SDK, bench.Dystore), ratio(query, bench.Guregu, bench.Dystore))
	row("the same with record and repo.Lean", ratio(query, bench.SDK, bench.Lean), ratio(query, bench.Guregu, bench.Lean))
	row("the same without record", ratio(query, bench.SDK, bench.Plain), ratio(query, bench.Guregu, bench.Plain))
	row("Get / Put of a plain struct, stub: CPU of the bare call + attributevalue",
		ratio("Get", bench.SDK, bench.Plain), ratio("Put", bench.SDK, bench.PlainRelaxed))
	row("Put of a plain struct with a token, of the same by hand", ratio("Put", bench.SDKToken, bench.Plain))
	row("Get / Put of a tracked struct, of the same guarantees by hand", ratio("Get", bench.SDKSame, bench.Dystore), ratio("Put", bench.SDKSame, bench.Dystore))
	row("the same with repo.Lean", ratio("Get", bench.SDKSame, bench.Lean), ratio("Put", bench.SDKSame, bench.Lean))
	count := func(workload, name string) string { return fmt.Sprintf("%.0f", r.stub[workload].allocs(name)) }
	row("allocations of Get and Put on the stub: plain; the bare call + attributevalue",
		count("Get", bench.Plain), count("Put", bench.PlainRelaxed)+"; "+count("Get", bench.SDK), count("Put", bench.SDK))
	row("the same of a tracked struct with repo.Lean", count("Get", bench.Lean), count("Put", bench.Lean))
	for _, name := range []string{bench.Unsealed, bench.Dystore, bench.Lean} {
		var all []string
		for _, w := range []string{"Sharded: create", "Sharded: get", "Sharded: update one path", "Sharded: put, one part changed"} {
			all = append(all, ratio(w, bench.SDKSame, name))
		}
		row("sharded create, get, update, put against hand-written with the same guarantees, stub: "+name, all...)
	}
	const parts = "Put an object of 99 parts, one changed"
	row("object of 99 parts, one changed, tracked Put: of hand-written with the same guarantees; with repo.Lean",
		ratio(parts, bench.SDKSame, bench.Dystore), ratio(parts, bench.SDKSame, bench.Lean))
	row("allocations of it; with repo.Lean", count(parts, bench.Dystore), count(parts, bench.Lean))
}

func (r *reporter) shortWire() {
	cases := []string{"README person", "75 fields", "nested document, 60 KB"}
	for _, half := range []struct{ name, text string }{{"encode", "encode, T to bytes"}, {"decode", "decode, bytes to T"}} {
		var all []string
		for _, name := range cases {
			c := r.wire[name+", "+half.name]
			all = append(all, fmt.Sprintf("%.2f", c.of(codecs.AttrValueSDK, c.names[len(c.names)-1])))
		}
		r.printf("| %s, of attributevalue + the SDK's serializer: person / 75 fields / 60 KB | %s |\n", half.text, strings.Join(all, " / "))
	}
}

// spread is the least, the middle and the greatest of values.
func spread(format string, values []float64) string {
	s := slices.Sorted(slices.Values(values))
	return fmt.Sprintf(format+" / "+format+" / "+format, s[0], s[len(s)/2], s[len(s)-1])
}
