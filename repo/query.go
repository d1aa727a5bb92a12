package repo

import (
	"context"
	"errors"
	"iter"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/schema"
)

// Range is a part of the objects under one partition key, in the order of
// their sort keys: what CompositeKey.In returns.
type Range[T any] interface {
	keyRange() *schema.KeyRange
	rangeOf(*T)
}

// KeyRange is a Range over sort keys of type S. A bound is compared exactly,
// also where keys are stored in whole seconds, under unixtime: 10 s is before
// 10.5 s, and Between two times of one second may hold no key. Numbers that are
// stored as text, by the tag option string, have no bounds but BeginsWith.
type KeyRange[T, S any] struct{ r *schema.KeyRange }

// In selects all objects with the partition key p.
func (d CompositeKey[T, P, S]) In(p P) KeyRange[T, S] {
	return KeyRange[T, S]{schema.NewKeyRange(d.spec, reflect.ValueOf(&p).Elem())}
}

// Between keeps the sort keys from lo to hi, both included.
func (k KeyRange[T, S]) Between(lo, hi S) KeyRange[T, S] { return k.bound("BETWEEN", lo, hi) }

// Before keeps the sort keys less than s.
func (k KeyRange[T, S]) Before(s S) KeyRange[T, S] { return k.bound("<", s) }

// UpTo keeps the sort keys up to s, s included.
func (k KeyRange[T, S]) UpTo(s S) KeyRange[T, S] { return k.bound("<=", s) }

// After keeps the sort keys greater than s.
func (k KeyRange[T, S]) After(s S) KeyRange[T, S] { return k.bound(">", s) }

// From keeps the sort keys from s on, s included.
func (k KeyRange[T, S]) From(s S) KeyRange[T, S] { return k.bound(">=", s) }

// BeginsWith keeps the sort keys with a prefix; it is for keys stored as a
// string or binary.
func (k KeyRange[T, S]) BeginsWith(prefix S) KeyRange[T, S] { return k.bound("begins_with", prefix) }

// Backwards reverses the order: the greatest sort key comes first.
func (k KeyRange[T, S]) Backwards() KeyRange[T, S] {
	r := k.copy()
	r.Backwards = true
	return KeyRange[T, S]{r}
}

func (k KeyRange[T, S]) copy() *schema.KeyRange {
	if k.r == nil {
		return &schema.KeyRange{Err: errors.New("a zero KeyRange selects nothing; use CompositeKey.In")}
	}
	r := *k.r
	return &r
}

func (k KeyRange[T, S]) bound(op string, values ...S) KeyRange[T, S] {
	bounds := make([]reflect.Value, len(values))
	for i := range values {
		bounds[i] = reflect.ValueOf(&values[i]).Elem()
	}
	r := k.copy()
	r.Bound(op, bounds...)
	return KeyRange[T, S]{r}
}

func (k KeyRange[T, S]) keyRange() *schema.KeyRange { return k.copy() }
func (KeyRange[T, S]) rangeOf(*T)                   {}

// Query reads the objects of a range in the order of their sort keys. Pages,
// parts and errors are treated as by Scan; Limit ends it early.
func (r *Repo[T]) Query(ctx context.Context, in Range[T], opts ...CallOption) iter.Seq2[*T, error] {
	call := r.view.call("Query", opts)
	var k *schema.KeyRange
	if !model.IsNil(in) {
		k = in.keyRange()
	}
	if k != nil {
		call.read.Where = k.Where
	}
	return r.objects(ctx, "Query", call, func(start map[string]types.AttributeValue) (items []map[string]types.AttributeValue, next map[string]types.AttributeValue, err error) {
		q, err := r.c.queryInput(k, call)
		if err != nil {
			return nil, nil, err
		}
		return r.c.read.Fetch.Query(ctx, q)(start)
	})
}

func (c *core) queryInput(k *schema.KeyRange, call call) (*dynamodb.QueryInput, error) {
	switch {
	case k == nil:
		return nil, fail.Withf(ErrInvalid, "Query without a range")
	case k.Err != nil:
		return nil, fail.Withf(ErrInvalid, "key range: %w", k.Err)
	case k.Spec.Attrs[0] != c.s.Key.Attrs[0]: // with or without generators it is one key
		return nil, fail.Withf(ErrInvalid, "the range is of another key declaration than the model's")
	}
	var e expr.Builder
	cond := k.Condition(&e)
	q := &dynamodb.QueryInput{
		TableName: new(c.s.RootTable()), KeyConditionExpression: &cond,
		ConsistentRead: new(!call.read.Eventually), ScanIndexForward: new(!k.Backwards), Limit: pageLimit(call),
	}
	if k.Where != nil {
		if err := c.read.CheckFilter(k.Where); err != nil {
			return nil, err
		}
		// DynamoDB's limit counts what is read, not what passes.
		q.FilterExpression, q.Limit = new(c.read.FilterText(k.Where, &e)), nil
	}
	q.ExpressionAttributeNames, q.ExpressionAttributeValues = e.Names, e.Values
	return q, nil
}
