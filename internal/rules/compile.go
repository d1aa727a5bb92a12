package rules

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"
)

// Set is what a validator asks of a struct type and of everything in it. It is
// immutable.
type Set struct {
	v       *validator.Validate
	typ     reflect.Type
	root    *structure
	prefix  string                      // of the validator's names: the type of the root, if it has one
	structs map[reflect.Type]*structure // those that the validator comes to
	setup   *setup
	asks    bool
	holds   Holds      // what interfaces hold
	loops   bool       // values of these types may hold themselves
	barrier *Undecided // a function that may look at anything: nothing can be decided
}

// structure is a struct type.
type structure struct {
	typ    reflect.Type
	fields []field // by index
	refs   []*ref
	fn     bool // a function of the user's looks at this struct, and no further
}

type field struct {
	name  string
	typ   reflect.Type
	shown bool   // the validator looks at it
	chain *chain // about it

	embedded bool // it is no attribute, its fields are
}

// Local names the user's functions that look at nothing but what they are
// registered for: validation functions at the value of their field,
// struct-level functions at their struct.
type Local struct {
	Functions []string
	Structs   []reflect.Type
}

// Holds returns the types that the interface in a field of a struct may hold; none if
// they are not known.
type Holds func(t reflect.Type, field int) []reflect.Type

// Fault is a tag that the validator could not read, or a name that it does not
// know. Type and Field are empty for the latter.
type Fault struct {
	Type   reflect.Type
	Field  string
	Reason string
}

func (f *Fault) Error() string { return f.Reason }

var timeType = reflect.TypeFor[time.Time]()

// compiler walks types as the validator walks values.
type compiler struct {
	s      *Set
	local  map[string]bool
	inside map[reflect.Type]bool // structs whose functions look no further
	open   map[reflect.Type]bool // structs that are being walked
	errs   []error
}

// Compile reads what v asks of a T. The error joins a *Fault for each mistake.
// Functions that are registered later are not known.
func Compile(v *validator.Validate, t reflect.Type, local Local, holds Holds) (*Set, error) {
	return compile(v, t, local, holds, lookup(v))
}

func compile(v *validator.Validate, t reflect.Type, local Local, holds Holds, setup *setup) (*Set, error) {
	s := &Set{v: v, typ: t, holds: holds, structs: map[reflect.Type]*structure{}, setup: setup}
	if t.Name() != "" {
		s.prefix = t.Name() + "."
	}
	if setup.blind {
		s.asks, s.loops, s.barrier = true, true, &Undecided{Why: whyBlind}
		return s, nil
	}
	c := &compiler{s: s, local: map[string]bool{}, inside: map[reflect.Type]bool{}, open: map[reflect.Type]bool{}}
	c.trust(local)
	s.root = c.structure(t)
	if len(c.errs) > 0 {
		return nil, errors.Join(c.errs...)
	}
	for _, st := range s.structs {
		for i := range st.fields {
			s.settle(st.fields[i].typ, st.fields[i].chain)
		}
	}
	s.asks = s.asked(t, &chain{}, map[reflect.Type]bool{})
	return s, nil
}

// Loops reports whether a value may hold itself. The validator follows it
// without end; the codec refuses it.
func (s *Set) Loops() bool { return s.asks && s.loops }

// settle notes what a chain is about, once all types are known.
func (s *Set) settle(t reflect.Type, ch *chain) {
	ch.dynamic = s.dynamic(t)
	ch.asks = s.asked(t, ch, map[reflect.Type]bool{})
	if t = deref(t); ch.dive != nil && !ch.dynamic {
		s.settle(t.Elem(), ch.dive)
	}
}

// trust takes over the names of functions that look no further.
func (c *compiler) trust(local Local) {
	for _, name := range local.Functions {
		if there, _ := c.s.setup.function(name); !there {
			c.errs = append(c.errs, &Fault{Reason: fmt.Sprintf("repo.FieldRules: the validator has no function %q", name)})
		}
		c.local[name] = true
	}
	for _, t := range local.Structs {
		if t == nil || !c.s.setup.structFunc(t) {
			c.errs = append(c.errs, &Fault{Reason: fmt.Sprintf("repo.StructRules: the validator has no function for %v", t)})
		}
		c.inside[t] = true
	}
}

func (c *compiler) structure(t reflect.Type) *structure {
	if st, ok := c.s.structs[t]; ok {
		c.s.loops = c.s.loops || c.open[t]
		return st
	}
	c.open[t] = true
	defer delete(c.open, t)
	st := &structure{typ: t, fields: make([]field, t.NumField())}
	c.s.structs[t] = st
	c.function(st)
	for i := range st.fields {
		sf := t.Field(i)
		f := &st.fields[i]
		attribute, _, _ := strings.Cut(sf.Tag.Get("dynamodbav"), ",")
		*f = field{name: sf.Name, typ: sf.Type, chain: &chain{}, embedded: sf.Anonymous && attribute == ""}
		tag := c.s.setup.tagOf(t, sf)
		if tag == "-" || !c.s.setup.shows(sf) {
			continue
		}
		chain, err := c.s.setup.chain(tag)
		if err != nil {
			c.fault(st, f, err.Error())
			continue
		}
		f.shown, f.chain = true, chain
		c.value(st, i, sf.Type, chain)
		c.references(st, i)
	}
	return st
}

// function looks for a struct-level function.
func (c *compiler) function(st *structure) {
	switch {
	case !c.s.setup.structFunc(st.typ):
	case c.inside[st.typ]:
		st.fn = true
	default:
		c.bar(&Undecided{Type: st.typ.String(), Why: whyStruct})
	}
}

func (c *compiler) bar(u *Undecided) {
	if c.s.barrier == nil {
		c.s.barrier = u
	}
}

func (c *compiler) fault(st *structure, f *field, reason string) {
	c.errs = append(c.errs, &Fault{Type: st.typ, Field: f.name, Reason: reason})
}

// value follows a field, or the elements of one, to what lies inside.
func (c *compiler) value(st *structure, i int, t reflect.Type, ch *chain) {
	f := &st.fields[i]
	for _, r := range ch.rules {
		for k := range r.calls {
			if call := &r.calls[k]; call.own && !c.local[call.name] {
				c.bar(&Undecided{Type: st.typ.String(), Field: f.name, Rule: r.text, Why: whyFunction})
			}
		}
	}
	if c.s.dynamic(t) {
		c.s.loops = true
		if t.Kind() == reflect.Interface && !ch.ends {
			c.variants(st.typ, i)
		}
		return
	}
	t = deref(t)
	switch t.Kind() {
	case reflect.Struct:
		switch {
		case t.ConvertibleTo(timeType):
		case !ch.ends:
			c.structure(t)
		case ch.fnOnly:
			c.function(&structure{typ: t})
		}
	case reflect.Slice, reflect.Array, reflect.Map:
		if ch.dive == nil {
			return
		}
		if t.Kind() == reflect.Map && ch.keys != nil {
			c.value(st, i, t.Key(), ch.keys)
		}
		c.value(st, i, t.Elem(), ch.dive)
		return
	}
	if ch.dive != nil {
		c.fault(st, f, fmt.Sprintf("its validation rule dive needs a list or a map, not %s", t))
	}
}

// variants follows an interface to the structs that it may hold.
func (c *compiler) variants(t reflect.Type, field int) {
	if c.s.holds == nil {
		return
	}
	for _, v := range c.s.holds(t, field) {
		if v = deref(v); v.Kind() == reflect.Struct && !v.ConvertibleTo(timeType) && !c.s.setup.converts(v) {
			c.structure(v)
		}
	}
}

// asked reports whether there may be a rule about a value of type t, or about
// something in it.
func (s *Set) asked(t reflect.Type, ch *chain, seen map[reflect.Type]bool) bool {
	if len(ch.rules) > 0 || s.dynamic(t) || t.Kind() == reflect.Pointer && ch.tagged() {
		return true // any word of a tag refuses nil, but for those that omit it
	}
	t = deref(t)
	switch t.Kind() {
	case reflect.Struct:
		st := s.structs[t]
		switch {
		case s.setup.structFunc(t) && (!ch.ends || ch.fnOnly):
			return true
		case ch.ends || st == nil || seen[t]:
			return false
		}
		seen[t] = true
		for i := range st.fields {
			if f := &st.fields[i]; f.shown && s.asked(f.typ, f.chain, seen) {
				return true
			}
		}
	case reflect.Slice, reflect.Array, reflect.Map:
		return ch.keys != nil && s.asked(t.Key(), ch.keys, seen) || ch.dive != nil && s.asked(t.Elem(), ch.dive, seen)
	}
	return false
}

// dynamic reports whether the validator looks at a value whose type is not
// known before: what an interface holds, or what the validator takes in place
// of a value.
func (s *Set) dynamic(t reflect.Type) bool {
	for n := 0; n < maxPointers && t.Kind() == reflect.Pointer; n++ {
		if s.setup.converts(t) {
			return true
		}
		t = t.Elem()
	}
	return t.Kind() == reflect.Interface || s.setup.converts(t)
}

// unasked reports whether nothing is asked of a value of type t in an interface whose
// field has no tag: without one the validator looks into structs only.
func (s *Set) unasked(t reflect.Type) bool {
	k := deref(t).Kind()
	return k != reflect.Struct && !s.dynamic(t) && !s.setup.converts(deref(t))
}

// maxPointers bounds how far pointers to pointers are followed: a type may be a
// pointer to itself.
const maxPointers = 64

func deref(t reflect.Type) reflect.Type {
	for n := 0; n < maxPointers && t.Kind() == reflect.Pointer; n++ {
		t = t.Elem()
	}
	return t
}
