package rules

import (
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/model"
)

// node is a place that changes lead to or through. Pointers have none.
type node struct {
	field  int           // in a struct
	index  int           // in a list or array
	key    reflect.Value // in a map
	holds  reflect.Type  // what the interface here holds, if that is known
	change *model.Change // what happens here; then there are no kids
	kids   []*node
}

// tree arranges changes of different paths by place.
func tree(changes []*model.Change) *node {
	root := &node{}
	for _, ch := range changes {
		n := root
		for _, s := range ch.Lens.Steps {
			switch s.Kind {
			case model.Deref:
			case model.Variant:
				n.holds = s.Type
			default:
				n = n.kid(s)
			}
		}
		n.change = ch
	}
	return root
}

// kid returns the node one step further, new if it has to be.
func (n *node) kid(s model.Step) *node {
	next := &node{field: elem}
	switch s.Kind {
	case model.Field:
		next.field = s.Index
	case model.MapKey:
		next.key = s.Key
	default:
		next.index = s.Index
	}
	for _, k := range n.kids {
		if k.same(next) {
			return k
		}
	}
	n.kids = append(n.kids, next)
	return next
}

func (n *node) same(o *node) bool {
	if n.field != o.field || n.index != o.index || n.key.IsValid() != o.key.IsValid() {
		return false
	}
	return !n.key.IsValid() || n.key.Equal(o.key)
}

// removed reports whether the value here is removed.
func (n *node) removed() bool { return n.change != nil && n.change.Op == model.Remove }

// exact reports whether the value here is known for certain after the update.
func (n *node) exact() bool {
	return n.change != nil && (n.change.Op == model.Set || n.change.Op == model.Remove)
}

// supplies reports whether the value here is stored if there is none.
func (n *node) supplies() bool { return n.change != nil && n.change.Op == model.SetIfAbsent }

// takes reports whether elements are taken out of the set here.
func (n *node) takes() bool { return n.change != nil && n.change.Op == model.DeleteFromSet }

// removes reports whether nothing is done at and below n but removing.
func (n *node) removes() bool {
	if n.change != nil {
		return n.removed() || n.takes()
	}
	return !slices.ContainsFunc(n.kids, func(k *node) bool { return !k.removes() })
}

// thins reports whether elements or entries are taken out here and nothing else
// is done.
func (n *node) thins() bool {
	return n.change == nil && !slices.ContainsFunc(n.kids, func(k *node) bool { return !k.removed() })
}

// child is the node of a field of the struct at n, nil if it is left alone.
func (n *node) child(field int) *node {
	for _, k := range n.kids {
		if k.field == field {
			return k
		}
	}
	return nil
}

// first is a change at or below n.
func (n *node) first() *model.Change {
	for n.change == nil {
		n = n.kids[0]
	}
	return n.change
}

// at finds what is done at a path below n: the node that a value there comes
// from or that lies there, nil if the path is left alone, and whether the value
// there is known.
func (n *node) at(path []int) (touched *node, known bool) {
	if n.change != nil || len(path) == 0 {
		return n, n.exact()
	}
	for _, k := range n.kids {
		if k.field == path[0] {
			if t, exact := k.at(path[1:]); t != nil {
				// Of elements it is not known which one the path means.
				return t, exact && k.field != elem
			}
		}
	}
	return nil, false
}

// build makes the changes in v, a settable value that is otherwise empty, and
// what leads there. Only elements and entries that are changed are in it. With
// fresh there was nothing before, so that removing makes no way either.
func (s *Set) build(n *node, v reflect.Value, fresh bool) {
	if n.change != nil {
		n.leaf(v)
		return
	}
	v = allocate(v)
	if v.Kind() == reflect.Interface && n.holds != nil {
		v = hold(v, n.holds)
	}
	switch v.Kind() {
	case reflect.Struct:
		if st := s.structs[v.Type()]; st != nil {
			st.open(v)
		}
		for _, k := range n.kids {
			if !fresh || !k.removes() {
				s.build(k, v.Field(k.field), fresh)
			}
		}
	case reflect.Array:
		s.elements(n, v, fresh)
	case reflect.Slice:
		length := 0
		for _, k := range n.kids {
			if !k.removed() && k.index < maxList {
				length = max(length, k.index+1)
			}
		}
		v.Set(reflect.MakeSlice(v.Type(), length, length))
		s.elements(n, v, fresh)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, k := range n.kids {
			if !k.removed() && (!fresh || !k.removes()) {
				e := reflect.New(v.Type().Elem()).Elem()
				s.build(k, e, fresh)
				v.SetMapIndex(k.key, e)
			}
		}
	}
}

// leaf stores the value of a change: of an addition what is added, of removal
// nothing.
func (n *node) leaf(v reflect.Value) {
	value := n.change.Value
	switch {
	case n.takes():
		value = reflect.Zero(value.Type()) // what is left is not known
	case !value.IsValid():
		return
	}
	for v.Type() != value.Type() && v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()).Convert(v.Type()))
		v = v.Elem()
	}
	v.Set(value)
}

// allocate follows pointers, which it makes.
func allocate(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()).Convert(v.Type()))
		v = v.Elem()
	}
	return v
}

// hold puts an empty value of a type into an interface, behind a pointer, so that it can
// be changed there: to the validator it is the same.
func hold(v reflect.Value, t reflect.Type) reflect.Value {
	p := reflect.New(deref(t))
	v.Set(p)
	return p.Elem()
}

// maxList bounds the lists of scratch objects: the validator goes through all
// elements up to one that is changed, and a position may come from anywhere.
const maxList = 4096

// elements builds those elements of a list or array that are changed, each at
// its position. The others are copies of one of them, which is like what may be
// there; what the validator says about them is left out. Those of a fresh array
// are known: they are empty.
func (s *Set) elements(n *node, v reflect.Value, fresh bool) {
	empty := fresh && v.Kind() == reflect.Array
	var like reflect.Value
	given := make([]bool, v.Len())
	for _, k := range n.kids {
		if k.index < v.Len() && !k.removed() && !(empty && k.removes()) {
			like = v.Index(k.index)
			s.build(k, like, fresh)
			given[k.index] = true
		}
	}
	for i := range given {
		if !given[i] && !empty && like.IsValid() {
			v.Index(i).Set(like)
		}
	}
}

// filled reports whether something here is certainly not zero: then a struct
// that holds it is not the zero value.
func (n *node) filled(t reflect.Type) bool {
	if n.change != nil {
		switch n.change.Op {
		case model.Set:
			return t != n.change.Value.Type() || !n.change.Value.IsZero() // behind a pointer, or a value
		case model.Append, model.Prepend, model.AddToSet:
			return true
		}
		return false
	}
	if t.Kind() != reflect.Struct && t.Kind() != reflect.Array {
		return !n.removes() // a pointer, list or map that is there
	}
	for _, k := range n.kids {
		next := t
		if k.field != elem {
			next = t.Field(k.field).Type
		} else {
			next = t.Elem()
		}
		if k.filled(next) {
			return true
		}
	}
	return false
}
