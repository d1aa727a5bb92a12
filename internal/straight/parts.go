package straight

import (
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/fromwire"
	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/wire"
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

// step is a list or a map that is divided, or a part.
type step struct {
	inst  stored.Inst
	order *stored.Order
	item  *wire.Item
	depth int
}

func (r *reader) parts(v reflect.Value) bool {
	d := &divided{reader: r, v: v}
	steps := make([]step, 0, len(d.o.Parts)+len(d.o.Meta.Orders))
	tokens := make([]stored.Token, 0, 8)
	for inst, order := range d.o.Meta.Orders {
		if d.o.Wants(inst) {
			steps = append(steps, step{inst: inst, order: &order})
		}
	}
	for _, p := range d.o.Parts {
		steps = append(steps, step{inst: p.Inst, item: p.Item})
	}
	for i := range steps {
		all, err := steps[i].inst.AppendTokens(tokens[:0])
		if err != nil {
			return false
		}
		steps[i].depth = len(all)
	}
	// What holds others comes before them.
	slices.SortStableFunc(steps, func(a, b step) int { return a.depth - b.depth })
	for i := range steps {
		if !d.step(&steps[i], tokens) {
			return false
		}
	}
	return true
}

func (d *divided) step(s *step, room []stored.Token) bool {
	tokens, err := s.inst.AppendTokens(room[:0])
	if err != nil {
		return false
	}
	switch {
	case s.order != nil && s.order.IsMap:
		return d.entries(tokens, s.order)
	case s.order != nil:
		return d.list(s.inst, tokens, s.order)
	}
	switch last := tokens[len(tokens)-1]; last.Kind {
	case '#':
		at, ok := d.elems[s.inst]
		return ok && d.fill(s, at)
	case ':':
		return d.entry(s, tokens[:len(tokens)-1], last.Text)
	}
	at, ok := d.find(tokens)
	return ok && at.v.IsZero() && d.fill(s, at) // the parent may have it too
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
			at = spot{f.Shape, f.In(at.v)}
		case '#':
			elem, ok := d.elems[instance(tokens[:i+1])]
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

// instance is what tokens were parsed from, which have no entries of maps.
func instance(tokens []stored.Token) (i stored.Inst) {
	for _, t := range tokens {
		if t.Kind == '#' {
			i += "#" + stored.Inst(t.Text)
		} else {
			i = i.Name(t.Text)
		}
	}
	return i
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

func (d *divided) entry(s *step, of []stored.Token, name string) bool {
	at, ok := d.find(of)
	if !ok || at.shape.Form != shape.Map || at.v.Kind() != reflect.Map || at.v.IsNil() {
		return false
	}
	key, err := at.shape.Codec.KeyValue(name)
	if err != nil || at.v.MapIndex(key).IsValid() {
		return false
	}
	value := reflect.New(at.v.Type().Elem()).Elem()
	if !d.fill(s, spot{at.shape.Elem, value}) {
		return false
	}
	at.v.SetMapIndex(key, value)
	return true
}

// fill reads a part, which is a struct.
func (d *divided) fill(s *step, at spot) bool {
	if !s.item.Raw() || at.shape.Form != shape.Struct {
		return false
	}
	for at.v.Kind() == reflect.Pointer {
		at.v.Set(reflect.New(at.v.Type().Elem()))
		at.v = at.v.Elem()
	}
	meta, keyName, ttl := d.s.MetaAttr, d.o.Meta.KeyName(s.inst), d.o.Meta.TTL
	aside := func(name []byte) bool {
		return string(name) == meta || string(name) == keyName || ttl != "" && string(name) == stored.PartTTL
	}
	return d.read(piece{s.inst, s.item, aside}, (*fromwire.Plan)(at.shape), at.v)
}
