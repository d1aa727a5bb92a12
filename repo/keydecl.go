package repo

import (
	"fmt"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/probe"
	"github.com/dystore/dystore/keygen"
)

// Keyed declares the key of a model of T: what KeyOf, CompositeKeyOf and
// DetachedKey return.
type Keyed[T any] interface {
	keySpec() *keySpec
	keyOf(*T)
}

// keySpec is a key declaration without its type parameters.
type keySpec struct {
	attrs    []*keyAttr // partition key, sort key
	generate func(ptr reflect.Value) (reflect.Value, error)
	detached bool
	errs     []error
}

// SimpleKey declares a key of one attribute, the partition key.
type SimpleKey[T, K any] struct{ spec *keySpec }

// KeyOf declares the field that holds an object's key. K may be a string, an
// integer, []byte, a byte array, a time.Time, a type with a text form such as
// uuid.UUID, or a named form of these. With a generator, Create and Put fill a
// zero key; without, an empty string or []byte is refused, and any other zero,
// that of a uuid.UUID as well, is a key like others.
func KeyOf[T, K any](field func(*T) *K, generator ...keygen.Generator[T, K]) SimpleKey[T, K] {
	spec := &keySpec{}
	spec.add("repo.KeyOf", probe.Of("repo.KeyOf", field))
	addGenerator(spec, "repo.KeyOf", generator)
	return SimpleKey[T, K]{spec}
}

// DetachedKey declares a key that is not in the model: objects are written
// with CreateAt and PutAt, or with Create if there is a generator.
func DetachedKey[T, K any](attribute string, generator ...keygen.Generator[T, K]) SimpleKey[T, K] {
	spec := &keySpec{detached: true}
	t := reflect.TypeFor[K]()
	a := &keyAttr{name: attribute, typ: t, path: text(attribute)}
	a.encode, a.kind = keyEncoder(codec.For(t))
	if why := badName(attribute); why != "" {
		spec.decline("repo.DetachedKey", reflect.TypeFor[T](), "", why)
	}
	if a.encode == nil {
		spec.decline("repo.DetachedKey", reflect.TypeFor[T](), attribute, notKeyable(t))
	}
	spec.attrs = append(spec.attrs, a)
	addGenerator(spec, "repo.DetachedKey", generator)
	return SimpleKey[T, K]{spec}
}

// Of returns the key of the object with the key value k.
func (d SimpleKey[T, K]) Of(k K) Key[T] {
	if d.spec == nil {
		return Key[T]{}
	}
	return Key[T]{d.spec.key(reflect.ValueOf(&k).Elem())}
}

func (d SimpleKey[T, K]) keySpec() *keySpec { return d.spec }
func (SimpleKey[T, K]) keyOf(*T)            {}

// CompositeKey declares a key of a partition key and a sort key.
type CompositeKey[T, P, S any] struct{ spec *keySpec }

// CompositeKeyOf declares the fields of the partition key and the sort key.
// Objects with the same partition key are stored in the order of their sort
// keys and found by Query. Times sort correctly: they are stored in UTC with
// nine fractional digits.
func CompositeKeyOf[T, P, S any](partition func(*T) *P, sort func(*T) *S) CompositeKey[T, P, S] {
	spec := &keySpec{}
	spec.add("repo.CompositeKeyOf", probe.Of("repo.CompositeKeyOf", partition))
	spec.add("repo.CompositeKeyOf", probe.Of("repo.CompositeKeyOf", sort))
	return CompositeKey[T, P, S]{spec}
}

// Of returns the key of the object with the partition key p and sort key s.
func (d CompositeKey[T, P, S]) Of(p P, s S) Key[T] {
	if d.spec == nil {
		return Key[T]{}
	}
	return Key[T]{d.spec.key(reflect.ValueOf(&p).Elem(), reflect.ValueOf(&s).Elem())}
}

func (d CompositeKey[T, P, S]) keySpec() *keySpec { return d.spec }
func (CompositeKey[T, P, S]) keyOf(*T)            {}

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
	a := &keyAttr{name: l.Path[0].Name, typ: l.Value, get: l.Get, set: l.Set, path: l.Path}
	if a.encode, a.kind = keyEncoder(l.Codec); a.encode == nil {
		s.decline(fn, l.Root, l.Path.String(), notKeyable(l.Value))
		return
	}
	s.attrs = append(s.attrs, a)
}

func (s *keySpec) decline(fn string, t reflect.Type, path, reason string) {
	s.errs = append(s.errs, &model.DeclError{Func: fn, Type: t.String(), Path: path, Reason: reason})
}

func addGenerator[T, K any](s *keySpec, fn string, gens []keygen.Generator[T, K]) {
	switch {
	case len(gens) == 0:
	case len(gens) > 1 || gens[0] == nil:
		s.decline(fn, reflect.TypeFor[T](), "", "takes one generator at most, and none that is nil")
	default:
		s.generate = func(ptr reflect.Value) (reflect.Value, error) {
			k, err := gens[0](ptr.Interface().(*T))
			return reflect.ValueOf(&k).Elem(), err
		}
	}
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

var timeType = reflect.TypeFor[time.Time]()

// keyTime sorts as text in the order of time, unlike RFC3339Nano, which drops
// trailing zeros and keeps the zone.
const keyTime = "2006-01-02T15:04:05.000000000Z"

// keyEncoder returns how a Go type is stored as a key, nil if it cannot be.
func keyEncoder(c *codec.Codec) (func(reflect.Value) (types.AttributeValue, error), types.ScalarAttributeType) {
	if c.Err() != nil || c.Type().Kind() == reflect.Pointer {
		return nil, ""
	}
	switch c.Kind() {
	case codec.String:
		if c.Type().ConvertibleTo(timeType) && c.Type().Kind() == reflect.Struct {
			return encodeKeyTime, types.ScalarAttributeTypeS
		}
		return c.Encode, types.ScalarAttributeTypeS
	case codec.Number:
		return func(v reflect.Value) (types.AttributeValue, error) { return encodeKeyNumber(c, v) }, types.ScalarAttributeTypeN
	case codec.Binary:
		return c.Encode, types.ScalarAttributeTypeB
	}
	return nil, ""
}

func encodeKeyTime(v reflect.Value) (types.AttributeValue, error) {
	t := v.Convert(timeType).Interface().(time.Time).UTC()
	if y := t.Year(); y < 0 || y > 9999 {
		return nil, fmt.Errorf("year %d cannot be sorted as text", y)
	}
	return &types.AttributeValueMemberS{Value: t.Format(keyTime)}, nil
}

// encodeKeyNumber encodes a number as DynamoDB will return it: the keys of parts
// and the bindings of sealed values are made from it.
func encodeKeyNumber(c *codec.Codec, v reflect.Value) (types.AttributeValue, error) {
	av, err := c.Encode(v)
	n, ok := av.(*types.AttributeValueMemberN)
	if err != nil || !ok {
		return av, err
	}
	text, err := item.NormalizeNumber(n.Value)
	return &types.AttributeValueMemberN{Value: text}, err
}

func notKeyable(t reflect.Type) string {
	return t.String() + " cannot be a key: a key is stored as a string, a number or binary"
}

// text is a string where a fmt.Stringer is wanted.
type text string

func (t text) String() string { return string(t) }
