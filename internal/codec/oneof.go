package codec

import (
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// OneOf are the variants of the interface that a field holds, or that its elements
// are. They belong to a model, and to the field of the struct type: two models, or
// two fields, may give different variants to one interface.
type OneOf struct {
	Iface    reflect.Type
	Variants []Variant
	// Choose names the variant of a value that was stored without a tag, "" for
	// none. Nil: every value has a tag.
	Choose func(types.AttributeValue) (tag string)
}

// Variant is a type that an interface may hold, and the tag that it is stored under.
type Variant struct {
	Tag  string
	Type reflect.Type
}

// FieldOf names a field of a struct type by its index.
type FieldOf struct {
	Struct reflect.Type
	Index  int
}

// Set are the codecs of one model. It is a memo: what it returns depends on the
// type and on what was declared before its first use.
type Set struct {
	memo   sync.Map // planKey.key() → *Codec
	fields map[FieldOf]*OneOf
}

// NewSet returns the codecs of a model whose fields have variants.
func NewSet(fields map[FieldOf]*OneOf) *Set { return &Set{fields: fields} }

// For returns the codec of t without tag options. It never fails: what is
// wrong with t is in Err and Undeclared.
func (s *Set) For(t reflect.Type) *Codec { return s.lookup(planKey{typ: t}) }

// OneOf returns the variants of a field, nil if none are declared.
func (s *Set) OneOf(f FieldOf) *OneOf { return s.fields[f] }

func (s *Set) oneOf(t reflect.Type, field int) *OneOf { return s.fields[FieldOf{t, field}] }

// Named reports whether a value of a codec is a map of attributes whose names follow
// from the type: of a struct, or an interface with variants.
func Named(c *Codec) bool { return c.Kind() == Struct || c.Kind() == Union }

// Undeclared returns nil unless the type of a codec has interfaces with methods whose
// variants are not declared. Otherwise it is like Err: in a model they must be.
func Undeclared(c *Codec) error { return c.undeclared }

// InterfaceIn returns the interface that a field of type t holds, behind pointers or
// as the elements of lists and maps; nil if it holds none.
func InterfaceIn(t reflect.Type) reflect.Type {
	for n := 0; n < maxContainers; n++ {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			t = t.Elem()
		case reflect.Interface:
			return t
		default:
			return nil
		}
	}
	return nil
}

// maxContainers ends the walk of a type that consists of itself.
const maxContainers = 64

func endsInInterface(t reflect.Type) bool { return t != nil && InterfaceIn(t) != nil }

// undeclared compiles an interface whose variants nothing declares: outside a model,
// where a lens may lead through it, nothing is wrong with it.
func (b *builder) undeclared(c *Codec) options {
	c.kind, c.want = Union, "M"
	c.enc, c.dec = encodeUndeclared, decodeUndeclared
	c.problems = append(c.problems, problem{ofType: true, model: true, reason: whyUndeclared})
	return 0
}

const whyUndeclared = "is an interface with methods: a stored value could not be decoded into it; declare its variants with repo.OneOf"

func encodeUndeclared(c *Codec, v reflect.Value, _ depth) (types.AttributeValue, error) {
	if v.IsNil() {
		return nil, nil
	}
	return nil, c.valueError(c.typ.String() + " " + whyUndeclared)
}

func decodeUndeclared(c *Codec, _ types.AttributeValue, _ reflect.Value) error {
	return c.valueError(c.typ.String() + " " + whyUndeclared)
}

// union compiles an interface with variants.
func (b *builder) union(c *Codec) options {
	c.kind, c.want = Union, "M"
	c.enc, c.dec = encodeUnion, decodeUnion
	c.byName = make(map[string]*Field, len(c.oneOf.Variants))
	for _, v := range c.oneOf.Variants {
		f := &Field{Name: v.Tag, GoName: v.Type.String(), Type: v.Type, Codec: b.codec(planKey{v.Type, 0, c.oneOf})}
		c.fields = append(c.fields, f)
		c.byName[v.Tag] = f
	}
	return 0
}

// variantOf returns the variant that is of a type, nil if there is none.
func variantOf(c *Codec, t reflect.Type) *Field {
	for _, f := range c.fields {
		if f.Type == t {
			return f
		}
	}
	return nil
}

func encodeUnion(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	if v.IsNil() {
		return nil, nil
	}
	v = v.Elem()
	f := variantOf(c, v.Type())
	switch {
	case f == nil:
		return nil, c.valueError("the value is a " + v.Type().String() + ", and the declared variants of " + c.typ.String() + " are " + variantNames(c))
	case v.Kind() == reflect.Pointer && v.IsNil():
		return nil, c.valueError("the value is a nil " + v.Type().String() + " inside a " + c.typ.String() + " that is not nil; a variant is a value, and a nil " + c.typ.String() + " is none")
	}
	d, err := d.inner()
	if err != nil {
		return nil, err
	}
	d.made.Expect(&f.Codec.leaves, 1)
	av, err := f.Codec.encode(v, d)
	if err != nil {
		return nil, under(f.Name, err)
	}
	if av == nil { // a nil list or map: the tag says that it is one
		av = null()
	}
	return d.made.Map(map[string]types.AttributeValue{f.Name: av}), nil
}

func variantNames(c *Codec) string {
	var names []string
	for _, f := range c.fields {
		names = append(names, f.Type.String())
	}
	return strings.Join(names, ", ")
}

func decodeUnion(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	if tagged := c.Tagged(av); tagged != nil {
		av = tagged
	}
	m, ok := av.(*types.AttributeValueMemberM)
	if !ok || m == nil {
		return c.mismatch(av)
	}
	f, err := found(c, m.Value)
	if err != nil {
		return err
	}
	v := reflect.New(f.Type).Elem()
	if err := f.Codec.decode(m.Value[f.Name], v); err != nil {
		return under(f.Name, err)
	}
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return under(f.Name, c.valueError("a variant that is stored as NULL is no "+f.Type.String()))
	}
	dst.Set(v)
	return nil
}

// found returns the variant that a stored map has, which is its only attribute.
func found(c *Codec, m map[string]types.AttributeValue) (*Field, error) {
	var known *Field
	for name := range m {
		if f := c.byName[name]; f != nil && len(m) == 1 {
			known = f
		}
	}
	if known != nil {
		return known, nil
	}
	e := &UnknownVariantError{Type: c.typ.String()}
	for name := range m {
		e.Tag = name
	}
	if len(m) != 1 {
		e.Tag, e.attributes = "", len(m)
	}
	return nil, &Error{Type: e.Type, Reason: e.Error(), Err: e}
}

// Tagged returns a value that was stored without a tag as it would be with the one
// that the chooser of the variants names; nil if it has a tag, there is no chooser,
// or it names no variant.
func (c *Codec) Tagged(av types.AttributeValue) types.AttributeValue {
	c = c.core()
	if c.oneOf == nil || c.kind != Union || c.oneOf.Choose == nil {
		return nil
	}
	if m, ok := av.(*types.AttributeValueMemberM); ok && m != nil {
		if _, err := found(c, m.Value); err == nil {
			return nil
		}
	}
	tag := c.oneOf.Choose(av)
	if c.byName[tag] == nil {
		return nil
	}
	return &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{tag: av}}
}

// UnknownVariantError is a stored variant that a model does not declare.
type UnknownVariantError struct {
	Type string // the interface
	Tag  string // what it is stored under; "" if it is not in the form of a variant

	attributes int // without a tag: how many the map has
}

func (e *UnknownVariantError) Error() string {
	if e.Tag == "" {
		return "a variant of " + e.Type + " is a map with one attribute, its tag, and this one has " + strconv.Itoa(e.attributes)
	}
	return "the variant " + strconv.Quote(e.Tag) + " of " + e.Type + " is not declared"
}
