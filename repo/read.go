package repo

import (
	"context"
	"iter"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/lens"
)

// Read returns one value of an object. It fetches what owns the path, and of
// that only the path, in one request wherever the path can be followed from
// the declaration alone. An absent value is the zero value of V, one below an
// absent parent ErrNoPath.
func Read[T, V any](ctx context.Context, r *Repo[T], key Key[T], path lens.Lens[T, V], opts ...CallOption) (V, error) {
	var v V
	found, err := r.c.readPath(ctx, key.k, path.ModelLens(), r.view.call("Read", opts))
	if err == nil && len(found) > 0 {
		err = r.c.read.Decode(key.k, path.ModelLens(), found[0], reflect.ValueOf(&v).Elem())
	}
	return v, r.c.fail("Read", key.k, [16]byte{}, err)
}

// ReadAll returns the values of a path through lists and maps: lists in order,
// maps in the order of their keys. What is below a nil element is left
// out; a nil list has no values.
func ReadAll[T, V any](ctx context.Context, r *Repo[T], key Key[T], path lens.Many[T, V], opts ...CallOption) ([]V, error) {
	found, err := r.c.readPath(ctx, key.k, path.ModelLens(), r.view.call("ReadAll", opts))
	if err != nil {
		return nil, r.c.fail("ReadAll", key.k, [16]byte{}, err)
	}
	out := make([]V, len(found))
	for i, av := range found {
		if err := r.c.read.Decode(key.k, path.ModelLens(), av, reflect.ValueOf(&out[i]).Elem()); err != nil {
			return nil, r.c.fail("ReadAll", key.k, [16]byte{}, err)
		}
	}
	return out, nil
}

func (c *core) readPath(ctx context.Context, key tables.Key, l *model.Lens, call call) ([]types.AttributeValue, error) {
	if l.Err != nil {
		return nil, fail.Withf(ErrInvalid, "%w", l.Err)
	}
	if err := beginAt(ctx, &c.s.Tables, call, key); err != nil {
		return nil, err
	}
	return c.read.Values(ctx, key, l, !call.read.Eventually)
}

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
