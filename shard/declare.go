package shard

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/probe"
	"github.com/dystore/dystore/lens"
)

// declaration collects a shard and every mistake in it.
type declaration struct {
	shard *model.Shard
	value reflect.Type // what the accessor leads to
	errs  []error
}

func declare[T, V any](kind model.ShardKind, at func(*T) *V) *declaration {
	l := probe.Of[lens.Error](kind.String(), at)
	d := &declaration{shard: &model.Shard{Kind: kind, At: l}, value: l.Value}
	if l.Err != nil {
		d.errs = append(d.errs, l.Err)
	}
	return d
}

// elements settles what an item of the shard holds, and refuses a type that
// another constructor is for, or none. holder says what holds the elements.
func (d *declaration) elements(t reflect.Type, holder string) {
	d.shard.Elem = t
	if d.shard.At.Err != nil {
		return
	}
	switch advice := d.advice(t); {
	case advice != "":
		d.refuse("%s", advice)
	case t.Kind() != reflect.Struct:
		d.refuse("it is %s%s; a shard holds structs", holder, t)
	case !divisible(t):
		d.refuse("it is %s%s, which marshals itself and is stored as one value; a shard holds structs stored field by field", holder, t)
	default:
		d.whole(t)
	}
}

// whole refuses a value at the path that is not stored there as one value that
// can be divided.
func (d *declaration) whole(elem reflect.Type) {
	steps := d.shard.At.Steps
	last := steps[len(steps)-1].Kind
	switch got := d.shard.At.Codec.Kind(); {
	case last == model.Deref && d.shard.Kind == model.ShardOne:
		d.refuse("it is what a *%s points to, which may be nil; use shard.Optional and return the address of the pointer", elem)
	case last == model.Deref:
		d.refuse("it is behind one more pointer, which may be nil; a list, map or pointer needs none")
	case got != d.stores():
		d.refuse("%s is stored as one value (%s)", d.value, got)
	}
}

// stores is how a value that can be divided is stored.
func (d *declaration) stores() codec.Kind {
	switch d.shard.Kind {
	case model.ShardEach, model.ShardEachPtr, model.ShardWithin:
		return codec.List
	case model.ShardEachValue, model.ShardWithinValues:
		return codec.Map
	}
	return codec.Struct
}

// advice names the constructor that t is for, if it is not this one.
func (d *declaration) advice(t reflect.Type) string {
	pointer := t.Kind() == reflect.Pointer
	switch d.shard.Kind {
	case model.ShardOne:
		return adviceOne(t)
	case model.ShardOptional:
		switch {
		case pointer:
			return fmt.Sprintf("it is a pointer to a %s; one pointer is enough", t)
		case t.Kind() == reflect.Slice, t.Kind() == reflect.Map:
			return fmt.Sprintf("it is a pointer to a %s; a nil list or map needs no pointer: use shard.Each, shard.EachPtr or shard.EachValue", t)
		}
	case model.ShardEach:
		if pointer {
			return fmt.Sprintf("it is a list of pointers, []%s; use shard.EachPtr", t)
		}
	case model.ShardEachValue, model.ShardWithin, model.ShardWithinValues:
		if pointer {
			return fmt.Sprintf("the elements are pointers, %s; they must be structs here", t)
		}
	}
	return ""
}

// adviceOne is advice for what was given to New.
func adviceOne(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
	default:
		return ""
	}
	elem := t.Elem()
	switch stored := codec.For(t).Kind(); {
	case t.Kind() == reflect.Pointer && elem.Kind() == reflect.Pointer:
		return fmt.Sprintf("it is a %s; one pointer is enough, with shard.Optional", t)
	case t.Kind() == reflect.Pointer && divisible(elem):
		return fmt.Sprintf("it is a %s, which may be nil; use shard.Optional", t)
	case stored == codec.List && elem.Kind() == reflect.Pointer:
		return fmt.Sprintf("it is a %s, a list; use shard.EachPtr", t)
	case stored == codec.List && divisible(elem):
		return fmt.Sprintf("it is a %s, a list; use shard.Each, or shard.Within for what is inside the elements", t)
	case stored == codec.Map && elem.Kind() == reflect.Pointer:
		return fmt.Sprintf("it is a %s; use shard.EachValue and a map of structs instead of pointers", t)
	case stored == codec.Map && divisible(elem):
		return fmt.Sprintf("it is a %s; use shard.EachValue, or shard.WithinValues for what is inside the values", t)
	}
	return ""
}

// divisible reports whether t is a struct stored field by field.
func divisible(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && codec.For(t).Kind() == codec.Struct
}

func (d *declaration) refuse(format string, args ...any) {
	l := d.shard.At
	d.errs = append(d.errs, &lens.Error{
		Func: d.shard.Kind.String(), Type: l.Root.String(), Path: l.GoPath(), Reason: fmt.Sprintf(format, args...)})
}

// finish adds where the shard goes and what is inside it. Without a placement
// the value stays where it is.
func finish[T, S any](d *declaration, p *Placement, parts []Part[S]) *Shard[T, S] {
	s := d.shard
	if p != nil {
		d.place(*p)
	} else if len(parts) == 0 {
		d.refuse("there is no shard inside; without one there is nothing to declare")
	}
	for i, part := range parts {
		if model.IsNil(part) {
			d.refuse("nested shard %d is nil", i+1)
			continue
		}
		s.Parts = append(s.Parts, part.ModelShard())
	}
	s.Err = joined(d.errs)
	return &Shard[T, S]{model.HandleShard[T, lens.Error](s)}
}

func (d *declaration) place(p Placement) {
	s := d.shard
	s.Table, s.KeyName, s.WhenOver, s.MovedFrom = p.table, p.keyName, p.whenOver, slices.Clone(p.movedFrom)
	s.Packed = p.packed
	if p.keyName == "" && len(p.faults) == 0 {
		d.refuse("the placement is empty; make one with shard.To")
	}
	for _, f := range p.faults {
		d.refuse("%s", f)
	}
}

func joined(errs []error) error {
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}
