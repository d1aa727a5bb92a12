package lens

import (
	"slices"

	"github.com/dystore/dystore/internal/attr"
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

// Edit is a [Change] of one path, or of the fields of one struct. Methods of
// [Lens] make one, and functions such as [Add], [Append], [AddToSet] and [Merge].
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
	return extend("lens.Append", model.Append, l, elems)
}

// Prepend adds elems at the front of the list at the path, in their order, so
// that elems[0] is the first. An absent list counts as an empty one, and so does a
// NULL stored there by another program.
func Prepend[T any, L ~[]E, E any](l Lens[T, L], elems ...E) Edit[T] {
	return extend("lens.Prepend", model.Prepend, l, elems)
}

func extend[T any, L ~[]E, E any](fn string, op model.ChangeOp, l Lens[T, L], elems []E) Edit[T] {
	c := &model.Change{Op: op, Lens: l.ModelLens(), Value: valueOf(append(make(L, 0, len(elems)), elems...))}
	if m := c.Lens; m.Err == nil && m.Codec.Kind() != codec.List {
		advice := ""
		if isSet(m) {
			advice = "; lens.AddToSet adds to sets"
		}
		c.Err = fault(m, fn, "%s is stored as %s, not as a list%s", m.Value, m.Codec.Kind(), advice)
	}
	return edit[T](c)
}

// AddToSet adds elems to the set at the path, for lists with one of the tag
// options stringset, numberset and binaryset, and for [][]byte. What is in the
// set already is no second time in it. An absent set counts as an empty one, and so
// does a NULL stored there by another program. elems are one at least, and none
// twice.
func AddToSet[T any, L ~[]E, E any](l Lens[T, L], elems ...E) Edit[T] {
	return ofSet("lens.AddToSet", model.AddToSet, l, append(make(L, 0, len(elems)), elems...))
}

// DeleteFromSet takes elems out of the set at the path; what is not in it is not
// missed. DynamoDB has no empty sets: with the last element the attribute goes, and
// the next read returns nil. The parents of the path must exist, unless
// repo.EnsureParents is given. elems are one at least, and none twice.
func DeleteFromSet[T any, L ~[]E, E any](l Lens[T, L], elems ...E) Edit[T] {
	return ofSet("lens.DeleteFromSet", model.DeleteFromSet, l, append(make(L, 0, len(elems)), elems...))
}

// AddKeys is [AddToSet] for a set that is kept in a map, map[K]struct{} or
// map[K]bool, under one of the tag options.
func AddKeys[T any, M ~map[K]V, K comparable, V ~struct{} | ~bool](l Lens[T, M], keys ...K) Edit[T] {
	return ofSet("lens.AddKeys", model.AddToSet, l, setOf[M](keys))
}

// DeleteKeys is [DeleteFromSet] for a set that is kept in a map. See [AddKeys].
func DeleteKeys[T any, M ~map[K]V, K comparable, V ~struct{} | ~bool](l Lens[T, M], keys ...K) Edit[T] {
	return ofSet("lens.DeleteKeys", model.DeleteFromSet, l, setOf[M](keys))
}

// setOf is the Go set of keys.
func setOf[M ~map[K]V, K comparable, V ~struct{} | ~bool](keys []K) M {
	m := make(M, len(keys))
	for _, k := range keys {
		m[k] = present[V]()
	}
	return m
}

func ofSet[T, V any](fn string, op model.ChangeOp, l Lens[T, V], elems V) Edit[T] {
	c := &model.Change{Op: op, Lens: l.ModelLens(), Value: valueOf(elems)}
	if m := c.Lens; m.Err == nil && !isSet(m) {
		c.Err = fault(m, fn, "%s is stored as %s, not as a set; the tag options stringset, numberset and binaryset make it one", m.Value, m.Codec.Kind())
	} else if m.Err == nil && op == model.DeleteFromSet && inList(m) {
		c.Err = fault(m, fn, "the set is an element of a list, and would be taken out of it with its last element; set it")
	}
	return edit[T](c)
}

// Merge sets the fields of the struct at the path that are not zero in v, each as
// its own Set would: what a field holds is replaced, also a struct in it. All
// other attributes stay as they are stored, those of zero fields and those that
// the type does not know. So Merge sets nothing to its zero value, Set does; and a
// v that is zero is refused. Fields that are not stored do not count.
//
// The struct must exist, as the parent of what is set. With repo.EnsureParents an
// absent one, which may be a nil pointer, is made of the fields that are set.
//
// A v that is a pointer is read at once, unlike what its fields refer to.
func Merge[T, V any](l Lens[T, V], v V) Edit[T] {
	c := &model.Change{Op: model.Merge, Lens: l.ModelLens()}
	switch m := c.Lens; {
	case m.Err != nil:
	case m.Codec.Kind() != codec.Struct:
		c.Err = fault(m, "lens.Merge", "%s is stored as %s, not as a struct", m.Value, m.Codec.Kind())
	default:
		if c.Sets = m.Fields(valueOf(v)); len(c.Sets) == 0 {
			c.Err = fault(m, "lens.Merge", "there is nothing to set, all fields are zero")
		}
	}
	return edit[T](c)
}

func edit[T any](c *model.Change) Edit[T] {
	if c.Lens.Err != nil {
		c.Err = c.Lens.Err
	}
	return Edit[T]{model.HandleChange[T, Error](c)}
}

// inList reports whether l leads to an element of a list.
func inList(l *model.Lens) bool { return l.Path[len(l.Path)-1].Kind == attr.Index }

// inArray reports whether l leads to an element of an array.
func inArray(l *model.Lens) bool {
	for _, s := range slices.Backward(l.Steps) {
		if s.Kind != model.Deref {
			return s.Kind == model.ArrayIndex
		}
	}
	return false
}
