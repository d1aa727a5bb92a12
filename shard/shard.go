package shard

import (
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// The methods behind these aliases tie a value to its type for the compiler and
// carry it to package repo. They are not part of the API.
type (
	handle[T any]  = model.ShardHandle[T, lens.Error]
	shardOf[T any] = model.ShardOf[T]
)

// Shard is a part of a T that is kept in a separate table, as items of type S.
// It is a part of a model of T, and can be nested in a shard of T. The
// constructors make one; it is immutable. The zero Shard is refused.
type Shard[T, S any] struct {
	handle[T]
}

// Part is a part of a shard of an S: another shard of S. What only a whole
// object has, such as keys, is not one.
type Part[S any] interface {
	shardOf[S]
}

var (
	_ Part[int]         = (*Shard[int, string])(nil)
	_ model.PartOf[int] = (*Shard[int, string])(nil)
)

// Err returns what is wrong with the declaration: a *lens.Error, several of
// them joined, or nil. It does not look into nested shards.
func (s *Shard[T, S]) Err() error { return s.ModelShard().Err }

// New declares that a field of type S is kept as one item. There is no item if
// a pointer on the way to the field is nil.
//
// Parts are the shards inside S.
func New[T, S any](p Placement, at func(*T) *S, parts ...Part[S]) *Shard[T, S] {
	d := declare[T, S](model.ShardOne, at)
	d.elements(d.value, "")
	return finish[T, S](d, &p, parts)
}

// Optional declares that the struct a field points to is kept as one item, or
// none while the pointer is nil.
func Optional[T, S any](p Placement, at func(*T) **S, parts ...Part[S]) *Shard[T, S] {
	d := declare[T, *S](model.ShardOptional, at)
	d.elements(d.value.Elem(), "a pointer to ")
	return finish[T, S](d, &p, parts)
}

// Each declares that every element of a list is kept as an item. Elements keep
// their items when the list is reordered, and appending reads nothing.
//
// The root remembers each element in about 45 bytes, and in about three times as many if
// a staged write has made its item.
func Each[T any, L ~[]S, S any](p Placement, at func(*T) *L, parts ...Part[S]) *Shard[T, S] {
	d := declare[T, L](model.ShardEach, at)
	d.elements(d.value.Elem(), "a list of ")
	return finish[T, S](d, &p, parts)
}

// EachPtr is [Each] for a list of pointers. A nil element keeps its place in
// the list and has no item.
func EachPtr[T any, L ~[]*S, S any](p Placement, at func(*T) *L, parts ...Part[S]) *Shard[T, S] {
	d := declare[T, L](model.ShardEachPtr, at)
	d.elements(d.value.Elem().Elem(), "a list of pointers to ")
	return finish[T, S](d, &p, parts)
}

// EachValue declares that every value of a map is kept as an item. The root
// remembers each entry, as with [Each].
func EachValue[T any, M ~map[K]S, K comparable, S any](p Placement, at func(*T) *M, parts ...Part[S]) *Shard[T, S] {
	d := declare[T, M](model.ShardEachValue, at)
	d.elements(d.value.Elem(), "a map of ")
	return finish[T, S](d, &p, parts)
}

// Within declares shards inside the elements of a list that itself is not
// divided: the shards of each element have items, the rest of it stays in the
// list.
//
//	shard.Within(func(o *Order) *[]Line { return &o.Lines },
//		shard.New(shard.To("Notes"), func(l *Line) *Note { return &l.Note }))
func Within[T any, L ~[]S, S any](at func(*T) *L, parts ...Part[S]) *Shard[T, S] {
	d := declare[T, L](model.ShardWithin, at)
	d.elements(d.value.Elem(), "a list of ")
	return finish[T, S](d, nil, parts)
}

// WithinValues is [Within] for the values of a map.
func WithinValues[T any, M ~map[K]S, K comparable, S any](at func(*T) *M, parts ...Part[S]) *Shard[T, S] {
	d := declare[T, M](model.ShardWithinValues, at)
	d.elements(d.value.Elem(), "a map of ")
	return finish[T, S](d, nil, parts)
}
