package codec

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/slab"
)

// Codec is the compiled plan of one Go type under one set of tag options. It
// is immutable and safe for concurrent use.
//
// Pointers are transparent: the codec of *E answers Kind, Fields, Elem and
// Ordered as the codec of E does, and is Nullable.
type Codec struct {
	typ      reflect.Type
	kind     Kind
	opts     options
	want     string // what a decode error says it expected: "S", "S or N"
	nullable bool
	ordered  bool
	instant  bool
	seconds  bool
	leafZero bool // omitempty asks reflect's IsZero instead of attributevalue's emptiness

	enc encodeFunc
	dec decodeFunc

	leaves  slab.Counts // what encoding a value makes; elements of lists and maps are not counted
	counted bool

	pointee *Codec // Pointer: the codec of what it points to
	elem    *Codec // List, Map, sets
	key     *keyPlan
	fields  []*Field
	byName  map[string]*Field
	plan    *group // Struct
	plain   *Codec // Custom with a method for one direction: the codec of the other
	text    textPlan

	of    *Set   // what the codecs of other types are looked up in
	oneOf *OneOf // of the field that the type belongs to: the variants of the interface at its end

	problems   []problem
	err        error
	undeclared error // interfaces without variants
}

type (
	encodeFunc func(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error)
	decodeFunc func(c *Codec, av types.AttributeValue, dst reflect.Value) error
)

// Field is one attribute of a struct. Fields of embedded structs are among the
// fields of the struct that embeds them.
type Field struct {
	Name      string            // attribute name
	GoName    string            // name of the Go field
	Index     []int             // as reflect.Value.FieldByIndex takes it
	Type      reflect.Type      // declared type, pointers included
	OmitEmpty bool              // the tag says omitempty
	Codec     *Codec            // under the tag's options, omitempty included
	Tag       reflect.StructTag // the whole tag

	owner reflect.Type // the struct type that declares the field
	going string       // Go path from the outermost struct, for errors: Base.ID
}

// Type returns the Go type of the codec.
func (c *Codec) Type() reflect.Type { return c.typ }

// Kind returns the DynamoDB shape of the type, behind its pointers.
func (c *Codec) Kind() Kind { return c.core().kind }

// Nullable reports whether the Go type has a nil, which means "absent".
func (c *Codec) Nullable() bool { return c.nullable }

// Ordered reports whether DynamoDB's comparison of stored values agrees with
// Go's comparison of the values: strings, numbers and binary. Text marshalers
// and RFC 3339 times are stored as strings that do not sort as their values
// do, so they are not ordered; unixtime is.
func (c *Codec) Ordered() bool { return c.core().ordered }

// Instant reports whether the type is a time that is stored as RFC 3339 text,
// which has many texts for one instant.
func (c *Codec) Instant() bool { return c.core().instant }

// Seconds reports whether the type is a time that is stored as a number, of
// seconds since 1970.
func (c *Codec) Seconds() bool { return c.core().seconds }

// Spelled reports whether the type is a number that is stored as text, under
// the option string: it sorts as text, 10 before 9.
func (c *Codec) Spelled() bool { return c.core().opts&asString != 0 }

// Emptiness returns the tag option, omitempty or nullempty, by which empty
// values are not stored as themselves; none is "".
func (c *Codec) Emptiness() string { return (c.opts & emptyOptions).String() }

// Empty reports whether v, of c's type, is what the options omitempty and nullempty mean.
func Empty(c *Codec, v reflect.Value) bool { return c.isEmpty(v) }

// Core returns the codec of what c's pointers lead to.
func Core(c *Codec) *Codec { return c.core() }

// DropsAbsent reports whether elements of a list or map that are absent are left out; if
// not they are NULL.
func DropsAbsent(c *Codec) bool { return c.core().opts&omitEmptyElem != 0 }

// Kept returns the codec without the options omitempty and nullempty.
func (c *Codec) Kept() *Codec { return c.of.lookup(innerKey(c, c.typ, c.opts&^emptyOptions)) }

// Elem returns the codec of the elements of a list or set and of the values
// of a map, under the options that reach the elements. Nil for other kinds.
// The elements of a set kept in a Go map are the map's keys.
func (c *Codec) Elem() *Codec { return c.core().elem }

// Fields returns the attributes of a struct in declaration order, embedded
// structs dissolved, and the variants of a Union, of which a value has one, as
// attributes named by their tags. Nil for other kinds. The slice must not be modified.
func (c *Codec) Fields() []*Field { return c.core().fields }

// Lookup returns the field with exactly this attribute name, or nil.
func (c *Codec) Lookup(name string) *Field { return c.core().byName[name] }

// FieldByIndex returns the field at a reflect index path, or nil if the path
// leads to no attribute: a skipped field, or an embedded struct itself.
func (c *Codec) FieldByIndex(index []int) *Field {
next:
	for _, f := range c.core().fields {
		if len(f.Index) != len(index) {
			continue
		}
		for i, x := range index {
			if f.Index[i] != x {
				continue next
			}
		}
		return f
	}
	return nil
}

// Err returns nil if values of the type can be stored. Otherwise it is an
// *Error, or several joined, each naming the Go type and field at fault.
// Interfaces that have no variants outside a model are in Undeclared.
func (c *Codec) Err() error { return c.err }

// Encode returns the attribute value of v, which must be of c.Type(). A nil
// attribute value means absent: v is nil, or empty under omitempty. The
// result shares no memory with v that a later change of v could reach.
//
// A value that DynamoDB cannot store (NaN, a number beyond 38 digits, invalid
// UTF-8, a set with duplicates, more than 32 levels) is an *Error that names
// the path inside v. Limits of size are not checked here.
func (c *Codec) Encode(v reflect.Value) (types.AttributeValue, error) {
	if err := c.check(v, false); err != nil {
		return nil, err
	}
	return c.encode(v, topOf(c))
}

// EncodeOperand is Encode for a v that stored values are compared with. It keeps
// what Encode drops: a time under unixtime has its fraction of a second, so that
// DynamoDB's comparison of the numbers is that of the times, before 1970 too,
// and a time with a fraction equals none that is stored.
func (c *Codec) EncodeOperand(v reflect.Value) (types.AttributeValue, error) {
	if err := c.check(v, false); err != nil {
		return nil, err
	}
	d := topOf(c)
	d.exact = true
	return c.encode(v, d)
}

// Decode stores av in dst, which must be settable and of c.Type(). It
// replaces the value: what av does not mention becomes the zero value, and
// slices, maps and pointers are allocated anew, so that nothing is shared
// with av or with what dst held before. A nil av and NULL are the zero value;
// only a type with its own UnmarshalDynamoDBAttributeValue is given NULL.
//
// After an error dst holds an unspecified mixture.
func (c *Codec) Decode(av types.AttributeValue, dst reflect.Value) error {
	if err := c.check(dst, true); err != nil {
		return err
	}
	return c.decode(av, dst)
}

// EncodeStruct returns the attributes of the struct v, but for those of fields of
// c.Fields() to leave out. The codec's kind must be Struct; a nil pointer is an error, for
// there is no item to write.
func EncodeStruct(c *Codec, v reflect.Value, without ...*Field) (map[string]types.AttributeValue, error) {
	if err := c.checkStruct(v, false); err != nil {
		return nil, err
	}
	for c.pointee != nil {
		if v.IsNil() {
			return nil, &Error{Type: c.typ.String(), Reason: "a nil pointer is no item"}
		}
		c, v = c.pointee, v.Elem()
	}
	m := make(map[string]types.AttributeValue, len(c.fields))
	if err := c.plan.encode(v, m, topOf(c), without); err != nil {
		return nil, err
	}
	return m, nil
}

// DecodeStruct stores the attributes of m in the struct dst, as Decode does.
// Attributes that the type does not have are ignored. A pointer is allocated.
func DecodeStruct(c *Codec, m map[string]types.AttributeValue, dst reflect.Value) error {
	if err := c.checkStruct(dst, true); err != nil {
		return err
	}
	for c.pointee != nil {
		p := reflect.New(c.pointee.typ)
		dst.Set(p)
		c, dst = c.pointee, p.Elem()
	}
	return c.plan.decode(m, dst)
}

// MapKey returns the attribute name of a Go map key. The codec's kind must be
// Map, and k of the map's key type.
func (c *Codec) MapKey(k reflect.Value) (string, error) {
	c = c.core()
	if c.err != nil {
		return "", c.err
	}
	if c.kind != Map || !k.IsValid() || k.Type() != c.typ.Key() {
		return "", &Error{Type: c.typeName(), Reason: "MapKey needs a key of this map type"}
	}
	return c.key.name(k)
}

// KeyValue returns the Go map key of an attribute name, the reverse of MapKey.
func (c *Codec) KeyValue(s string) (reflect.Value, error) {
	c = c.core()
	if c.err != nil {
		return reflect.Value{}, c.err
	}
	if c.kind != Map {
		return reflect.Value{}, &Error{Type: c.typeName(), Reason: "KeyValue needs a map type"}
	}
	k := reflect.New(c.typ.Key()).Elem()
	if err := c.key.parse(s, k); err != nil {
		return reflect.Value{}, err
	}
	return k, nil
}

// core follows pointers to the codec of the value behind them.
func (c *Codec) core() *Codec {
	for c.pointee != nil {
		c = c.pointee
	}
	return c
}

func (c *Codec) typeName() string {
	if c.typ == nil {
		return "nil"
	}
	return c.typ.String()
}

// encode applies omitempty and nullempty around the type's own plan.
func (c *Codec) encode(v reflect.Value, d depth) (types.AttributeValue, error) {
	if c.opts&(omitEmpty|nullEmpty) == 0 {
		return c.enc(c, v, d)
	}
	if c.isEmpty(v) {
		if c.opts&omitEmpty != 0 {
			return nil, nil
		}
		return null(), nil
	}
	av, err := c.enc(c, v, d)
	if av == nil && err == nil && c.opts&nullEmpty != 0 {
		return null(), nil
	}
	return av, err
}

func (c *Codec) decode(av types.AttributeValue, dst reflect.Value) error {
	if av == nil || c.kind != Custom && item.IsNull(av) {
		dst.SetZero()
		return nil
	}
	return c.dec(c, av, dst)
}

// isEmpty is attributevalue's notion of empty, except for leaves stored as
// text: no zone of a zero time and no all-zero UUID is worth an attribute.
func (c *Codec) isEmpty(v reflect.Value) bool {
	if c.leafZero {
		return v.IsZero()
	}
	switch v.Kind() {
	case reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	case reflect.Float32, reflect.Float64:
		return v.Float() == 0 // minus zero too
	}
	return v.IsZero()
}

func null() types.AttributeValue { return &types.AttributeValueMemberNULL{Value: true} }
