package repo

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/schema"
)

// Range is a part of the objects under one partition key, in the order of
// their sort keys: what CompositeKey.In returns.
type Range[T any] interface {
	keyRange() *keyRange
	rangeOf(*T)
}

// KeyRange is a Range over sort keys of type S. A bound is compared as it is given,
// also where keys are stored in whole seconds, under unixtime: 10 s is before
// 10.5 s, and Between two times of one second may hold no key. Numbers that are
// stored as text, by the tag option string, have no bounds but BeginsWith.
type KeyRange[T, S any] struct{ r *keyRange }

// keyRange is a KeyRange without its type parameters.
type keyRange struct {
	spec      *schema.KeySpec
	partition types.AttributeValue
	op        string // of the sort key: "", BETWEEN, <, <=, >, >=, begins_with
	bounds    []types.AttributeValue
	backwards bool
	err       error
}

// In selects all objects with the partition key p.
func (d CompositeKey[T, P, S]) In(p P) KeyRange[T, S] {
	r := &keyRange{spec: d.spec}
	switch {
	case d.spec == nil:
		r.err = errors.New("it is of a zero CompositeKey")
	case len(d.spec.Errs) > 0:
		r.err = schema.Declared(d.spec.Errs[0])
	default:
		r.partition, r.err = d.spec.Attrs[0].Encode(0, reflect.ValueOf(&p).Elem())
	}
	return KeyRange[T, S]{r}
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

// Backwards turns the order round: the greatest sort key first.
func (k KeyRange[T, S]) Backwards() KeyRange[T, S] {
	r := k.copy()
	r.backwards = true
	return KeyRange[T, S]{r}
}

func (k KeyRange[T, S]) copy() *keyRange {
	if k.r == nil {
		return &keyRange{err: errors.New("a zero KeyRange selects nothing; use CompositeKey.In")}
	}
	r := *k.r
	return &r
}

// bounds are the methods behind the operators.
var bounds = map[string]string{"BETWEEN": "Between", "<": "Before", "<=": "UpTo", ">": "After", ">=": "From", "begins_with": "BeginsWith"}

func (k KeyRange[T, S]) bound(op string, values ...S) KeyRange[T, S] {
	r := k.copy()
	switch {
	case r.err != nil:
		return KeyRange[T, S]{r}
	case r.op != "":
		r.err = fmt.Errorf("it has two bounds, %s and %s; use Between", bounds[r.op], bounds[op])
		return KeyRange[T, S]{r}
	}
	r.op = op
	sort := r.spec.Attrs[1]
	for i := range values {
		av, err := sort.Bound(reflect.ValueOf(&values[i]).Elem())
		if err != nil {
			r.err = err
		}
		r.bounds = append(r.bounds, av)
	}
	switch {
	case r.err != nil:
	case op != "begins_with" && sort.Spelled:
		r.err = fmt.Errorf("%s: the sort key is a number that is stored as text, where 10 comes before 9; leave the option string out of its tag", bounds[op])
	case op == "begins_with" && sort.Kind == types.ScalarAttributeTypeN:
		r.err = errors.New("BeginsWith: the sort key is a number")
	case op == "BETWEEN" && item.Less(r.bounds[1], r.bounds[0]):
		r.err = errors.New("Between: the lower bound is greater than the upper one")
	}
	return KeyRange[T, S]{r}
}

func (k KeyRange[T, S]) keyRange() *keyRange { return k.copy() }
func (KeyRange[T, S]) rangeOf(*T)            {}

// Query reads the objects of a range in the order of their sort keys. Pages,
// parts and errors are treated as by Scan; Limit ends it early.
func (r *Repo[T]) Query(ctx context.Context, in Range[T], opts ...CallOption) iter.Seq2[*T, error] {
	call := r.view.call("Query", opts)
	var k *keyRange
	if !model.IsNil(in) {
		k = in.keyRange()
	}
	return r.objects(ctx, "Query", call, func(start map[string]types.AttributeValue) (items []map[string]types.AttributeValue, next map[string]types.AttributeValue, err error) {
		q, err := r.c.queryInput(k, call)
		if err != nil {
			return nil, nil, err
		}
		return r.c.read.Fetch.Query(ctx, q)(start)
	})
}

func (c *core) queryInput(k *keyRange, call call) (*dynamodb.QueryInput, error) {
	switch {
	case k == nil:
		return nil, fail.Withf(ErrInvalid, "Query without a range")
	case k.err != nil:
		return nil, fail.Withf(ErrInvalid, "key range: %w", k.err)
	case k.spec.Attrs[0] != c.s.Key.Attrs[0]: // with or without generators it is one key
		return nil, fail.Withf(ErrInvalid, "the range is of another key declaration than the model's")
	}
	var e expr.Builder
	cond := e.Name(k.spec.Attrs[0].Name) + " = " + e.Value(k.partition)
	if k.op != "" {
		sort := e.Name(k.spec.Attrs[1].Name)
		switch k.op {
		case "BETWEEN":
			cond += " AND " + sort + " BETWEEN " + e.Value(k.bounds[0]) + " AND " + e.Value(k.bounds[1])
		case "begins_with":
			cond += " AND begins_with(" + sort + ", " + e.Value(k.bounds[0]) + ")"
		default:
			cond += " AND " + sort + " " + k.op + " " + e.Value(k.bounds[0])
		}
	}
	return &dynamodb.QueryInput{
		TableName: new(c.s.RootTable()), KeyConditionExpression: &cond,
		ExpressionAttributeNames: e.Names, ExpressionAttributeValues: e.Values,
		ConsistentRead: new(!call.read.Eventually), ScanIndexForward: new(!k.backwards), Limit: pageLimit(call),
	}, nil
}
