package repo

import (
	"context"
	"iter"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
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
	call := r.call.with(opts)
	return typed[T](r.c.objects(ctx, "Scan", call, func(start attrs) ([]attrs, attrs, error) {
		strong := !call.eventually
		out, err := r.c.client.Scan(ctx, &dynamodb.ScanInput{
			TableName: ptr(r.c.table(r.c.s.table)), ConsistentRead: &strong, ExclusiveStartKey: start, Limit: pageLimit(call),
		})
		if err != nil {
			return nil, nil, readError(err)
		}
		return out.Items, out.LastEvaluatedKey, nil
	}))
}

func ptr[V any](v V) *V { return &v }

// pageLimit avoids reading far more than a small Limit asks for.
func pageLimit(call call) *int32 {
	if call.limit <= 0 || call.limit > 1000 {
		return nil
	}
	return ptr(int32(call.limit))
}

// page fetches the items after start, and where the next page begins.
type page func(start attrs) (items []attrs, next attrs, err error)

// objects reads the objects whose roots the pages hold.
func (c *core) objects(ctx context.Context, op string, call call, next page) iter.Seq2[reflect.Value, error] {
	return func(yield func(reflect.Value, error) bool) {
		stop := func(err error) { yield(reflect.Value{}, c.fail(op, storedKey{}, [16]byte{}, err)) }
		sel, err := c.selection(call)
		if err != nil {
			stop(err)
			return
		}
		seen := 0
		p := &pageReader{c: c, ctx: ctx, sel: sel, strong: !call.eventually, object: func(o *loading) bool {
			v, err := c.loaded(ctx, o, sel)
			if err == errGone {
				return true
			}
			seen++
			return yield(v, c.fail(op, o.key, [16]byte{}, err)) && (call.limit <= 0 || seen < call.limit)
		}}
		for start := attrs(nil); ; {
			if err := begin(ctx, call); err != nil {
				stop(err)
				return
			}
			items, last, err := next(start)
			if err != nil {
				stop(err)
				return
			}
			more, err := p.read(items)
			if err != nil {
				stop(err)
			}
			if !more || len(last) == 0 {
				return
			}
			start = last
		}
	}
}

// loaded turns an object of a page into a value.
func (c *core) loaded(ctx context.Context, o *loading, sel *selection) (reflect.Value, error) {
	if o.err == ErrNotFound {
		return reflect.Value{}, errGone
	}
	if o.err != nil {
		return reflect.Value{}, o.err
	}
	v, _, err := c.finish(ctx, o, sel)
	return v, err
}

// typed gives objects their type back.
func typed[T any](objects iter.Seq2[reflect.Value, error]) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for v, err := range objects {
			var p *T
			if err == nil {
				p = v.Interface().(*T)
			}
			if !yield(p, err) {
				return
			}
		}
	}
}
