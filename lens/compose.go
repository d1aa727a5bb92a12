package lens

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
)

// At returns the lens to element i of a list, counted from 0.
//
// A position names the element that is there when the request arrives. Past the
// end there is no path: reads and changes return repo.ErrNoPath, although
// DynamoDB would append; [Append] adds elements. Remove moves the later
// elements up.
func At[T any, L ~[]E, E any](l Lens[T, L], i int) Lens[T, E] {
	at := model.Step{Kind: model.SliceIndex, Index: i}
	c := derive[E]("lens.At", l.ModelLens(), at, attr.At(i))
	switch {
	case c.Err != nil:
	case i < 0:
		c.Err = fault(l.ModelLens(), "lens.At", "index %d is negative", i)
	case i > model.MaxIndex:
		c.Err = fault(l.ModelLens(), "lens.At", "index %d is beyond the end of any list that DynamoDB can store", i)
	}
	return lensFrom[T, E](c)
}

// Entry returns the lens to the value that a map has under key.
func Entry[T any, M ~map[K]V, K comparable, V any](m Lens[T, M], key K) Lens[T, V] {
	k := valueOf(key)
	c := derive[V]("lens.Entry", m.ModelLens(), model.Step{Kind: model.MapKey, Key: k}, attr.Seg{Kind: attr.Key})
	if c.Err == nil {
		name, err := m.ModelLens().Codec.MapKey(k)
		if err != nil {
			c.Err = fault(m.ModelLens(), "lens.Entry", "%s", reason(err))
		}
		c.Path[len(c.Path)-1].Name = name
	}
	return lensFrom[T, V](c)
}

// Elems returns the lens to all elements of a list.
func Elems[T any, L ~[]E, E any](l Lens[T, L]) Many[T, E] {
	return manyFrom[T, E](derive[E]("lens.Elems", l.ModelLens(), model.Step{Kind: model.EachElem}, attr.Elem))
}

// ElemValues returns the lens to all values of a map.
func ElemValues[T any, M ~map[K]V, K comparable, V any](m Lens[T, M]) Many[T, V] {
	return manyFrom[T, V](derive[V]("lens.ElemValues", m.ModelLens(), model.Step{Kind: model.EachValue}, attr.Value))
}

// Each returns the lens to what in leads to in every element of a list:
//
//	cities = lens.Each(past, lens.Of(func(l *Location) *string { return &l.City }))
//
// in leads to one value of each element or to many, so Each nests. For a list
// of pointers, []*Location, wrap it: lens.Each(past, lens.Ptr(inCity)), or
// [PtrMany] where it leads to many; without, the compiler says that
// []*Location does not satisfy ~[]E.
func Each[T any, L ~[]E, E, V any](l Lens[T, L], in Into[E, V]) Many[T, V] {
	all := derive[E]("lens.Each", l.ModelLens(), model.Step{Kind: model.EachElem}, attr.Elem)
	return manyFrom[T, V](joinInto("lens.Each", all, in))
}

// EachValue returns the lens to what in leads to in every value of a map. See
// [Each], also for maps of pointers.
func EachValue[T any, M ~map[K]E, K comparable, E, V any](m Lens[T, M], in Into[E, V]) Many[T, V] {
	all := derive[E]("lens.EachValue", m.ModelLens(), model.Step{Kind: model.EachValue}, attr.Value)
	return manyFrom[T, V](joinInto("lens.EachValue", all, in))
}

// Join returns the lens that goes first along a and then along b. It is how a
// lens goes deep into a recursive type, and how one lens serves several
// fields of a type. For a field that is a pointer, wrap b:
// lens.Join(birth, lens.Ptr(inHospital)).
func Join[T, S, V any](a Lens[T, S], b Lens[S, V]) Lens[T, V] {
	return lensFrom[T, V](join(a.ModelLens(), b.ModelLens()))
}

// Ptr returns l as a lens from a pointer: where E is wanted and a list, map or
// field holds *E. Through a nil pointer there is no value.
func Ptr[E, V any](l Lens[E, V]) Lens[*E, V] {
	return lensFrom[*E, V](deref(l.ModelLens()))
}

// PtrMany is [Ptr] for a lens to many values.
func PtrMany[E, V any](m Many[E, V]) Many[*E, V] {
	return manyFrom[*E, V](deref(m.ModelLens()))
}

// derive extends l, a lens to a list or map, by one step into it.
func derive[E any](fn string, l *model.Lens, step model.Step, seg attr.Seg) *model.Lens {
	out := &model.Lens{Root: l.Root, Value: reflect.TypeFor[E](), Err: l.Err,
		Many: l.Many || step.Kind == model.EachElem || step.Kind == model.EachValue}
	if out.Err != nil {
		return out
	}
	want := codec.List
	if step.Kind == model.MapKey || step.Kind == model.EachValue {
		want = codec.Map
	}
	if got := l.Codec.Kind(); got != want {
		out.Err = fault(l, fn, "%s is stored as one value (%s); its elements have no path", l.Value, got)
		return out
	}
	out.Steps = append(append([]model.Step(nil), l.Steps...), step)
	out.Path = attr.Join(l.Path, attr.Path{seg})
	out.Codec = l.Codec.Elem()
	return out
}

// join returns a then b.
func join(a, b *model.Lens) *model.Lens {
	out := &model.Lens{Root: a.Root, Value: b.Value, Many: a.Many || b.Many, Err: a.Err}
	if out.Err == nil {
		out.Err = b.Err
	}
	if out.Err == nil {
		out.Steps = append(append([]model.Step(nil), a.Steps...), b.Steps...)
		out.Path = attr.Join(a.Path, b.Path)
		out.Codec = b.Codec
	}
	return out
}

// joinInto is join for a second lens that a caller passed as an interface.
func joinInto[E, V any](fn string, a *model.Lens, in Into[E, V]) *model.Lens {
	if !model.IsNil(in) {
		return join(a, in.ModelLens())
	}
	out := &model.Lens{Root: a.Root, Value: reflect.TypeFor[V](), Many: true, Err: a.Err}
	if out.Err == nil {
		out.Err = fault(a, fn, "the lens into the elements is nil")
	}
	return out
}

// deref puts a pointer before l.
func deref(l *model.Lens) *model.Lens {
	out := *l
	out.Root = reflect.PointerTo(l.Root)
	out.Steps = append([]model.Step{{Kind: model.Deref}}, l.Steps...)
	return &out
}

// reason is what a codec says, without the place, which an Error names itself.
func reason(err error) string {
	var e *codec.Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return err.Error()
}

// fault is an Error about the place that l leads to.
func fault(l *model.Lens, fn, format string, args ...any) error {
	return &Error{Func: fn, Type: l.Root.String(), Path: l.GoPath(), Reason: fmt.Sprintf(format, args...)}
}
