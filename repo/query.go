package repo

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/tables"
)

// Query reads the objects of a range in its order. Pages, parts and errors are
// treated as by Scan; Limit ends it early. With [Segments], objects of [All] come as
// they are found.
func (r *Repo[T]) Query(ctx context.Context, in Range[T], opts ...CallOption) iter.Seq2[*T, error] {
	return r.objects(ctx, "Query", in, r.view.call("Query", opts))
}

// Scan reads every object of the table, in no particular order: it is a Query of
// [All]. Pages follow each other as the loop runs; the parts of a page's objects are
// read in batches. An object that cannot be read is one error beside a nil value, and
// the loop may go on; an error of the table ends it. Objects of other entities
// in the same table are passed over.
//
// While the loop has the objects of one page, the next page is read, and held until
// it is wanted; [WithoutReadAhead] does without.
//
// A scan reads the whole table and costs as much. It is no snapshot: each
// object is whole, but objects written meanwhile may or may not appear.
func (r *Repo[T]) Scan(ctx context.Context, opts ...CallOption) iter.Seq2[*T, error] {
	return r.objects(ctx, "Scan", All[T](), r.view.call("Scan", opts))
}

// objects reads the objects of a range.
func (r *Repo[T]) objects(ctx context.Context, op string, in Range[T], call call) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		r.yield(ctx, op, call, yield, func(ctx context.Context, each func(load.Result) bool) error {
			return listed(ctx, r.c.read, rangeOf(in), call, nil, each)
		})
	}
}

// listed reads a range, in segments if the call says so. The objects are the reader's,
// or those of members.
func listed(ctx context.Context, t *load.Typed, in *keys.Range, call call, members []load.Member, each func(load.Result) bool) error {
	l := call.listing()
	l.Members = members
	if call.segments > 0 {
		t.Segments(ctx, in, l, call.segments, each)
		return nil
	}
	s, err := t.Source(ctx, in, l)
	if err == nil {
		t.Objects(ctx, s, each)
	}
	return err
}

// Decode yields the objects whose root items the caller has read by another client,
// from a stream or an export: their parts are fetched in batches, encrypted values
// opened, and the values tracked, as by Scan. An item that is older than its parts is
// read again: what is yielded is a committed state, never a mix. Objects of other
// entities are passed over, and so is one that has been deleted, if it has parts.
// The items are not changed.
func (r *Repo[T]) Decode(ctx context.Context, items []map[string]types.AttributeValue, opts ...CallOption) iter.Seq2[*T, error] {
	call := r.view.call("Decode", opts)
	return func(yield func(*T, error) bool) {
		r.yield(ctx, "Decode", call, yield, func(ctx context.Context, each func(load.Result) bool) error {
			s, err := r.c.read.Items(items, call.listing())
			if err == nil {
				r.c.read.Objects(ctx, s, each)
			}
			return err
		})
	}
}

// yield hands on what a read finds.
func (r *Repo[T]) yield(ctx context.Context, op string, call call, yield func(*T, error) bool, read func(context.Context, func(load.Result) bool) error) {
	ctx, verb := r.c.reads(ctx, op, 0)
	var err error
	defer verb.End(&err)
	if err = begin(ctx, call); err == nil {
		err = read(ctx, func(res load.Result) bool {
			v, failed := r.found(op, &res)
			verb.Found(failed, res.Ends())
			return yield(v, failed)
		})
	}
	if err != nil {
		err = r.c.fail(op, tables.Key{}, [16]byte{}, err)
		yield(nil, err)
	}
}

// found is an object that was read, or why it cannot be had; of a damaged one, both.
func (r *Repo[T]) found(op string, res *load.Result) (*T, error) {
	return valueOf[T](res.Value), r.c.fail(op, res.Key, [16]byte{}, res.Err)
}

// rangeOf is a range without its type, nil if there is none.
func rangeOf[T any](in Range[T]) *keys.Range {
	if model.IsNil(in) {
		return nil
	}
	return in.keyRange()
}

// listing is how the call reads the objects of a range.
func (c call) listing() load.Listing {
	return load.Listing{Options: c.read, Limit: c.limit, OnDemand: c.onDemand}
}

// Count counts the objects of a range, as a Query would yield them. DynamoDB counts,
// and charges for reading the range, unless that takes the roots: with Where, with two
// bounds of which one is open, over an index that does not project all, or of an encrypted
// value (cipher.BlindIndex). Objects that cannot be read are counted; where nobody can tell
// whether one is in the range, Count ends with its error.
func (r *Repo[T]) Count(ctx context.Context, in Range[T], opts ...CallOption) (n int64, err error) {
	ctx, verb := r.c.reads(ctx, "Count", 0)
	defer verb.End(&err)
	call := r.view.call("Count", opts)
	if err = begin(ctx, call); err == nil {
		n, err = r.c.read.Count(ctx, rangeOf(in), call.listing())
	}
	verb.Count(n, 0)
	return n, r.c.fail("Count", tables.Key{}, [16]byte{}, err)
}
