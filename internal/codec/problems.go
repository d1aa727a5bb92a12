package codec

import (
	"errors"
	"reflect"
)

// problem is why a type cannot be stored, as its own codec knows it: without
// the field that the type is used in.
type problem struct {
	owner  reflect.Type // struct type that declares the field at fault
	field  string       // the field at fault
	reason string
	ofType bool // the reason continues the name of the type
	model  bool // it is one in a model only, which would declare the variants of an interface
}

// refuse records a reason that is a whole sentence.
func (c *Codec) refuse(reason string) { c.problems = append(c.problems, problem{reason: reason}) }

// refuseType records a reason that continues the name of the type.
func (c *Codec) refuseType(reason string) {
	c.problems = append(c.problems, problem{reason: reason, ofType: true})
}

// refuseField records what is wrong with one field of a struct.
func (c *Codec) refuseField(owner reflect.Type, field, reason string) {
	c.problems = append(c.problems, problem{owner: owner, field: field, reason: reason})
}

// collect joins the problems of everything a value of c's type can contain: those
// that are problems in a model only, or the others.
func collect(root *Codec, model bool) error {
	w := collector{model: model, structs: map[*Codec]bool{}, open: map[*Codec]bool{}, said: map[string]bool{}}
	w.visit(root, nil, "")
	switch len(w.found) {
	case 0:
		return nil
	case 1:
		return w.found[0]
	}
	return errors.Join(w.found...)
}

type collector struct {
	model   bool
	structs map[*Codec]bool // done: their fields name themselves
	open    map[*Codec]bool // on the way to the current codec: recursion ends
	said    map[string]bool
	found   []error
}

// visit reports c as it is used by a field of the struct owner.
func (w *collector) visit(c *Codec, owner reflect.Type, field string) {
	if c == nil || w.structs[c] || w.open[c] {
		return
	}
	w.open[c] = true
	defer delete(w.open, c)
	for _, p := range c.problems {
		if p.model == w.model {
			w.report(c, p, owner, field)
		}
	}
	w.visit(c.pointee, owner, field)
	w.visit(c.elem, owner, field)
	w.visit(c.plain, owner, field)
	if c.kind == Union {
		for _, f := range c.fields {
			w.visit(f.Codec, owner, field)
		}
	}
	if c.kind == Struct {
		w.structs[c] = true
		for _, f := range c.fields {
			w.visit(f.Codec, f.owner, f.GoName)
		}
	}
}

func (w *collector) report(c *Codec, p problem, owner reflect.Type, field string) {
	e := &Error{Reason: p.reason}
	switch {
	case p.field != "":
		e.Type, e.Field = p.owner.String(), p.field
	case owner == nil || c.kind == Struct && !p.ofType:
		e.Type = c.typeName()
	default:
		e.Type, e.Field = owner.String(), field
		if p.ofType {
			e.Reason = c.typ.String() + " " + p.reason
		}
	}
	if text := e.Error(); !w.said[text] {
		w.said[text] = true
		w.found = append(w.found, e)
	}
}
