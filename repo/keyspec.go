package repo

import (
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// keySpec is a key declaration without its type parameters.
type keySpec struct {
	attrs    []*keyAttr   // partition key, sort key
	generate [2]generator // of each; nil where the value must have it
	detached bool
	errs     []error
}

// generator makes a part of the key of *T.
type generator func(ptr reflect.Value) (reflect.Value, error)

// add declares the field of a lens as the next key attribute.
func (s *keySpec) add(fn string, l *model.Lens) {
	if l.Err != nil {
		s.errs = append(s.errs, l.Err)
		return
	}
	if len(l.Path) != 1 {
		s.decline(fn, l.Root, l.Path.String(), "a key is an attribute of the object itself, not inside another")
		return
	}
	for _, step := range l.Steps {
		if step.Kind == model.Deref {
			s.decline(fn, l.Root, l.Path.String(), "a key is a field of the object itself, not behind a pointer")
			return
		}
	}
	a := &keyAttr{name: l.Path[0].Name, typ: l.Value, keyForm: keyFormOf(l.Codec), get: l.Get, set: l.Set, path: l.Path}
	if a.kind == "" {
		s.decline(fn, l.Root, l.Path.String(), notKeyable(l.Value))
		return
	}
	if a.withholds(len(s.attrs), l.Codec) {
		s.decline(fn, l.Root, l.Path.String(), l.Codec.Emptiness()+" in its tag keeps the zero value from being stored, which is a key like others; leave the option out")
		return
	}
	s.attrs = append(s.attrs, a)
}

func (s *keySpec) decline(fn string, t reflect.Type, path, reason string) {
	s.errs = append(s.errs, &lens.Error{Func: fn, Type: t.String(), Path: path, Reason: reason})
}

// key encodes key values; the error stays in the key until a verb uses it.
func (s *keySpec) key(values ...reflect.Value) storedKey {
	if len(s.errs) > 0 {
		return storedKey{err: s.errs[0]}
	}
	k := storedKey{parts: make([]types.AttributeValue, len(values))}
	for i, v := range values {
		if k.parts[i], k.err = s.attrs[i].keyValue(i, v); k.err != nil {
			return k
		}
	}
	return k
}

// keyAttr is one key attribute of a model.
type keyAttr struct {
	name string
	typ  reflect.Type
	keyForm
	get  func(root reflect.Value) (reflect.Value, bool)
	set  func(root, v reflect.Value) bool
	path fmt.Stringer
}

// keyValue encodes and checks one part of a key.
func (a *keyAttr) keyValue(pos int, v reflect.Value) (types.AttributeValue, error) {
	return a.checked(pos, v, a.encode)
}

// bound encodes and checks what stored sort keys are compared with.
func (a *keyAttr) bound(v reflect.Value) (types.AttributeValue, error) {
	return a.checked(1, v, a.operand)
}

func (a *keyAttr) checked(pos int, v reflect.Value, encode keyEncoder) (types.AttributeValue, error) {
	av, err := encode(v)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.name, err)
	}
	if err := checkKeyValue(pos, av); err != nil {
		return nil, fmt.Errorf("%s %w", a.name, err)
	}
	return av, nil
}
