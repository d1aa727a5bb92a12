package rules

import (
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/model"
)

// review goes through the places that an Update changes and sorts the rules
// that it touches: those that the validator can be asked, on the scratch
// object, and those in doubt. What holds anyway is in neither.
type review struct {
	s       *Set
	parents bool // absent parents are created
	sure    []mark
	loose   []mark // failing may mean nothing: what is there may be absent, or not asked
	fresh   []mark // values that may be new as a whole
	doubts  []doubt
	way     []*spot
	blocked bool // the validator would call a function that looks at what is not known
}

// mark is a place of the scratch object that the validator is asked about.
type mark struct {
	at    *spot
	elems int    // so many elements of the list, not the list; 0 for a value
	keys  *chain // of the entry only its key, which this is about

	inside bool // what is in the map, not the map
}

// doubt is a rule that cannot be decided, about the value with the name ns, or
// about elements of it.
type doubt struct {
	ns    string
	elems bool
	rule  *rule
	err   *Undecided
}

// spot is a value and the chain that is about it, from the tag of a field. ns
// is the validator's name of the value.
type spot struct {
	owner *structure
	field *field
	chain *chain
	ns    string
	made  bool // it is new where it was absent: a field or an entry, no list element
	entry bool // of a map: adding and appending make it
	loose bool // it is in something that may be absent

	change *model.Change // one that concerns it
}

// in returns the spot of a field of the struct at a spot.
func (at *spot) in(st *structure, f *field, k *node) *spot {
	ns := at.ns + f.name
	if at.owner != nil {
		ns = at.ns + "." + f.name
	}
	return &spot{owner: st, field: f, chain: f.chain, ns: ns, made: true, loose: at.loose, change: k.first()}
}

// doubt notes that a rule cannot be decided. A function that looks into a value
// must not be given half of one.
func (r *review) doubt(at *spot, rule *rule, why string) {
	r.blocked = r.blocked || rule.looksInto()
	err := &Undecided{Type: at.owner.typ.String(), Field: at.field.name, Rule: rule.text, Why: why, Change: at.change}
	r.doubts = append(r.doubts, doubt{ns: at.ns, rule: rule, err: err})
}

// function notes that the function of a struct cannot be asked.
func (r *review) function(t reflect.Type, n *node) {
	r.blocked = true
	r.doubts = append(r.doubts, doubt{err: &Undecided{Type: t.String(), Why: whyRest, Change: n.first()}})
}

// structure reviews a struct v that stays, apart from what n changes in it.
func (r *review) structure(at *spot, st *structure, n *node, v reflect.Value) {
	if st.fn {
		r.function(st.typ, n)
	}
	for _, f := range st.refs {
		r.reference(at, st, f, n, v)
	}
	for _, k := range n.kids {
		if f := &st.fields[k.field]; f.shown {
			r.value(at.in(st, f, k), k, v.Field(k.field))
		}
	}
}

// reference reviews a rule that is about several fields of a struct. It is
// touched if one of them is, and decided if all of them are known.
func (r *review) reference(at *spot, st *structure, f *ref, n *node, v reflect.Value) {
	var other *node
	known := true
	for _, target := range f.targets {
		k, exact := n.at(target)
		if k == nil && !f.presence() {
			k = r.made(n, st.typ, target)
		}
		if other == nil {
			other = k
		}
		known = known && exact
	}
	fld, own, touched := &st.fields[f.field], n.child(f.field), other
	if own != nil {
		touched = own
	}
	switch {
	case touched == nil, own != nil && own.exact() && known:
		return
	case known && r.waived(f, v):
		return
	case own == nil, fld.chain.dynamic:
	case own.exact(), other == nil && own.supplies():
		if value := v.Field(f.field); f.endsBefore(value) || f.met(there(value)) {
			return
		}
	case nilable(fld.typ) && own.change == nil:
		// Something in it changes, so it is there, and was unless it is made now.
		if !own.removes() && f.met(true) || other == nil && (!r.parents || own.removes()) && f.kept() {
			return
		}
	}
	r.doubt(at.in(st, fld, touched), f.rule, whyRest)
	r.doubts[len(r.doubts)-1].elems = !f.top
}

func nilable(t reflect.Type) bool {
	return t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map
}

// value reviews a value that n changes, or in which n changes something.
func (r *review) value(at *spot, n *node, v reflect.Value) {
	if !at.chain.asks {
		return
	}
	r.way = append(r.way, at)
	switch {
	case n.removed() && at.loose:
		r.loose = append(r.loose, mark{at: at})
		return
	case n.exact(), n.supplies():
		// What may be stored is judged as if it were.
		r.sure = append(r.sure, mark{at: at})
		return
	}
	inside := at.chain.dynamic && v.Kind() == reflect.Interface && n.holds != nil
	if inside && !at.chain.tagged() && r.s.unasked(n.holds) {
		return
	}
	if inside = inside && r.s.structs[deref(n.holds)] != nil; at.chain.dynamic && !inside {
		r.doubt(at, &rule{}, whyType)
		return
	}
	pointer := v.Kind() == reflect.Pointer || inside
	for v.Kind() == reflect.Pointer || inside && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if pointer && n.change == nil && (r.parents && at.made || at.field.embedded) {
		r.perhaps(at, n)
	}
	switch v.Kind() {
	case reflect.Struct:
		r.part(at, n, v, pointer)
	case reflect.Slice, reflect.Array, reflect.Map:
		r.many(at, n, v, pointer)
	default: // a number that something is added to
		r.sum(at, v, pointer)
	}
}

// sum reviews a number to which v is added. What bounds it on one side cannot be
// broken by an addition towards the other.
func (r *review) sum(at *spot, v reflect.Value, pointer bool) {
	omitted := pointer || at.entry // where it was absent or zero, nothing was asked
	for _, rule := range at.chain.rules {
		switch {
		case rule.refs:
		case rule.omit != "":
			omitted = true
		case !rule.admits(v, omitted):
			r.doubt(at, rule, whyRest)
		}
	}
}

// perhaps notes a value that may be absent. If the update makes it, all of it is
// new, and known; removing something in it makes nothing.
func (r *review) perhaps(at *spot, n *node) {
	at.loose = true
	if !n.removes() {
		r.fresh = append(r.fresh, mark{at: at})
	}
}

// omission reviews a rule that ends the chain of an empty struct or array. As
// long as it was empty, nothing was asked of it. It reports whether it may be.
func (r *review) omission(at *spot, rule *rule, n *node, v reflect.Value, pointer bool) bool {
	if rule.omit == "omitnil" || rule.omit == "omitempty" && pointer {
		return false
	}
	r.fresh = append(r.fresh, mark{at: at})
	return !n.filled(v.Type())
}

// part reviews a struct in which something changes.
func (r *review) part(at *spot, n *node, v reflect.Value, pointer bool) {
	var skips *rule // it may end the chain
	for i, rule := range at.chain.rules {
		switch {
		case rule.refs:
		case rule.omit != "":
			if r.omission(at, rule, n, v, pointer) {
				skips = rule
			}
		case rule.required() && (pointer || n.filled(v.Type()) || i == 0 && !r.s.setup.structRequired):
		default:
			r.doubt(at, rule, whyRest)
		}
	}
	if at.chain.ends {
		if at.chain.fnOnly && r.s.setup.structFunc(v.Type()) {
			r.function(v.Type(), n)
		}
		return
	}
	r.unless(skips, at, func() { r.structure(at, r.s.structs[v.Type()], n, v) })
}

// unless reviews what is inside a value. The validator may not come to it
// because of a rule.
func (r *review) unless(skips *rule, at *spot, inside func()) {
	sure, marks := len(r.sure), r.marks()
	inside()
	if skips != nil && r.marks() > marks {
		r.doubt(at, skips, whyRest)
		r.loose, r.sure = append(r.loose, r.sure[sure:]...), r.sure[:sure]
	}
}

func (r *review) marks() int { return len(r.sure) + len(r.loose) + len(r.fresh) }

// looksInto reports whether a rule calls code of the user's.
func (r *rule) looksInto() bool {
	return slices.ContainsFunc(r.calls, func(c call) bool { return c.own || c.name == "validateFn" })
}

func (r *rule) required() bool { return len(r.calls) == 1 && r.calls[0].name == "required" }
