package straight

import (
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/fromwire"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/stored"
)

// divided puts the parts of an object into its value: structs, and the elements and entries
// of lists and maps that are divided.
type divided struct {
	*reader
	v     reflect.Value
	elems map[stored.Inst]spot // of lists
}

// spot is a place in the value, and how it is read.
type spot struct {
	shape *shape.Shape
	v     reflect.Value
}

func (r *reader) parts(v reflect.Value) bool {
	steps, err := place.Steps(r.o.Meta, func(inst stored.Inst) bool { return !r.o.Wants(inst) })
	if err != nil {
		return false
	}
	d := &divided{reader: r, v: v}
	return !slices.ContainsFunc(steps, func(s place.Step) bool { return !d.step(s) })
}

func (d *divided) step(s place.Step) bool {
	switch {
	case s.Order != nil && s.Order.IsMap:
		return d.entries(s.Tokens, s.Order)
	case s.Order != nil:
		return d.list(s.Inst, s.Tokens, s.Order)
	}
	switch last := len(s.Tokens) - 1; s.Tokens[last].Kind {
	case '#':
		at, ok := d.elems[s.Inst]
		return ok && d.fill(s.Inst, at)
	case ':':
		return d.entry(s.Inst, s.Tokens[:last], s.Tokens[last].Text)
	}
	at, ok := d.find(s.Tokens)
	return ok && at.v.IsZero() && d.fill(s.Inst, at) // the parent may have it too
}

// find is the spot that tokens lead to. What it is in has to be there.
func (d *divided) find(tokens []stored.Token) (spot, bool) {
	at := spot{(*shape.Shape)(d.plan), d.v}
	for i, t := range tokens {
		if i > 0 && at.v.Kind() == reflect.Pointer {
			if at.v.IsNil() {
				return spot{}, false
			}
			at.v = at.v.Elem()
		}
		switch t.Kind {
		case '.':
			f := at.shape.ByName[t.Text]
			if f == nil || at.v.Kind() != reflect.Struct {
				return spot{}, false
			}
			at = spot{f.Shape, f.Var(at.v)}
		case '#':
			elem, ok := d.elems[place.Instance(tokens[:i+1])]
			if !ok {
				return spot{}, false
			}
			at = elem
		default:
			return spot{}, false // an entry of a map has no address
		}
	}
	return at, true
}

// list makes a list whose elements are parts, each of them.
func (d *divided) list(inst stored.Inst, tokens []stored.Token, order *stored.Order) bool {
	at, ok := d.find(tokens)
	if !ok || at.shape.Form != shape.List || at.v.Kind() != reflect.Slice || !at.v.IsZero() {
		return false
	}
	n := len(order.Elems)
	at.v.Set(reflect.MakeSlice(at.v.Type(), n, n))
	if d.elems == nil {
		d.elems = make(map[stored.Inst]spot, n)
	}
	for i, e := range order.Elems {
		if e.Nil {
			continue
		}
		elem := inst.Elem(e.ID)
		if _, apart := d.o.Meta.Parts[elem]; !apart {
			return false // it is in the parent
		}
		d.elems[elem] = spot{at.shape.Elem, at.v.Index(i)}
	}
	return true
}

// entries makes a map of which entries are parts, or nil.
func (d *divided) entries(tokens []stored.Token, order *stored.Order) bool {
	at, ok := d.find(tokens)
	if !ok || at.shape.Form != shape.Map || at.v.Kind() != reflect.Map || !at.v.IsZero() {
		return false
	}
	at.v.Set(reflect.MakeMap(at.v.Type()))
	for _, name := range order.Nils {
		key, err := at.shape.Codec.KeyValue(name)
		if err != nil {
			return false
		}
		at.v.SetMapIndex(key, reflect.Zero(at.v.Type().Elem()))
	}
	return true
}

func (d *divided) entry(inst stored.Inst, of []stored.Token, name string) bool {
	at, ok := d.find(of)
	if !ok || at.shape.Form != shape.Map || at.v.Kind() != reflect.Map || at.v.IsNil() {
		return false
	}
	key, err := at.shape.Codec.KeyValue(name)
	if err != nil || at.v.MapIndex(key).IsValid() {
		return false
	}
	value := reflect.New(at.v.Type().Elem()).Elem()
	if !d.fill(inst, spot{at.shape.Elem, value}) {
		return false
	}
	at.v.SetMapIndex(key, value)
	return true
}

// fill reads a part, which is a struct.
func (d *divided) fill(inst stored.Inst, at spot) bool {
	item := d.o.Item(inst)
	if !item.Raw() || at.shape.Form != shape.Struct {
		return false
	}
	for at.v.Kind() == reflect.Pointer {
		at.v.Set(reflect.New(at.v.Type().Elem()))
		at.v = at.v.Elem()
	}
	meta, keyName, ttl := d.s.MetaAttr, d.o.Meta.KeyName(inst), d.o.Meta.TTL
	aside := func(name []byte) bool {
		return string(name) == meta || string(name) == keyName || ttl != "" && string(name) == stored.PartTTL
	}
	return d.read(piece{inst, item, aside}, (*fromwire.Plan)(at.shape), at.v)
}
