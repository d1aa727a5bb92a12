// Report runs every comparison and prints it as tables of ratios.
//
//	go run ./report                    # five to ten minutes
//	go run ./report -quick             # one round of everything, to see that it runs
//	go run ./report -million           # also one million items, which takes 2 GB
//	go run ./report -readme README.md  # puts the tables into the file
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/dystore/dystore/bench"
)

func main() {
	quick := flag.Bool("quick", false, "one short round")
	million := flag.Bool("million", false, "also a table of one million items")
	second := flag.Bool("second", true, "compare with a second engine, if one can be had")
	readme := flag.String("readme", "", "file whose tables are replaced")
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
	err := r.all()
	if err == nil && *readme != "" {
		err = replace(*readme, page.Bytes())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

// replace replaces the text between the marks of a file.
func replace(name string, text []byte) error {
	begin, end := []byte("<!-- report -->\n"), []byte("<!-- end of report -->\n")
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	before, rest, ok1 := bytes.Cut(content, begin)
	_, after, ok2 := bytes.Cut(rest, end)
	if !ok1 || !ok2 {
		return fmt.Errorf("%s has no marks", name)
	}
	return os.WriteFile(name, bytes.Join([][]byte{before, begin, text, end, after}, nil), 0o644)
}

type reporter struct {
	ctx     context.Context
	out     io.Writer
	rounds  int
	slice   time.Duration
	million bool
	second  bool
}

// processor compares by processor time: everything runs in this process.
func (r *reporter) processor(ops ...bench.Op) ([][]bench.Cost, error) {
	return bench.Compare(r.ctx, bench.Plan{Rounds: r.rounds, Slice: r.slice, Clock: bench.CPU}, ops...)
}

func (r *reporter) printf(format string, args ...any) { fmt.Fprintf(r.out, format, args...) }

func (r *reporter) all() error {
	r.machine()
	for _, section := range []func() error{r.codecs, r.engine, r.traffic, r.own, r.servers, r.growth, r.ciphers, r.memory} {
		if err := section(); err != nil {
			return err
		}
	}
	return nil
}
