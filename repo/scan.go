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
	call := r.view.call("Scan", opts)
	return typed[T](r.c.objects(ctx, "Scan", call, r.c.scanned(ctx, r.c.s.table, !call.eventually, pageLimit(call))))
}

// scanned fetches the pages of a table.
func (c *core) scanned(ctx context.Context, table string, strong bool, limit *int32) page {
	return func(start attrs) ([]attrs, attrs, error) {
		out, err := c.client.Scan(ctx, &dynamodb.ScanInput{
			TableName: new(c.table(table)), ConsistentRead: &strong, ExclusiveStartKey: start, Limit: limit,
		}, observed...)
		if err != nil {
			return nil, nil, readError(err)
		}
		return out.Items, out.LastEvaluatedKey, nil
	}
}

// pageLimit avoids reading far more than a small Limit asks for.
func pageLimit(call call) *int32 {
	if call.limit <= 0 || call.limit > 1000 {
		return nil
	}
	return new(int32(call.limit))
}

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
		p.pages(call, next, stop)
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
