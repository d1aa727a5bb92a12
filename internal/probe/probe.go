package probe

import (
	"reflect"
	"unsafe"

	"github.com/dystore/dystore/internal/model"
)

// erased is an accessor, func(*T) *V, without its type parameters.
type erased struct {
	fn          string // the constructor it was given to
	root, value reflect.Type
	invoke      func(root reflect.Value) unsafe.Pointer // nil for a nil accessor
}

// Of compiles accessor to a lens. It never panics and always returns a lens;
// one that is refused has an Err, an *E that names the constructor fn, T, the
// Go path as far as it is known, and the reason. E is lens.Error.
func Of[E model.Refused, T, V any](fn string, accessor func(*T) *V) *model.Lens {
	return compile[E](fn, accessor, func(l *model.Lens) (r *refusal) {
		l.Path, l.Codec, r = follow(l.Root, l.Steps)
		return r
	})
}

// OfUnstored compiles accessor to a lens for a field that must not be stored,
// being tagged dynamodbav:"-": one that holds what is known about an object
// beside its attributes. The lens walks Go values; it has no Path and no Codec.
func OfUnstored[E model.Refused, T, V any](fn string, accessor func(*T) *V) *model.Lens {
	return compile[E](fn, accessor, unstoredField)
}

func compile[E model.Refused, T, V any](fn string, accessor func(*T) *V, finish func(*model.Lens) *refusal) *model.Lens {
	a := &erased{fn: fn, root: reflect.TypeFor[T](), value: reflect.TypeFor[V]()}
	if accessor != nil {
		a.invoke = func(root reflect.Value) unsafe.Pointer {
			return unsafe.Pointer(accessor(root.Interface().(*T)))
		}
	}
	l := &model.Lens{Root: a.root, Value: a.value}
	steps, r := a.steps()
	if r == nil {
		l.Steps = steps
		r = finish(l)
	}
	if r != nil {
		l.Err = model.Refuse[E](model.Refusal{Func: fn, Type: a.root.String(), Path: model.GoPath(a.root, r.steps), Reason: r.reason})
	}
	return l
}

// steps returns where the accessor leads.
func (a *erased) steps() ([]model.Step, *refusal) {
	if r := badRoot(a.root); r != nil {
		return nil, r
	}
	switch {
	case a.invoke == nil:
		return nil, refuse(nil, "the accessor is nil")
	case a.value.Size() == 0:
		return nil, refuse(nil, "a %s has no size: its address says nothing, and there is nothing in it to store", a.value)
	}
	p, r := a.find()
	return p.steps, r
}

// unstoredField refuses a field that reflection cannot set, or that would be
// stored as an attribute.
func unstoredField(l *model.Lens) *refusal {
	fields := l.GoFields()
	for _, f := range fields {
		if !f.IsExported() && (!f.Anonymous || f.Type.Kind() == reflect.Pointer) {
			return refuse(l.Steps, "the field %s is unexported and cannot be set", f.Name)
		}
	}
	if last := fields[len(fields)-1]; !skipped(last) || l.Steps[len(l.Steps)-1].Kind != model.Field {
		return refuse(l.Steps, `the field must be tagged dynamodbav:"-"; what it holds is not an attribute of the object`)
	}
	return nil
}
