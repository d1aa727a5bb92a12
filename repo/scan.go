package repo

import (
	"context"
	"iter"
	"reflect"

	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/tables"
)

// Scan reads every object of the table, in no particular order. Pages follow
// each other as the loop runs; the parts of a page's objects are read in
// batches. An object that cannot be read is one error beside a nil value, and
// the loop may go on; an error of the table ends it. Objects of other entities
// in the same table are passed over.
//
// A scan reads the whole table and costs as much. It is no snapshot: each
// object is whole, but objects written meanwhile may or may not appear.
func (r *Repo[T]) Scan(ctx context.Context, opts ...CallOption) iter.Seq2[*T, error] {
	call := r.view.call("Scan", opts)
	return r.objects(ctx, "Scan", call, r.c.read.Fetch.Scan(ctx, r.c.s.RootTable(), !call.read.Eventually, pageLimit(call)))
}

// pageLimit avoids reading far more than a small Limit asks for.
func pageLimit(call call) *int32 {
	if call.limit <= 0 || call.limit > 1000 {
		return nil
	}
	return new(int32(call.limit))
}

// objects reads the objects whose roots the pages hold.
func (r *Repo[T]) objects(ctx context.Context, op string, call call, next fetch.Page) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		if err := begin(ctx, call); err != nil {
			yield(nil, r.c.fail(op, tables.Key{}, [16]byte{}, err))
			return
		}
		seen := 0
		r.c.read.Objects(ctx, call.read, next, func(key tables.Key, v reflect.Value, err error) bool {
			var p *T
			if err == nil {
				p = v.Interface().(*T)
			}
			seen++
			return yield(p, r.c.fail(op, key, [16]byte{}, err)) && (call.limit <= 0 || seen < call.limit)
		})
	}
}
