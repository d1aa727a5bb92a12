package schema

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

// KeySpec is a key declaration without its type parameters.
type KeySpec struct {
	Attrs    []*Attr      // partition key, sort key
	Joined   *Joined      // what they are made of, if they are no fields of T; nil: they are, or Detached
	Generate [2]generator // of each; nil where the value must have it
	Detached bool
	Errs     []error
}

// generator makes a part of the key of *T.
type generator func(ptr reflect.Value) (reflect.Value, error)

// Add declares the field of a lens as the next key attribute.
func (s *KeySpec) Add(fn string, l *model.Lens) {
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
	a := &Attr{Name: l.Path[0].Name, Typ: l.Value, KeyForm: KeyFormOf(l.Codec), Get: l.Get, Set: l.Set, Path: l.Path}
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
func (s *KeySpec) AddDetached(fn string, t reflect.Type, attribute string, k reflect.Type) {
	s.Detached = true
	a := &Attr{Name: attribute, Typ: k, KeyForm: KeyFormOf(codec.For(k)), Path: fail.Text(attribute)}
	if why := BadName(attribute); why != "" {
		s.Decline(fn, t, "", why)
	}
	if a.Kind == "" {
		s.Decline(fn, t, attribute, NotKeyable(k))
	}
	s.Attrs = append(s.Attrs, a)
}

// Decline notes a mistake of the declaration.
func (s *KeySpec) Decline(fn string, t reflect.Type, path, reason string) {
	s.Errs = append(s.Errs, &lens.Error{Func: fn, Type: t.String(), Path: path, Reason: reason})
}

// Has reports whether an attribute is one of the key, or a field that the key is made
// of.
func (s *KeySpec) Has(name string) bool {
	return slices.ContainsFunc(s.Attrs, func(a *Attr) bool { return a.Name == name }) || s.Joined != nil && s.Joined.named(name) != nil
}

// Key encodes key values; the error stays in the key until a verb uses it.
func (s *KeySpec) Key(values ...reflect.Value) tables.Key {
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

// Attr is one key attribute of a model.
type Attr struct {
	Name string
	Typ  reflect.Type
	KeyForm
	Get  func(root reflect.Value) (reflect.Value, bool)
	Set  func(root, v reflect.Value) bool
	Path fmt.Stringer
}

// is reports whether a lens leads to the attribute.
func (a *Attr) is(l *model.Lens) bool { return len(l.Path) == 1 && l.Path[0].Name == a.Name }

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
func Generating[T, K any](s *KeySpec, part int, fn string, g keygen.Generator[T, K]) *KeySpec {
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
func AddGenerator[T, K any](s *KeySpec, part int, fn string, gens []keygen.Generator[T, K]) {
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

// Operand encodes a value that is compared with what a lens leads to, and says
// whether instants are compared. Keys have one form, which is compared.
func (s *Schema) Operand(l *model.Lens, v reflect.Value) (av types.AttributeValue, instant bool, err error) {
	for _, a := range s.Key.Attrs {
		if a.is(l) && a.Typ == v.Type() {
			av, err = a.Operand(v)
			return av, false, err
		}
	}
	av, err = l.EncodeOperand(v)
	return av, l.Codec.Instant() || l.Codec.Seconds(), err
}
