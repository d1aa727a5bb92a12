// Package migrate writes the objects of a model again that are not stored as a write of
// today stores them.
package migrate

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/dystore/dystore/internal/cursor"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/usage"
	"github.com/dystore/dystore/internal/write"
)

// Migration goes through all objects, page by page, in one segment or in several at a time.
type Migration struct {
	Writer   *write.Writer
	Cursors  *load.Cursors
	Page     int                                   // objects; 0 is 50
	Segments int                                   // of the scan; 0 is 1
	DryRun   bool                                  // nothing is written
	Sealed   bool                                  // only how values are encrypted counts, and the keys are counted
	Count    func(context.Context) int64           // the items of the table, 0 if that is not known
	Wrong    func(key tables.Key, err error) error // the error of an object
	Ended    func(err error) error                 // the one that ends the migration
}

// Done is how far a migration has come.
type Done struct {
	Seen, Changed, Failed int64
	Errors                map[string]int64 // how many objects have failed, by kind
	Keys                  []usage.Use      // of the encrypted values that were found, with Migration.Sealed
	Cursor                string           // behind the last page of each segment
	Total                 int64            // items of the table, by Migration.Count
	Elapsed, Left         time.Duration
}

// run is one run of a migration.
type run struct {
	*Migration
	all    *keys.Range
	places []cursor.Place // of the segments
	done   Done
	failed fail.Several
	keys   *usage.KeyUsage
}

// defaultPage is how many objects a page has that does not say.
const defaultPage = 50

// Run migrates the objects behind a cursor, "" for all. report is told of each page that
// is done; no segment begins its next page before. The error is of objects that could not be
// migrated, and of what has ended the migration before the last page.
func (m *Migration) Run(ctx context.Context, all *keys.Range, at string, report func(Done)) (Done, error) {
	r := &run{Migration: m, all: all, done: Done{Cursor: at, Errors: map[string]int64{}}}
	r.keys = m.usage()
	places, err := m.Cursors.Places(ctx, at, max(1, m.Segments))
	if err == nil {
		r.places, r.done.Total = places, m.Count(ctx)
		err = r.pages(ctx, report)
	}
	if err != nil {
		err = m.Ended(err)
	}
	return r.done, r.failed.With(err)
}

// usage is that of no object so far.
func (m *Migration) usage() *usage.KeyUsage {
	return usage.New(&m.Writer.Reader, &m.Writer.Schema.Sealing)
}

// pages does one page after the other in each segment. The error is the first that ends it;
// what the other segments have under way is interrupted then.
func (r *run) pages(ctx context.Context, report func(Done)) (ends error) {
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	began := time.Now()
	ready := make(chan *page, len(r.places))
	open := 0
	begin := func(segment int) {
		p := &page{run: r, segment: segment, errs: map[string]int64{}, keys: r.usage()}
		open++
		group.Go(func() {
			defer func() {
				p.panicked = recover()
				ready <- p
			}()
			p.err = p.do(ctx)
		})
	}
	for segment, place := range r.places {
		if !place.End {
			begin(segment)
		}
	}
	for ; open > 0; open-- {
		p := <-ready
		if p.panicked != nil {
			panic(p.panicked) // where the caller can recover
		}
		err := p.err
		if err == nil {
			err = r.take(ctx, p, time.Since(began))
		}
		switch {
		case err == nil:
			report(r.soFar())
		case ends == nil:
			ends = err
			cancel()
		}
		if ends == nil && !p.next.End {
			begin(p.segment)
		}
	}
	return ends
}

// take counts a page that is done.
func (r *run) take(ctx context.Context, p *page, elapsed time.Duration) error {
	before := r.places[p.segment]
	r.places[p.segment] = p.next
	text, err := r.Cursors.AfterAll(ctx, r.places)
	if err != nil {
		r.places[p.segment] = before
		return err
	}
	d := &r.done
	d.Seen += p.seen
	d.Changed += p.changed
	d.Failed += int64(len(p.failed))
	for kind, n := range p.errs {
		d.Errors[kind] += n
	}
	r.keys.Add(p.keys)
	d.Keys = r.keys.Uses()
	r.failed.Add(p.failed...)
	d.Cursor, d.Elapsed, d.Left = text, elapsed, 0
	if text != "" && d.Seen > 0 && d.Total > d.Seen {
		d.Left = time.Duration(float64(elapsed) * float64(d.Total-d.Seen) / float64(d.Seen))
	}
	return nil
}

// soFar is a copy of what is done: the run goes on counting.
func (r *run) soFar() Done {
	d := r.done
	d.Errors = maps.Clone(d.Errors)
	return d
}
