package codec

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type planKey struct {
	typ   reflect.Type
	opts  options
	oneOf *OneOf // of the field, where the type may lead to an interface
}

// innerKey is the key of a codec for what c's type consists of.
func innerKey(c *Codec, t reflect.Type, opts options) planKey { return planKey{t, opts, c.oneOf} }

// key is k as a key of a memo: without options the type alone, which is looked
// up for each value in an interface and in this form costs no allocation.
func (k planKey) key() any {
	if k.opts == 0 && k.oneOf == nil {
		return k.typ
	}
	return k
}

// universal are the codecs of types outside any model.
var universal = &Set{}

// For returns the codec of t without tag options. It never fails: what is
// wrong with t is in Err.
func For(t reflect.Type) *Codec { return universal.For(t) }

func (s *Set) lookup(k planKey) *Codec {
	if c, ok := s.memo.Load(k.key()); ok {
		return c.(*Codec)
	}
	b := &builder{of: s, made: make(map[planKey]*Codec)}
	b.codec(k)
	// A recursive type is only whole once all its parts are built, so what
	// looks at parts, and showing the codecs to others, waits until then.
	for _, check := range b.later {
		check()
	}
	for _, c := range b.made {
		countOf(c)
		b.faulty = b.faulty || len(c.problems) > 0
	}
	for _, c := range b.made {
		if b.faulty { // a walk for each: not worth it for sound models
			c.err, c.undeclared = collect(c, false), collect(c, true)
		}
	}
	for k, c := range b.made {
		s.memo.LoadOrStore(k.key(), c)
	}
	c, _ := s.memo.Load(k.key())
	return c.(*Codec)
}

// builder compiles one type and the types inside it.
type builder struct {
	of     *Set
	made   map[planKey]*Codec
	later  []func() // checks of a codec against its finished parts
	faulty bool     // a part cannot be stored
}

func (b *builder) codec(k planKey) *Codec {
	if !endsInInterface(k.typ) {
		k.oneOf = nil
	}
	if c, ok := b.of.memo.Load(k.key()); ok {
		c := c.(*Codec)
		b.faulty = b.faulty || c.err != nil || c.undeclared != nil
		return c
	}
	if c, ok := b.made[k]; ok {
		return c // finished, or being built further up: a recursive type
	}
	c := &Codec{typ: k.typ, opts: k.opts, of: b.of, oneOf: k.oneOf}
	b.made[k] = c
	if k.typ == nil {
		c.refuse("a nil type cannot be stored")
		return c
	}
	allowed := b.build(c)
	if len(c.problems) == 0 {
		c.checkOptions(allowed)
	}
	return c
}

// build fills in the plan and returns the tag options it heeds.
func (b *builder) build(c *Codec) options {
	t := c.typ
	switch t.Kind() {
	case reflect.Slice, reflect.Map, reflect.Pointer, reflect.Interface:
		c.nullable = true
	}
	switch {
	case isAttributeValue(t):
		c.refuseType("is the SDK's own form of a value; declare the Go type of the value")
		return 0
	case t.Kind() == reflect.Pointer:
		return b.pointer(c)
	case t.Kind() == reflect.Interface:
		return b.iface(c)
	case isCustom(t):
		return b.custom(c)
	}
	return b.standard(c)
}

// standard compiles a type without regard to attributevalue's marshalers.
func (b *builder) standard(c *Codec) options {
	t := c.typ
	switch {
	case isTime(t) && (c.opts&unixTime != 0 || t == timeType || !isText(t)):
		return b.time(c)
	case t == urlType || isText(t):
		return b.textual(c)
	}
	switch t.Kind() {
	case reflect.Bool:
		return b.scalar(c, Bool, "BOOL", encodeBool, decodeBool)
	case reflect.String:
		if isNumeric(t) {
			return b.scalar(c, Number, "N", encodeNumeral, decodeNumeral)
		}
		return b.scalar(c, String, "S", encodeString, decodeString)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return b.scalar(c, Number, "N", encodeInt, decodeInt)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return b.scalar(c, Number, "N", encodeUint, decodeUint)
	case reflect.Float32, reflect.Float64:
		return b.scalar(c, Number, "N", encodeFloat, decodeFloat)
	case reflect.Slice, reflect.Array:
		return b.sequence(c)
	case reflect.Map:
		return b.mapping(c)
	case reflect.Struct:
		return b.structure(c)
	}
	c.refuseType("cannot be stored")
	return 0
}

// pointer compiles *E. Options of emptiness stay with the pointer, whose only
// empty value is nil; the rest is E's.
func (b *builder) pointer(c *Codec) options {
	seen := map[reflect.Type]bool{}
	for t := c.typ; t.Kind() == reflect.Pointer; t = t.Elem() {
		if seen[t] {
			c.refuseType("points to itself and never to a value")
			return 0
		}
		seen[t] = true
	}
	c.enc, c.dec = encodePointer, decodePointer
	c.pointee = b.codec(innerKey(c, c.typ.Elem(), c.opts&^emptyOptions))
	return c.opts
}

func encodePointer(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	if v.IsNil() {
		return nil, nil
	}
	return c.pointee.encode(v.Elem(), d)
}

func decodePointer(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	p := reflect.New(c.pointee.typ)
	if err := c.pointee.decode(av, p.Elem()); err != nil {
		return err
	}
	dst.Set(p)
	return nil
}

// checkOptions refuses the options that have no meaning for the type.
func (c *Codec) checkOptions(allowed options) {
	allowed |= inherited
	if c.opts&inherited != 0 {
		allowed |= elemOptions // for elements of elements, if there are any
	}
	for _, n := range optionNames {
		switch {
		case c.opts&^(allowed|emptyOptions)&n.opt == 0:
			continue
		case c.kind == Custom:
			c.refuse("option " + n.name + " has no effect on " + c.typ.String() + ", which marshals itself")
		default:
			c.refuse("option " + n.name + " needs " + optionNeeds(n.opt) + ", not " + c.typ.String())
		}
		return
	}
}

func optionNeeds(o options) string {
	switch {
	case o&asString != 0:
		return "a number"
	case o&unixTime != 0:
		return "a time.Time"
	case o&setOptions != 0:
		return "a slice, an array, or a map with struct{} or bool values"
	}
	return "a slice, array or map"
}
