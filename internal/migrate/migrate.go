// Package migrate writes the objects of a model again that are not stored as a write of
// today stores them.
package migrate

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/parallel"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/write"
)

// Migration goes through all objects, page by page.
type Migration struct {
	Writer  *write.Writer
	Cursors *load.Cursors
	Page    int                                   // objects
	DryRun  bool                                  // nothing is written
	Wrong   func(key tables.Key, err error) error // the error of an object
	Ended   func(err error) error                 // the one that ends the migration
}

// Done is how far a migration has come.
type Done struct {
	Seen, Changed, Failed int64
	Errors                map[string]int64 // how many objects have failed, by kind
	Cursor                string           // behind the last page
	Elapsed               time.Duration
}

// Run migrates the objects behind a cursor, "" for all. report is told of each page that
// is done. The error is of objects that could not be migrated, and of what has ended the
// migration before the last page.
func (m *Migration) Run(ctx context.Context, all *keys.Range, cursor string, report func(Done)) (done Done, err error) {
	var failed fail.Several
	began := time.Now()
	done.Cursor, done.Errors = cursor, map[string]int64{}
	for {
		var start map[string]types.AttributeValue
		if done.Cursor != "" {
			if start, err = m.Cursors.Start(ctx, done.Cursor); err != nil {
				return done, failed.With(m.Ended(err))
			}
		}
		p := page{Migration: m, errs: map[string]int64{}}
		if err := p.run(ctx, all, start); err != nil {
			return done, failed.With(m.Ended(err))
		}
		done.Seen += p.seen
		done.Changed += p.changed
		done.Failed += int64(len(p.failed))
		for kind, n := range p.errs {
			done.Errors[kind] += n
		}
		failed.Add(p.failed...)
		done.Cursor, done.Elapsed = p.next, time.Since(began)
		soFar := done
		soFar.Errors = maps.Clone(done.Errors)
		report(soFar)
		if done.Cursor == "" {
			return done, failed.With(nil)
		}
	}
}

// page is one page of a migration.
type page struct {
	*Migration
	seen, changed int64
	failed        []error
	errs          map[string]int64
	next          string
}

// object is one that was read.
type object struct {
	key  tables.Key
	read write.Read
	err  error
}

// run reads a page, and writes what is to be written again. The error is one that says
// nothing about an object.
func (p *page) run(ctx context.Context, all *keys.Range, start map[string]types.AttributeValue) error {
	s, err := p.Writer.Source(ctx, all, load.Listing{
		Options: load.Options{Track: true, Renew: true}, Limit: p.Page, Exact: true, Position: true, OnDemand: true, Start: start,
	})
	if err != nil {
		return err
	}
	var objects []object
	var at []types.AttributeValue
	var ends error
	rest := p.Writer.Each(ctx, s, func(o *load.Object, why error) bool {
		if o == nil {
			ends = why
			return false
		}
		one := object{key: tables.Key{Parts: slices.Clone(o.Key.Parts)}, err: why}
		if why == nil {
			one.read.Value, one.read.Snapshot, one.err = p.Writer.Decoded(ctx, o)
		}
		objects, at = append(objects, one), o.At
		ends = unreachable(one.err)
		return ends == nil
	})
	if ends != nil {
		return ends
	}
	if err := p.renew(ctx, objects); err != nil {
		return err
	}
	if rest {
		p.next, err = p.Cursors.After(ctx, at)
	}
	return err
}

// renew writes several objects at a time.
func (p *page) renew(ctx context.Context, objects []object) error {
	changed := make([]bool, len(objects))
	err := parallel.Each(ctx, len(objects), func(ctx context.Context, i int) error {
		o := &objects[i]
		if o.err == nil {
			changed[i], o.err = p.Writer.Renew(ctx, o.key, o.read, p.DryRun)
		}
		return unreachable(o.err)
	})
	if err != nil {
		return err
	}
	for i, o := range objects {
		switch {
		case errors.Is(o.err, fail.ErrNotFound): // it was deleted after it was read
			continue
		case o.err != nil:
			p.failed = append(p.failed, p.Wrong(o.key, o.err))
			p.errs[fail.KindName(o.err)]++
		case changed[i]:
			p.changed++
		}
		p.seen++
	}
	return nil
}

// unreachable is err if it says nothing about an object: others would fail in the same
// way.
func unreachable(err error) error {
	if fail.OutOfReach(err) || refused(err) {
		return err
	}
	return nil
}

// refused reports whether a request was refused whatever it wrote: credentials that have
// expired, a permission or a table that is missing.
func refused(err error) bool {
	var sent *smithy.OperationError
	if fail.KindName(err) != "other" || !errors.As(err, &sent) {
		return false
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		return true // it was not even sent
	}
	switch api.ErrorCode() {
	case "ValidationException", "ItemCollectionSizeLimitExceededException", "TransactionCanceledException":
		return false
	}
	return true
}
