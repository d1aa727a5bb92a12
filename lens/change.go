package lens

import (
	"slices"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
)

type (
	changeHandle[T any] = model.ChangeHandle[T, Error]
	changeOf[T any]     = model.ChangeOf[T]
)

// Change is one argument of Update: an [Edit], repo.If or repo.IfUnchanged.
// The set is closed. Changes of one T can be collected in a slice.
type Change[T any] interface {
	changeOf[T]
}

// Edit is a [Change] of one path. Methods of [Lens], [Add] and [Append] make
// one.
//
// An Edit keeps the value it was given and encodes it when the verb runs:
// later assignments to the caller's variable have no effect, but what a slice,
// map or pointer refers to is not copied.
type Edit[T any] struct {
	changeHandle[T]
}

var _ Change[int] = Edit[int]{}

// Err returns why the edit cannot work, an [*Error], or nil.
func (e Edit[T]) Err() error { return e.ModelChange().Err }

// Set stores v at the path, exactly as a Put of the whole object would: under
// the field's tag options, and with no attribute for a nil pointer, slice or
// map or an empty value of an omitempty field. The parents of the path must
// exist.
func (l Lens[T, V]) Set(v V) Edit[T] {
	return edit[T](&model.Change{Op: model.Set, Lens: l.ModelLens(), Value: valueOf(v)})
}

// SetIfAbsent stores v at the path unless it has a value. A NULL stored there
// by another program counts as absent.
func (l Lens[T, V]) SetIfAbsent(v V) Edit[T] {
	return edit[T](&model.Change{Op: model.SetIfAbsent, Lens: l.ModelLens(), Value: valueOf(v)})
}

// Remove removes the value at the path; the next read returns the zero value.
// Removing a list element moves the later elements up. Nothing happens if there
// is no value. The parents of the path must exist, unless repo.EnsureParents is
// given.
func (l Lens[T, V]) Remove() Edit[T] {
	c := &model.Change{Op: model.Remove, Lens: l.ModelLens()}
	if inArray(c.Lens) {
		c.Err = fault(c.Lens, "lens.Remove", "an array element cannot be removed without moving the others; set it to its zero value")
	}
	return edit[T](c)
}

// Number is any type of integers or floating-point numbers.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 |
		~float32 | ~float64
}

// Add adds n to the number at the path; an absent number counts as 0. The
// addition happens in DynamoDB, in decimal and without the range of N: a sum
// that N cannot hold makes the next read fail.
func Add[T any, N Number](l Lens[T, N], n N) Edit[T] {
	c := &model.Change{Op: model.Add, Lens: l.ModelLens(), Value: valueOf(n)}
	if m := c.Lens; m.Err == nil && m.Codec.Kind() != codec.Number {
		c.Err = fault(m, "lens.Add", "%s is stored as %s, not as a number", m.Value, m.Codec.Kind())
	}
	return edit[T](c)
}

// Append adds elems at the end of the list at the path, in their order. An
// absent list counts as an empty one, and so does a NULL stored there by
// another program.
func Append[T any, L ~[]E, E any](l Lens[T, L], elems ...E) Edit[T] {
	c := &model.Change{Op: model.Append, Lens: l.ModelLens(), Value: valueOf(append(make(L, 0, len(elems)), elems...))}
	if m := c.Lens; m.Err == nil && m.Codec.Kind() != codec.List {
		c.Err = fault(m, "lens.Append", "%s is stored as %s, not as a list", m.Value, m.Codec.Kind())
	}
	return edit[T](c)
}

func edit[T any](c *model.Change) Edit[T] {
	if c.Lens.Err != nil {
		c.Err = c.Lens.Err
	}
	return Edit[T]{model.HandleChange[T, Error](c)}
}

// inArray reports whether l leads to an element of an array.
func inArray(l *model.Lens) bool {
	for _, s := range slices.Backward(l.Steps) {
		if s.Kind != model.Deref {
			return s.Kind == model.ArrayIndex
		}
	}
	return false
}
