package repo

import (
	"errors"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// Range says which objects a Query reads, and in which order: a [KeyRange] or a
// [Selection].
type Range[T any] interface {
	keyRange() *keys.Range
	rangeOf(*T)
}

// Selection is a Range without bounds: [All] objects of a table, those that an
// index has under one value, or those that a [JoinedKey] selects.
type Selection[T any] struct{ r *keys.Range }

// All selects all objects of a table, for Query and Page as Scan reads them. They
// come in no particular order.
func All[T any]() Selection[T] { return Selection[T]{keys.Everything()} }

// Where keeps the objects for which a condition holds. See [KeyRange.Where].
func (s Selection[T]) Where(cond lens.Condition[T]) Selection[T] {
	return Selection[T]{where(s.copy(), cond)}
}

// WhereExpr is Where for a condition of the package expression of the SDK. See
// [KeyRange.WhereExpr].
func (s Selection[T]) WhereExpr(cond expression.ConditionBuilder) Selection[T] {
	return Selection[T]{whereExpr[T](s.copy(), "repo.Selection.WhereExpr", cond)}
}

func (s Selection[T]) copy() *keys.Range {
	return copyOf(s.r, "a zero Selection selects nothing; use All or the In of an index")
}
func (s Selection[T]) keyRange() *keys.Range { return s.copy() }
func (Selection[T]) rangeOf(*T)              {}

// KeyRange is a Range over sort keys of type S: of the table or of an index, under
// one partition key. It may have a bound at each end: From(a).Before(b) is the range
// that has a and not b. A bound is compared exactly, also where keys are stored in
// whole seconds, under unixtime: 10 s is before 10.5 s, and Between two times of one
// second may hold no key. Numbers that are stored as text, by the tag option string,
// have no bounds but BeginsWith.
type KeyRange[T, S any] struct{ r *keys.Range }

// In selects all objects with the partition key p.
func (d CompositeKey[T, P, S]) In(p P) KeyRange[T, S] {
	return KeyRange[T, S]{keys.NewRange(d.spec, reflect.ValueOf(&p).Elem())}
}

// Between keeps the sort keys from lo to hi, both included.
func (k KeyRange[T, S]) Between(lo, hi S) KeyRange[T, S] { return k.bound(keys.Between, lo, hi) }

// Before keeps the sort keys less than s.
func (k KeyRange[T, S]) Before(s S) KeyRange[T, S] { return k.bound(keys.Before, s) }

// UpTo keeps the sort keys up to s, s included.
func (k KeyRange[T, S]) UpTo(s S) KeyRange[T, S] { return k.bound(keys.UpTo, s) }

// After keeps the sort keys greater than s.
func (k KeyRange[T, S]) After(s S) KeyRange[T, S] { return k.bound(keys.After, s) }

// From keeps the sort keys from s on, s included.
func (k KeyRange[T, S]) From(s S) KeyRange[T, S] { return k.bound(keys.From, s) }

// BeginsWith keeps the sort keys with a prefix; it is for keys stored as a
// string or binary.
func (k KeyRange[T, S]) BeginsWith(prefix S) KeyRange[T, S] {
	return k.bound(keys.BeginsWith, prefix)
}

// Backwards reverses the order: the greatest sort key comes first.
func (k KeyRange[T, S]) Backwards() KeyRange[T, S] {
	r := k.copy()
	r.Backwards = true
	return KeyRange[T, S]{r}
}

// Where keeps the objects for which a condition holds; given twice, both must hold.
//
//	orders.Query(ctx, orderKey.In("c1").After(t0).Where(total.Gt(100)))
//
// DynamoDB reads every object of the range, and charges for it, before it leaves
// out those for which the condition does not hold. Limit counts what is left.
//
// The condition concerns the root item. Key attributes (but in a Query of [All]),
// encrypted values, values that are or may be stored in other tables, also with
// shard.WhenOver, and what an index does not have are refused by Query with
// [ErrInvalid] before any request; existence can be tested of encrypted values. An
// object that was written under another layout, which has a value of the condition in
// another table, is one [ErrInvalid] in the loop: a Put under today's layout mends
// that. Times are compared as instants, however they are stored; for a time that is
// stored as text every object is returned by DynamoDB and compared here.
func (k KeyRange[T, S]) Where(cond lens.Condition[T]) KeyRange[T, S] {
	return KeyRange[T, S]{where(k.copy(), cond)}
}

// WhereExpr is [KeyRange.Where] for a condition of the package
// feature/dynamodb/expression of the SDK. Names and values are as for [IfExpr].
func (k KeyRange[T, S]) WhereExpr(cond expression.ConditionBuilder) KeyRange[T, S] {
	return KeyRange[T, S]{whereExpr[T](k.copy(), "repo.KeyRange.WhereExpr", cond)}
}

func (k KeyRange[T, S]) copy() *keys.Range {
	return copyOf(k.r, "a zero KeyRange selects nothing; use CompositeKey.In")
}

func (k KeyRange[T, S]) bound(by string, values ...S) KeyRange[T, S] {
	bounds := make([]reflect.Value, len(values))
	for i := range values {
		bounds[i] = reflect.ValueOf(&values[i]).Elem()
	}
	r := k.copy()
	r.Bound(by, bounds...)
	return KeyRange[T, S]{r}
}

func (k KeyRange[T, S]) keyRange() *keys.Range { return k.copy() }
func (KeyRange[T, S]) rangeOf(*T)              {}

// copyOf is a range that can be changed; zero says what is wrong with a zero one.
func copyOf(r *keys.Range, zero string) *keys.Range {
	if r == nil {
		return &keys.Range{Err: errors.New(zero)}
	}
	return r.Copy()
}

func where[T any](r *keys.Range, cond lens.Condition[T]) *keys.Range {
	if model.IsNil(cond) {
		return filtered(r, nil, errors.New("Where: the condition is nil"))
	}
	c := cond.ModelCond()
	return filtered(r, c, c.Err)
}

func whereExpr[T any](r *keys.Range, fn string, cond expression.ConditionBuilder) *keys.Range {
	c, err := said[T](fn, cond)
	return filtered(r, c, err)
}

// filtered adds a condition to a range.
func filtered(r *keys.Range, c *model.Cond, err error) *keys.Range {
	switch {
	case r.Err != nil:
	case err != nil:
		r.Err = err
	case r.Where != nil:
		r.Where = &model.Cond{Op: model.And, Subs: []*model.Cond{r.Where, c}}
	default:
		r.Where = c
	}
	return r
}
