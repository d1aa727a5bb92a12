// Report runs every comparison and prints it as tables of ratios.
//
//	go run ./report                    # ten to twenty minutes
//	go run ./report -quick             # one round of everything, to see that it runs
//	go run ./report -million           # also one million items, which takes 2 GB
//	go run ./report -only stub,short   # some sections
//	go run ./report -readme README.md  # puts the tables into the file
//	go run ./report -only ciphers -readme README.md  # puts some of them there
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/dystore/dystore/bench"
)

func main() {
	quick := flag.Bool("quick", false, "one short round")
	million := flag.Bool("million", false, "also a table of one million items")
	second := flag.Bool("second", true, "compare with a second engine, if one can be had")
	readme := flag.String("readme", "", "file whose tables are replaced")
	only := flag.String("only", "", "names of sections, with commas; all if empty")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r := &reporter{ctx: ctx, out: os.Stdout, rounds: 15, slice: 120 * time.Millisecond, million: *million, second: *second}
	if *quick {
		r.rounds, r.slice = 1, time.Millisecond
	}
	var page bytes.Buffer
	if *readme != "" {
		r.out = io.MultiWriter(os.Stdout, &page)
	}
	err := r.run(*only)
	if err == nil && *readme != "" {
		err = replace(*readme, page.Bytes(), *only == "")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

type reporter struct {
	ctx     context.Context
	out     io.Writer
	rounds  int
	slice   time.Duration
	million bool
	second  bool

	// What the last section puts into short: comparisons by workload, and how many
	// times longer the second engine takes, by contender.
	wire, stub, same map[string]comparison
	product          string
	slower           map[string][]float64
}

// processor compares by processor time: everything runs in this process.
func (r *reporter) processor(ops ...bench.Op) ([][]bench.Cost, error) {
	return bench.Compare(r.ctx, bench.Plan{Rounds: r.rounds, Slice: r.slice, Clock: bench.CPU}, ops...)
}

func (r *reporter) printf(format string, args ...any) { fmt.Fprintf(r.out, format, args...) }

// run prints the named sections in their order, or all.
func (r *reporter) run(only string) error {
	sections := []struct {
		name string
		do   func() error
	}{
		{"machine", r.machine}, {"codecs", r.codecs}, {"wire", r.wireCodecs}, {"stub", r.onStub}, {"engine", r.engine}, {"traffic", r.traffic},
		{"own", r.own}, {"servers", r.servers}, {"guarantees", r.guarantees}, {"growth", r.growth}, {"ciphers", r.ciphers}, {"memory", r.memory},
		{"short", r.short},
	}
	asked := strings.FieldsFunc(only, func(c rune) bool { return c == ',' })
	for _, s := range sections {
		i := slices.Index(asked, s.name)
		if only != "" && i < 0 {
			continue
		}
		if err := s.do(); err != nil {
			return err
		}
		if i >= 0 {
			asked = slices.Delete(asked, i, i+1)
		}
	}
	if len(asked) > 0 {
		return fmt.Errorf("no section is called %s", strings.Join(asked, " or "))
	}
	return nil
}
