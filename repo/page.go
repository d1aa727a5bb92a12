package repo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/tables"
)

// Page is a page of a range.
type Page[T any] struct {
	Objects []*T
	Failed  []error // of objects that cannot be read, each an *Error with its key; of damaged ones too
	Next    Cursor  // where the next page begins; "" after the last one
}

// Cursor is a place in a range, as a text of URL-safe characters: what an HTTP API
// gives to its clients, and takes back from them. It is opaque. It says where in the
// range the page has ended, by the keys of the last object. Keys can be personal data:
// [WithCursorKey] encrypts it.
//
// A cursor belongs to a range: its entity, index, keys, bounds and direction. A
// cursor of another one, or one that was changed, is [ErrInvalid]. Where and the
// size of pages may change from page to page. It stays valid over deployments, and if
// the object is deleted that it was made of. Without WithCursorKey, somebody who
// studies it can make one: it is another place in the same range, never outside.
type Cursor string

// defaultPageSize is how many objects a page has that does not say.
const defaultPageSize = 100

// Page reads one page of a range, of 100 objects or of [PageSize]:
//
//	page, err := orders.Page(ctx, byStatus.In("open"), repo.PageSize(25), repo.StartAt(cursor))
//
// Objects that cannot be read count as objects, and are in Failed. A walk by cursors
// sees every object that was in the range throughout exactly once, also beside
// writers; of the others, some. A page may be empty and have a Next if Where leaves
// out what follows.
func (r *Repo[T]) Page(ctx context.Context, in Range[T], opts ...CallOption) (page *Page[T], err error) {
	ctx, verb := r.c.reads(ctx, "Page", 0)
	defer verb.End(&err)
	call := r.view.call("Page", opts)
	if err = begin(ctx, call); err == nil {
		page, err = r.page(ctx, in, call)
	}
	if page != nil {
		verb.Count(int64(len(page.Objects)), int64(len(page.Failed)))
	}
	return page, r.c.fail("Page", tables.Key{}, [16]byte{}, err)
}

func (r *Repo[T]) page(ctx context.Context, in Range[T], call call) (*Page[T], error) {
	k, l := rangeOf(in), call.listing()
	cursors, err := r.c.read.Cursors(ctx, k, r.c.cursors)
	if err != nil {
		return nil, err
	}
	l.Limit, l.Exact, l.Position, l.OnDemand = call.pageSize, true, true, true
	if l.Limit == 0 {
		l.Limit = defaultPageSize
	}
	if call.startAt != "" {
		if l.Start, err = cursors.Start(ctx, string(call.startAt)); err != nil {
			return nil, err
		}
	}
	s, err := r.c.read.Source(ctx, k, l)
	if err != nil {
		return nil, err
	}
	page := &Page[T]{}
	var at []types.AttributeValue
	rest := r.c.read.Objects(ctx, s, func(res load.Result) bool {
		v, failed := r.found("Page", &res)
		switch {
		case res.Ends():
			err = res.Err
			return false
		case failed != nil:
			page.Failed = append(page.Failed, failed)
		}
		if v != nil {
			page.Objects = append(page.Objects, v)
		}
		at = res.At
		return true
	})
	if err == nil && rest {
		var next string
		next, err = cursors.After(ctx, at)
		page.Next = Cursor(next)
	}
	if err != nil {
		return nil, err
	}
	return page, nil
}

// PageSize is how many objects a page has at most, 1 to 1000.
func PageSize(n int) CallOption {
	if n < 1 || n > 1000 {
		return callOption{name: "PageSize", err: fail.Withf(ErrInvalid, "PageSize(%d): a page has 1 to 1000 objects", n)}
	}
	return callOption{name: "PageSize", apply: func(c *call) { c.pageSize = n }}
}

// StartAt begins a page where another one has ended, at its Next, or a run where another
// one has, at the Cursor of its [Progress]. "" is the beginning.
func StartAt(c Cursor) CallOption {
	return callOption{name: "StartAt", apply: func(o *call) { o.startAt = c }}
}

// WithCursorKey encrypts cursors: nobody can read the keys in them, and nobody can
// make one. The cipher may be that of the fields; a cursor opens as nothing else. Give
// it to all programs before the first one uses it: cursors without encryption are
// refused. After a rotation of its keys, cursors of the old one open as long as the
// cipher has it.
func WithCursorKey(c cipher.Cipher) Option {
	return option{"WithCursorKey", func(cfg *config) {
		if cfg.cursors = c; model.IsNil(c) {
			cfg.wrong = append(cfg.wrong, fail.Withf(ErrInvalid, "repo.WithCursorKey: the cipher is nil"))
		}
	}}
}

// Segments reads everything in n segments at once, 1 to 10,000, for Scan, a Query
// of [All], [Repo.Migrate] and [Repo.Reencrypt]. Objects come as they are found. Each segment holds a page, at most 1 MB,
// and the parts of up to 100 objects; it waits until its object is taken. Scans in
// parallel use up the capacity of a table quickly.
func Segments(n int) CallOption {
	if n < 1 || n > maxSegments {
		return callOption{name: "Segments", err: fail.Withf(ErrInvalid, "Segments(%d): a scan has 1 to %d segments here", n, maxSegments)}
	}
	return callOption{name: "Segments", apply: func(c *call) { c.segments = n }}
}

// maxSegments bounds the goroutines of a scan. DynamoDB takes a million segments.
const maxSegments = 10_000

// WithoutReadAhead makes Scan, Query and Count read a page only when it is wanted. By
// default the next page is read while the loop has one: a loop that ends early may
// have read, and paid for, one page more than it needed.
func WithoutReadAhead() CallOption {
	return callOption{name: "WithoutReadAhead", apply: func(c *call) { c.onDemand = true }}
}
