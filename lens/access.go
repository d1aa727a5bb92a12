package lens

import (
	"iter"
	"reflect"
)

// Get returns the value that l leads to in t, and whether it is there: false
// below a nil pointer, past the end of a slice and for a missing map key, and
// for a nil t or a refused lens. It changes nothing and allocates nothing in
// t.
func Get[T, V any](l Lens[T, V], t *T) (v V, ok bool) {
	got, ok := l.ModelLens().Get(reflect.ValueOf(t))
	if ok {
		reflect.ValueOf(&v).Elem().Set(got)
	}
	return v, ok
}

// All returns the values that m leads to in t, in order for lists and in no
// particular order for maps, leaving out what is below nil pointers.
func All[T, V any](m Many[T, V], t *T) iter.Seq[V] {
	return func(yield func(V) bool) {
		more := true
		m.ModelLens().Each(reflect.ValueOf(t), func(got reflect.Value) {
			if more {
				var v V
				reflect.ValueOf(&v).Elem().Set(got)
				more = yield(v)
			}
		})
	}
}

// Assign stores v where l leads to in t: nil pointers on the way are
// allocated, nil maps made, short slices lengthened with zero values. It
// changes the Go value only; [Lens.Set] is the change of a stored object. It
// fails with an [*Error] for a nil t or a refused lens.
func Assign[T, V any](l Lens[T, V], t *T, v V) error {
	m := l.ModelLens()
	switch {
	case m.Err != nil:
		return m.Err
	case t == nil:
		return fault(m, "lens.Assign", "there is no object to assign in, the pointer is nil")
	case !m.Set(reflect.ValueOf(t), valueOf(v)):
		return fault(m, "lens.Assign", "the path goes through a pointer that cannot be set")
	}
	return nil
}
