package rules

import (
	"fmt"
	"reflect"
	"strconv"
)

// extent is what a change does to the number of elements.
type extent struct {
	grows, shrinks bool
	least          int // so many there are in any case
}

// extent finds it for a list, array or map.
func (r *review) extent(n *node, v reflect.Value) extent {
	switch {
	case n.takes():
		return extent{shrinks: true}
	case n.change != nil: // elements are added
		return extent{grows: true, least: v.Len()}
	}
	var e extent
	for _, k := range n.kids {
		switch {
		case k.removed():
			e.shrinks = true
		case v.Kind() == reflect.Map:
			e.grows = e.grows || k.change != nil && !k.takes() || r.parents && !k.removes()
			if !k.removes() {
				e.least++
			}
		default:
			e.least = max(e.least, k.index+1)
		}
	}
	if e.shrinks && v.Kind() == reflect.Slice {
		e.least = 0 // positions move
	}
	return e
}

// many reviews a list, array or map whose elements change, come or go.
func (r *review) many(at *spot, n *node, v reflect.Value, pointer bool) {
	if v.Kind() == reflect.Map && r.parents && at.made && n.change == nil {
		r.perhaps(at, n)
	}
	e := r.extent(n, v)
	var skips *rule
	omitted := n.change != nil && (pointer || at.entry) // where it was absent or empty, nothing was asked
	for _, rule := range at.chain.rules {
		switch {
		case rule.refs:
		case rule.omit != "":
			omitted = true
			if v.Kind() == reflect.Array && r.omission(at, rule, n, v, pointer) {
				skips = rule
			}
		case !rule.holds(v, n, e, omitted):
			r.doubt(at, rule, whyRest)
		}
	}
	if at.chain.dive == nil {
		return
	}
	if v.Kind() == reflect.Slice {
		lengthen(v, at.chain.rules)
	}
	switch {
	case n.takes():
		return
	case n.change != nil && v.Kind() == reflect.Map: // a set
		r.sure = append(r.sure, mark{at: at, inside: true})
		return
	case n.change != nil:
		r.sure = append(r.sure, mark{at: at, elems: e.least})
		return
	}
	r.unless(skips, at, func() {
		for _, k := range n.kids {
			if !k.removed() {
				r.element(at, k, v)
			}
		}
	})
}

// element reviews an element that changes, or something in it.
func (r *review) element(at *spot, k *node, v reflect.Value) {
	in := &spot{owner: at.owner, field: at.field, chain: at.chain.dive, loose: at.loose, change: k.first()}
	if v.Kind() != reflect.Map {
		in.ns = at.ns + "[" + strconv.Itoa(k.index) + "]"
		if k.index >= v.Len() { // farther than maxList
			if in.chain.asks {
				r.doubt(in, &rule{text: "dive"}, whyFar)
			}
			return
		}
		r.value(in, k, v.Index(k.index))
		return
	}
	in.ns, in.made, in.entry = at.ns+"["+fmt.Sprint(k.key)+"]", true, true
	switch keys := at.chain.keys; {
	case k.change == nil && r.parents:
		r.perhaps(in, k)
	case k.change != nil && keys != nil && !k.takes():
		r.sure = append(r.sure, mark{at: in, keys: keys})
	}
	e := reflect.New(v.Type().Elem()).Elem() // entries of a map cannot be set in place
	e.Set(v.MapIndex(k.key))
	r.value(in, k, e)
	v.SetMapIndex(k.key, e)
}

// holds reports whether a rule about a list, array or map is still met after a
// change of its elements, with any other elements.
func (r *rule) holds(v reflect.Value, n *node, e extent, omitted bool) bool {
	fixed := !e.grows && !e.shrinks
	same := true // nothing that the alternatives look at has changed
	for _, c := range r.calls {
		switch {
		case r.mixed:
			same = same && fixed && sizeRules[c.name] && !c.own
		case c.name == "required":
			if v.Kind() != reflect.Array && !n.takes() || n.filled(v.Type()) {
				return true
			}
			same = false
		case c.name == "unique" && !c.own && v.Kind() != reflect.Array && n.thins():
			return true
		case !sizeRules[c.name] || c.own:
			same = false
		case fixed:
		case !e.grows && c.upper() && len(r.calls) == 1:
			return true
		case c.least() >= 0 && (e.least >= c.least() || !e.shrinks && !omitted && len(r.calls) == 1):
			return true
		default:
			same = false
		}
	}
	return same
}

// least is the number of elements from which on a call that bounds it from
// below is met, negative for other calls.
func (c call) least() int {
	n, err := strconv.ParseInt(c.param, 0, 32)
	switch {
	case err != nil || !c.lower():
		return -1
	case c.name == "gt":
		n++
	}
	return int(max(n, 0))
}

// lengthen appends copies of an element until the list is as long as its rules
// want it, so that the validator comes to the elements.
func lengthen(v reflect.Value, rules []*rule) {
	want := v.Len()
	for _, r := range rules {
		for _, c := range r.calls {
			want = max(want, c.least())
			if n, err := strconv.Atoi(c.param); err == nil && (c.name == "len" || c.name == "eq") {
				want = max(want, n)
			}
		}
	}
	if want = min(want, maxList); v.Len() == 0 || want == v.Len() {
		return
	}
	list := reflect.MakeSlice(v.Type(), want, want)
	reflect.Copy(list, v)
	for i := v.Len(); i < want; i++ {
		list.Index(i).Set(v.Index(0))
	}
	v.Set(list)
}
