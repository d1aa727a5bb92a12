package repo

import (
	"errors"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/probe"
	"github.com/dystore/dystore/lens"
)

// indexOf keeps the methods that tie an index to its T out of the documentation.
type indexOf[T any] = model.PartHandle[T]

// Index is a global secondary index on the table of the root items: a part of a
// model, and where ranges come from. [IndexOf] makes one.
type Index[T, P, S any] struct{ indexOf[T] }

// SimpleIndex is an [Index] without a sort key. [SimpleIndexOf] makes one.
type SimpleIndex[T, P any] struct{ indexOf[T] }

// LocalIndex is a local secondary index: it has the partition key of the table and
// a sort key of its own. [LocalIndexOf] makes one.
type LocalIndex[T, P, S any] struct{ indexOf[T] }

// MultiKeyIndex is an [Index] whose keys have several attributes. [MultiKeyIndexOf]
// makes one.
type MultiKeyIndex[T any] struct{ indexOf[T] }

// IndexOf declares a global secondary index with a partition key and a sort key:
//
//	byStatus = repo.IndexOf("by-status",
//		func(o *Order) *string { return &o.Status }, func(o *Order) *time.Time { return &o.At })
//	for o, err := range orders.Query(ctx, byStatus.In("open").After(t0)) { … }
//
// The fields are stored as strings, numbers or binary. They are attributes of the
// object itself, neither encrypted nor in a shard; pointers are allowed. An object
// without a value in one of them is not in the index: nil, an empty string, empty
// binary, or what omitempty leaves out. Such a value is not stored at all, because
// DynamoDB refuses it in a key. To a condition, a text or binary that is not there is
// an empty one, whenever it was stored: status.Eq("") holds for it, but not for one of
// the package expression. To SetIfAbsent an empty value is absent.
//
// Times are stored as keys are: in UTC with nine fractional digits, so that they sort.
// Times that were stored before the index was declared, or by other programs, are in
// the index as they are; a Put mends them.
//
// DynamoDB keeps the index, a moment after each write. So what a Query finds there is
// stale. An object that comes from it is nevertheless whole, and of one committed
// state. Where the index projects all, that is the state that the index has; but if
// the parts of an object have changed since, and where the index projects less, it is
// today's. Then an object that has left the range in between is left out, and one
// that has come into it may be missing. A page that is read beside writers can have
// an object twice, or not at all, when its key in the index changes meanwhile.
//
// It is made for tables by [Repo.CreateTables], in development and tests.
func IndexOf[T, P, S any](name string, partition func(*T) *P, sort func(*T) *S, opts ...IndexOption) Index[T, P, S] {
	const fn = "repo.IndexOf"
	return Index[T, P, S]{index[T](fn, name, []*model.Lens{probe.Of[lens.Error](fn, partition)}, []*model.Lens{probe.Of[lens.Error](fn, sort)}, opts)}
}

// SimpleIndexOf declares a global secondary index with a partition key only, in which
// objects are found by one field. They come in no order. See [IndexOf].
func SimpleIndexOf[T, P any](name string, partition func(*T) *P, opts ...IndexOption) SimpleIndex[T, P] {
	const fn = "repo.SimpleIndexOf"
	return SimpleIndex[T, P]{index[T](fn, name, []*model.Lens{probe.Of[lens.Error](fn, partition)}, nil, opts)}
}

// LocalIndexOf declares a local secondary index: the objects under one partition key
// of the table in another order. The key is that of the model. Reads of it are
// consistent, unless [Eventually] allows otherwise. DynamoDB makes local indexes only
// together with the table, and all items under one partition key, with what the
// indexes have of them, are at most 10 GB. See [IndexOf].
func LocalIndexOf[T, P, K, S any](name string, key CompositeKey[T, P, K], sort func(*T) *S, opts ...IndexOption) LocalIndex[T, P, S] {
	const fn = "repo.LocalIndexOf"
	x := keys.NewLocalIndex(fn, reflect.TypeFor[T](), name, key.spec, probe.Of[lens.Error](fn, sort))
	return LocalIndex[T, P, S]{withOptions[T](x, opts)}
}

// MultiKeyIndexOf declares a global secondary index whose partition key and sort key
// have up to four attributes each. Objects are found by all of the partition key,
// and sorted by the attributes of the sort key, the first one first:
//
//	byPlace = repo.MultiKeyIndexOf("by-place", repo.PartitionBy(tenant, region), repo.SortBy(day, id))
//	orders.Query(ctx, byPlace.In(tenant.Eq("acme"), region.Eq("eu"), day.Eq("2026-11-29")))
//
// An object without a value in one of them is not in the index. See [IndexOf].
func MultiKeyIndexOf[T any](name string, partition PartitionFields[T], sort SortFields[T], opts ...IndexOption) MultiKeyIndex[T] {
	return MultiKeyIndex[T]{index[T]("repo.MultiKeyIndexOf", name, partition.fields, sort.fields, opts)}
}

// PartitionFields are the fields of the partition key of an index.
type PartitionFields[T any] struct{ fields []*model.Lens }

// SortFields are the fields of the sort key of an index. The zero value is none.
type SortFields[T any] struct{ fields []*model.Lens }

// PartitionBy names the fields of a partition key, 1 to 4.
func PartitionBy[T any](fields ...lens.Field[T]) PartitionFields[T] {
	return PartitionFields[T]{lensesOf(fields)}
}

// SortBy names the fields of a sort key in the order in which they sort, at most 4.
func SortBy[T any](fields ...lens.Field[T]) SortFields[T] { return SortFields[T]{lensesOf(fields)} }

// lensesOf are the lenses of fields, nil for a field that is nil.
func lensesOf[T any](fields []lens.Field[T]) []*model.Lens {
	lenses := make([]*model.Lens, len(fields))
	for n, f := range fields {
		if !model.IsNil(f) {
			lenses[n] = f.ModelLens()
		}
	}
	return lenses
}

func index[T any](fn, name string, partition, sort []*model.Lens, opts []IndexOption) indexOf[T] {
	return withOptions[T](keys.NewIndex(fn, reflect.TypeFor[T](), name, partition, sort), opts)
}

func withOptions[T any](x *keys.Index, opts []IndexOption) indexOf[T] {
	for i, o := range opts {
		switch {
		case model.IsNil(o):
			x.Decline("", "option %d is nil", i+1)
		case i > 0:
			x.Decline("", "KeysOnly and Include are given together, or twice")
		default:
			o.forIndex()(x)
		}
	}
	return model.HandlePart[T](x)
}

// IndexOption says what an index has of an object beside keys. Without one it has
// everything that the root item has.
type IndexOption interface{ forIndex() func(*keys.Index) }

type indexOption func(*keys.Index)

func (o indexOption) forIndex() func(*keys.Index) { return o }

// KeysOnly makes an index that has only keys: the smallest one, and the cheapest to
// keep. What a Query finds there is read from the table, one more request for 100
// items.
func KeysOnly() IndexOption {
	return indexOption(func(x *keys.Index) { x.Projection = types.ProjectionTypeKeysOnly })
}

// Include makes an index that has keys and some attributes of the object itself, by
// which a Query can be filtered there. What it finds is read from the table, as with
// [KeysOnly].
func Include[T any](fields ...lens.Field[T]) IndexOption {
	return indexOption(func(x *keys.Index) {
		x.Projection, x.Include = types.ProjectionTypeInclude, lensesOf(fields)
		if len(fields) == 0 {
			x.Decline("", "Include: no fields; KeysOnly is an index of keys")
		}
	})
}

// declared is the index behind a handle, nil of a zero one.
func declared[T any](h indexOf[T]) *keys.Index {
	x, _ := h.ModelPart().(*keys.Index)
	return x
}

// In selects the objects with the value p in the partition key of the index.
func (i Index[T, P, S]) In(p P) KeyRange[T, S] {
	return KeyRange[T, S]{keys.NewIndexRange(declared(i.indexOf), reflect.ValueOf(&p).Elem())}
}

// In selects the objects with the value p in the partition key of the index.
func (i SimpleIndex[T, P]) In(p P) Selection[T] {
	return Selection[T]{keys.NewIndexRange(declared(i.indexOf), reflect.ValueOf(&p).Elem())}
}

// In selects the objects with the partition key p, in the order of the index.
func (i LocalIndex[T, P, S]) In(p P) KeyRange[T, S] {
	return KeyRange[T, S]{keys.NewIndexRange(declared(i.indexOf), reflect.ValueOf(&p).Elem())}
}

// In selects the objects for which all conditions hold. Each is an Eq of a field of
// the index: all fields of the partition key, and none or the first ones of the sort
// key. [Then] puts bounds on the next one.
func (i MultiKeyIndex[T]) In(equal ...lens.Condition[T]) Selection[T] {
	return Selection[T]{keys.NewEqualRange(declared(i.indexOf), condsOf(equal))}
}

// Then makes the next field in the sort key of a [MultiKeyIndex] or [JoinedKey] the one
// that bounds are of:
//
//	repo.Then(byPlace.In(tenant.Eq("acme"), region.Eq("eu")), day).From("2026-11").Before("2026-12")
func Then[T, S any](s Selection[T], next lens.Lens[T, S]) KeyRange[T, S] {
	r := s.copy()
	r.Next(next.ModelLens())
	return KeyRange[T, S]{r}
}

// Backwards reverses the order of the index.
func (s Selection[T]) Backwards() Selection[T] {
	r := s.copy()
	if r.Err == nil && !r.Ordered() {
		r.Err = errors.New("Backwards: without a sort key there is no order")
	}
	r.Backwards = true
	return Selection[T]{r}
}
