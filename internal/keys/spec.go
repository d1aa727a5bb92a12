// Package keys declares what objects are found by: keys of tables and of indexes, and
// ranges of them, without their type parameters.
package keys

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
)

// Spec is a key declaration without its type parameters.
type Spec struct {
	Attrs    []*Attr      // partition key, sort key
	Joined   *Joined      // what they are made of, if they are no fields of T; nil: they are, or Detached
	Generate [2]generator // of each; nil where the value must have it
	Detached bool
	Errs     []error
}

// generator makes a part of the key of *T.
type generator func(ptr reflect.Value) (reflect.Value, error)

// Add declares the field of a lens as the next key attribute.
func (s *Spec) Add(fn string, l *model.Lens) {
	if l.Err != nil {
		s.Errs = append(s.Errs, l.Err)
		return
	}
	if len(l.Path) != 1 {
		s.Decline(fn, l.Root, l.Path.String(), "a key is an attribute of the object itself, not inside another")
		return
	}
	for _, step := range l.Steps {
		if step.Kind == model.Deref {
			s.Decline(fn, l.Root, l.Path.String(), "a key is a field of the object itself, not behind a pointer")
			return
		}
	}
	a := &Attr{Name: l.Path[0].Name, Typ: l.Value, Form: FormOf(l.Codec), Get: l.Get, Set: l.Set, Path: l.Path}
	if a.Kind == "" {
		s.Decline(fn, l.Root, l.Path.String(), NotKeyable(l.Value))
		return
	}
	if a.withholds(len(s.Attrs), l.Codec) {
		s.Decline(fn, l.Root, l.Path.String(), l.Codec.Emptiness()+" in its tag keeps the zero value from being stored, which is a key like others; leave the option out")
		return
	}
	s.Attrs = append(s.Attrs, a)
}

// AddDetached declares an attribute that is not in T as the key; k is the type of its
// values.
func (s *Spec) AddDetached(fn string, t reflect.Type, attribute string, k reflect.Type) {
	s.Detached = true
	a := &Attr{Name: attribute, Typ: k, Form: FormOf(codec.For(k)), Path: fail.Text(attribute)}
	if why := tables.BadName(attribute); why != "" {
		s.Decline(fn, t, "", why)
	}
	if a.Kind == "" {
		s.Decline(fn, t, attribute, NotKeyable(k))
	}
	s.Attrs = append(s.Attrs, a)
}

// Decline notes a mistake of the declaration.
func (s *Spec) Decline(fn string, t reflect.Type, path, reason string) {
	s.Errs = append(s.Errs, &lens.Error{Func: fn, Type: t.String(), Path: path, Reason: reason})
}

// Has reports whether an attribute is one of the key, or a field that the key is made
// of.
func (s *Spec) Has(name string) bool {
	return slices.ContainsFunc(s.Attrs, func(a *Attr) bool { return a.Name == name }) || s.Joined != nil && s.Joined.named(name) != nil
}

// Key encodes key values; the error stays in the key until a verb uses it.
func (s *Spec) Key(values ...reflect.Value) tables.Key {
	if len(s.Errs) > 0 {
		return tables.Key{Err: s.Errs[0]}
	}
	k := tables.Key{Parts: make([]types.AttributeValue, len(values))}
	for i, v := range values {
		if k.Parts[i], k.Err = s.Attrs[i].Encode(i, v); k.Err != nil {
			return k
		}
	}
	return k
}

// Locate finds the text of a field in keys: in which attribute it is, and how it is read there.
// Of a field that keys do not have it says so.
func (s *Spec) Locate(l *model.Lens) (at int, read func(attribute string) (string, error), why string) {
	whole := func(attribute string) (string, error) { return attribute, nil }
	if s.Joined != nil {
		if f := s.Joined.field(l); f != nil {
			at, read = s.Joined.locate(f)
			return at, read, ""
		}
	} else if i := slices.IndexFunc(s.Attrs, func(a *Attr) bool { return a.Is(l) }); i >= 0 && !s.Detached {
		return i, whole, ""
	}
	return 0, nil, "it is no field of the key"
}

// Attr is one key attribute of a model.
type Attr struct {
	Name string
	Typ  reflect.Type
	Form
	Get  func(root reflect.Value) (reflect.Value, bool)
	Set  func(root, v reflect.Value) bool
	Path fmt.Stringer
}

// Is reports whether a lens leads to the attribute.
func (a *Attr) Is(l *model.Lens) bool { return len(l.Path) == 1 && l.Path[0].Name == a.Name }

// Encode encodes and checks one part of a key.
func (a *Attr) Encode(pos int, v reflect.Value) (types.AttributeValue, error) {
	return a.checked(pos, v, a.encode)
}

// Bound encodes and checks what stored sort keys are compared with.
func (a *Attr) Bound(v reflect.Value) (types.AttributeValue, error) {
	return a.checked(1, v, a.Operand)
}

func (a *Attr) checked(pos int, v reflect.Value, encode keyEncoder) (types.AttributeValue, error) {
	av, err := encode(v)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.Name, err)
	}
	if err := tables.CheckKeyValue(pos, av); err != nil {
		return nil, fmt.Errorf("%s %w", a.Name, err)
	}
	return av, nil
}

// Generating is a copy of s with a generator of one part. It is of the same key:
// what names objects for the one does so for the other.
func Generating[T, K any](s *Spec, part int, fn string, g keygen.Generator[T, K]) *Spec {
	if s == nil {
		return nil
	}
	with := *s
	with.Errs = slices.Clip(s.Errs)
	if s.Generate[part] != nil {
		with.Decline(fn, reflect.TypeFor[T](), "", "is said twice")
	}
	AddGenerator(&with, part, fn, []keygen.Generator[T, K]{g})
	return &with
}

// AddGenerator declares the generator of one part, if one is given.
func AddGenerator[T, K any](s *Spec, part int, fn string, gens []keygen.Generator[T, K]) {
	switch {
	case len(gens) == 0:
	case len(gens) > 1 || gens[0] == nil:
		s.Decline(fn, reflect.TypeFor[T](), "", "takes one generator at most, and none that is nil")
	default:
		s.Generate[part] = func(ptr reflect.Value) (reflect.Value, error) {
			k, err := gens[0](ptr.Interface().(*T))
			return reflect.ValueOf(&k).Elem(), err
		}
	}
}
