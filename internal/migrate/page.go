package migrate

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/cursor"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/parallel"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/usage"
	"github.com/dystore/dystore/internal/write"
)

// page is one page of a segment.
type page struct {
	*run
	segment       int
	seen, changed int64
	failed        []error
	errs          map[string]int64
	keys          *usage.KeyUsage
	next          cursor.Place
	err           error // one that says nothing about an object
	panicked      any
}

// object is one that was read.
type object struct {
	key  tables.Key
	read write.Read
	err  error
}

// do reads the page, and writes what is to be written again.
func (p *page) do(ctx context.Context) error {
	s, err := p.source(ctx)
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
		if p.Sealed {
			p.keys.Object(o)
		}
		one := object{key: tables.Key{Parts: slices.Clone(o.Key.Parts)}, err: why}
		if why == nil {
			one.read.Value, one.read.Snapshot, one.err = p.Writer.Decoded(ctx, o)
		}
		objects, at = append(objects, one), o.At
		ends = p.unreachable(&one)
		return ends == nil
	})
	if ends != nil {
		return ends
	}
	p.next = cursor.Place{At: at, End: !rest}
	return p.renew(ctx, objects)
}

// source is where the objects of the page are found.
func (p *page) source(ctx context.Context) (*load.Source, error) {
	l := load.Listing{Options: load.Options{Track: true, Renew: true, Live: p.Sealed}, Limit: cmp.Or(p.Page, defaultPage), Exact: true, Position: true, OnDemand: true}
	if at := p.places[p.segment].At; at != nil {
		l.Start = p.Cursors.From(at)
	}
	if n := len(p.places); n > 1 {
		l.Segment = &load.Segment{N: int32(p.segment), Of: int32(n)}
	}
	return p.Writer.Source(ctx, p.all, l)
}

// renew writes several objects at a time.
func (p *page) renew(ctx context.Context, objects []object) error {
	how := write.Renewal{Dry: p.DryRun}
	if p.Sealed {
		how.Live, how.Only = true, p.outdated
	}
	changed := make([]bool, len(objects))
	err := parallel.Each(ctx, len(objects), func(ctx context.Context, i int) error {
		o := &objects[i]
		if o.err == nil {
			changed[i], o.err = p.Writer.Renew(ctx, o.key, o.read, how)
		}
		return p.unreachable(o)
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
			p.errs[p.kind(o.err)]++
		case changed[i]:
			p.changed++
		}
		p.seen++
	}
	return nil
}

// unreachable is the error of an object if it says nothing about the object: others would
// fail in the same way.
func (p *page) unreachable(o *object) error {
	switch {
	case o.err == nil, closed(o.err) && p.scoped(o):
		return nil // what a source says of a key, it says of one scope
	case fail.OutOfReach(o.err), refused(o.err):
		return o.err
	}
	return nil
}

// scoped reports whether the key that an error of an object is about is that of a scope.
func (p *page) scoped(o *object) bool {
	if of, is := errors.AsType[*cipher.FieldError](o.err); is && of.Op == "tag" {
		return p.Writer.Schema.Tags.Scoped(of.Path)
	}
	return p.Writer.Schema.Sealing.Scoped(o.key.Parts)
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
