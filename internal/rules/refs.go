package rules

import (
	"reflect"
	"slices"
	"strings"
)

// elem is the step into any element of a list or map, in a path whose other
// steps are indexes of struct fields. Pointers are no step.
const elem = -1

// ref is a rule of a field that looks at other fields of its struct, or further
// inside them: the validator resolves the names from the struct that has the
// field.
type ref struct {
	field   int
	rule    *rule
	top     bool    // about the field itself, not about its elements
	before  []*rule // the rules before it in the tag
	targets [][]int
}

// refers reports whether a rule looks at a field together with others.
func (st *structure) refers(field int) bool {
	return slices.ContainsFunc(st.refs, func(f *ref) bool {
		return f.field == field || slices.ContainsFunc(f.targets, func(path []int) bool { return path[0] == field })
	})
}

// references collects the refs of a field.
func (c *compiler) references(st *structure, i int) {
	f := &st.fields[i]
	var walk func(ch *chain, t reflect.Type, top bool)
	walk = func(ch *chain, t reflect.Type, top bool) {
		t = deref(t)
		many := t.Kind() == reflect.Slice || t.Kind() == reflect.Array || t.Kind() == reflect.Map
		for n, r := range ch.rules {
			found := &ref{field: i, rule: r, top: top, before: ch.rules[:n]}
			for _, call := range r.calls {
				for _, name := range call.fields(!many) {
					if path := resolve(st.typ, name); path != nil {
						found.targets = append(found.targets, path)
					}
				}
			}
			if r.refs = len(found.targets) > 0; r.refs {
				st.refs = append(st.refs, found)
			}
		}
		if !many || ch.dive == nil {
			return
		}
		if ch.keys != nil && t.Kind() == reflect.Map {
			walk(ch.keys, t.Key(), false)
		}
		walk(ch.dive, t.Elem(), false)
	}
	walk(f.chain, f.typ, true)
}

// resolve follows a name as the validator does, Inner.Start or List[0].Name.
// nil: it leads nowhere in any object. Where it leads into a value whose type
// is not known, the path ends there.
func resolve(t reflect.Type, name string) []int {
	var path []int
	for name != "" {
		t = deref(t)
		switch {
		case t.Kind() == reflect.Struct && !t.ConvertibleTo(timeType):
			end := strings.IndexAny(name, ".[")
			if end < 0 {
				end = len(name)
			}
			f, ok := t.FieldByName(name[:end])
			if !ok {
				return nil
			}
			path, t = append(path, f.Index...), f.Type
			name = strings.TrimPrefix(name[end:], ".")
		case t.Kind() == reflect.Slice || t.Kind() == reflect.Array || t.Kind() == reflect.Map:
			_, after, ok := strings.Cut(name, "]")
			if !ok {
				return path
			}
			path, t = append(path, elem), t.Elem()
			name = strings.TrimPrefix(after, ".")
		default:
			return path
		}
	}
	return path
}

// open makes the embedded pointers through which rules look at fields: the
// validator panics where one is nil, and in the object it may not be.
func (st *structure) open(v reflect.Value) {
	for _, f := range st.refs {
		for _, path := range f.targets {
			at := v
			for _, i := range path {
				if at.Kind() == reflect.Pointer {
					at = at.Elem()
				}
				if i == elem || at.Kind() != reflect.Struct {
					break
				}
				sf := at.Type().Field(i)
				if at = at.Field(i); at.Kind() == reflect.Pointer && sf.Anonymous && at.IsNil() && at.CanSet() {
					at.Set(reflect.New(sf.Type.Elem()))
				}
			}
		}
	}
}

// made returns what the update may make on the way to a field, below n. The
// validator then finds the field, although no change sets it.
func (r *review) made(n *node, t reflect.Type, path []int) *node {
	if n.change != nil || len(path) == 0 {
		return nil
	}
	t = deref(t)
	for _, k := range n.kids {
		if k.field != path[0] || k.removes() {
			continue
		}
		next, made := t, false
		if k.field == elem {
			next, made = t.Elem(), r.parents && t.Kind() == reflect.Map
		} else {
			f := t.Field(k.field)
			next, made = f.Type, (r.parents || f.Anonymous) && f.Type.Kind() == reflect.Pointer
		}
		if made {
			return k
		}
		if m := r.made(k, next, path[1:]); m != nil {
			return m
		}
	}
	return nil
}

// presence reports whether a rule asks of other fields only whether they have a
// value; one that cannot be found has none.
func (f *ref) presence() bool {
	return !slices.ContainsFunc(f.rule.calls, func(c call) bool { return !fieldsRules[c.name] })
}

// met reports whether a rule that asks for a value or for none, depending on
// other fields, is met with any values of those: required_if and its like by a
// value, excluded_if and its like by none.
func (f *ref) met(there bool) bool {
	if !f.top || len(f.rule.calls) != 1 {
		return false
	}
	name := f.rule.calls[0].name
	if strings.HasPrefix(name, "excluded_") {
		return !there
	}
	return there && (strings.HasPrefix(name, "required_") || name == "skip_unless")
}

// waived reports whether the known values of the other fields make such a rule
// void. v is their struct.
func (r *review) waived(f *ref, v reflect.Value) bool {
	if len(f.rule.calls) != 1 || !v.CanInterface() {
		return false
	}
	c := f.rule.calls[0]
	name := strings.Replace(c.name, "excluded_", "required_", 1) // of the same others
	if !strings.HasPrefix(name, "required_") && name != "skip_unless" {
		return false
	}
	return r.s.v.VarWithValue("", v.Interface(), name+"="+c.text) == nil
}

// kept reports whether a rule that was met stays so while its field keeps having
// a value: it looks at nothing else of it, and was asked before.
func (f *ref) kept() bool {
	return (f.met(true) || f.met(false)) && !slices.ContainsFunc(f.before, func(r *rule) bool { return r.omit == "omitzero" })
}

// endsBefore reports whether the validator stops before it comes to a rule
// about a field whose value is v.
func (f *ref) endsBefore(v reflect.Value) bool {
	for _, r := range f.before {
		if f.top && r.omit != "" && omits(r.omit, v) {
			return true
		}
	}
	return false
}

// omits reports whether a value ends its chain.
func omits(omit string, v reflect.Value) bool {
	pointer := v.Kind() == reflect.Pointer
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return true
		}
		v = v.Elem()
	}
	switch many := v.Kind() == reflect.Slice || v.Kind() == reflect.Map; {
	case many && omit == "omitzero":
		return v.Len() == 0
	case many:
		return v.IsNil()
	case omit == "omitnil":
		return false
	}
	return v.IsZero() && (!pointer || omit == "omitzero")
}

// there reports whether required would find a value.
func there(v reflect.Value) bool { return !omits("omitempty", v) }

// overlaps reports whether one of two paths from one struct is a beginning of
// the other.
func overlaps(a, b []int) bool {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
