package probe

import (
	"reflect"
	"unsafe"

	"github.com/dystore/dystore/internal/model"
)

// erased is an accessor, func(*T) *V, without its type parameters.
type erased struct {
	root, value reflect.Type
	invoke      func(root reflect.Value) unsafe.Pointer // nil for a nil accessor
}

// Of compiles accessor to a lens. It never panics and always returns a lens;
// one that is refused has an Err, a *model.DeclError naming the constructor
// fn, T, the Go path as far as it is known, and the reason.
func Of[T, V any](fn string, accessor func(*T) *V) *model.Lens {
	a := &erased{root: reflect.TypeFor[T](), value: reflect.TypeFor[V]()}
	if accessor != nil {
		a.invoke = func(root reflect.Value) unsafe.Pointer {
			return unsafe.Pointer(accessor(root.Interface().(*T)))
		}
	}
	l := &model.Lens{Root: a.root, Value: a.value}
	if r := a.compile(l); r != nil {
		l.Err = &model.DeclError{Func: fn, Type: a.root.String(), Path: model.GoPath(a.root, r.steps), Reason: r.reason}
	}
	return l
}

// compile fills in what the accessor leads to.
func (a *erased) compile(l *model.Lens) *refusal {
	if r := badRoot(a.root); r != nil {
		return r
	}
	switch {
	case a.invoke == nil:
		return refuse(nil, "the accessor is nil")
	case a.value.Size() == 0:
		return refuse(nil, "a %s has no size: its address says nothing, and there is nothing in it to store", a.value)
	}
	p, r := a.find()
	if r != nil {
		return r
	}
	path, c, r := follow(a.root, p.steps)
	if r != nil {
		return r
	}
	l.Steps, l.Path, l.Codec = p.steps, path, c
	return nil
}
