package model

import "reflect"

// MaxIndex bounds the positions a lens may name. An item ends at 400 KB and no
// element takes less than a byte, so no stored list is longer. Without the
// bound, Set of a far position would allocate a list of any length.
const MaxIndex = 400 * 1024

// Get returns the value that l points at in root, a T or a *T, and whether it
// is there: false below a nil pointer, past the end of a slice, for a missing
// map key, for another variant, and for a lens that is refused or leads to many
// values. It allocates
// no part of root. The result is settable where root is.
func (l *Lens) Get(root reflect.Value) (reflect.Value, bool) {
	v, ok := l.start(root)
	if !ok || l.Many {
		return reflect.Value{}, false
	}
	for _, s := range l.Steps {
		if v, ok = s.get(v); !ok {
			return reflect.Value{}, false
		}
	}
	return v, true
}

// Set makes l point at v in root, a settable T or a non-nil *T: nil pointers on
// the way are allocated, nil maps made, short slices lengthened. It reports
// whether it could: not through a lens that is refused or leads to many values,
// and not if v is no V.
//
// An interface that holds another variant gets the one on the way, with zero values.
//
// Slices that must grow, map entries and variants are replaced by changed copies. What
// root reaches through pointers and existing slice elements changes in place.
func (l *Lens) Set(root, v reflect.Value) bool {
	at, ok := l.start(root)
	if !ok || l.Many || !at.CanSet() || !v.IsValid() || !v.Type().AssignableTo(l.Value) {
		return false
	}
	return put(at, l.Steps, v)
}

// Each calls visit with every value that l points at in root, a T or a *T:
// once at most for a lens of one value, in order for slices, in no particular
// order for maps. Values under nil pointers are left out. visit must not
// change what it is given: map values are copies.
func (l *Lens) Each(root reflect.Value, visit func(reflect.Value)) {
	if v, ok := l.start(root); ok {
		each(v, l.Steps, visit)
	}
}

func (l *Lens) start(root reflect.Value) (reflect.Value, bool) {
	if l.Err != nil || !root.IsValid() {
		return reflect.Value{}, false
	}
	if root.Type() == l.Root {
		return root, true
	}
	if root.Kind() != reflect.Pointer || root.IsNil() || root.Type().Elem() != l.Root {
		return reflect.Value{}, false
	}
	return root.Elem(), true
}

func (s Step) get(v reflect.Value) (reflect.Value, bool) {
	switch s.Kind {
	case Field:
		return v.Field(s.Index), true
	case Deref:
		return v.Elem(), !v.IsNil()
	case ArrayIndex:
		return v.Index(s.Index), true
	case SliceIndex:
		if s.Index >= v.Len() {
			return reflect.Value{}, false
		}
		return v.Index(s.Index), true
	case MapKey:
		e := v.MapIndex(s.Key)
		return e, e.IsValid()
	case Variant:
		if v.IsNil() || v.Elem().Type() != s.Type {
			return reflect.Value{}, false
		}
		return v.Elem(), true
	}
	return reflect.Value{}, false
}

func put(at reflect.Value, steps []Step, v reflect.Value) bool {
	if len(steps) == 0 {
		at.Set(v)
		return true
	}
	s, rest := steps[0], steps[1:]
	switch s.Kind {
	case Field:
		return put(at.Field(s.Index), rest, v)
	case ArrayIndex:
		return put(at.Index(s.Index), rest, v)
	case Deref:
		if !at.IsNil() {
			return put(at.Elem(), rest, v)
		}
		if !at.CanSet() { // an embedded pointer to an unexported struct
			return false
		}
		p := reflect.New(at.Type().Elem())
		if !put(p.Elem(), rest, v) {
			return false
		}
		at.Set(p.Convert(at.Type()))
		return true
	case SliceIndex:
		if s.Index < at.Len() {
			return put(at.Index(s.Index), rest, v)
		}
		if s.Index > MaxIndex {
			return false
		}
		// Never into spare capacity: that memory may belong to another slice.
		grown := reflect.MakeSlice(at.Type(), s.Index+1, s.Index+1)
		reflect.Copy(grown, at)
		if !put(grown.Index(s.Index), rest, v) {
			return false
		}
		at.Set(grown)
		return true
	case MapKey:
		e := reflect.New(at.Type().Elem()).Elem()
		if old := at.MapIndex(s.Key); old.IsValid() {
			e.Set(old)
		}
		if !put(e, rest, v) {
			return false
		}
		if at.IsNil() {
			at.Set(reflect.MakeMap(at.Type()))
		}
		at.SetMapIndex(s.Key, e)
		return true
	case Variant:
		e := reflect.New(s.Type).Elem()
		if old, ok := s.get(at); ok {
			e.Set(old)
		}
		if !at.CanSet() || !put(e, rest, v) {
			return false
		}
		at.Set(e)
		return true
	}
	return false
}

func each(v reflect.Value, steps []Step, visit func(reflect.Value)) {
	for i, s := range steps {
		switch s.Kind {
		case EachElem:
			for j := range v.Len() {
				each(v.Index(j), steps[i+1:], visit)
			}
			return
		case EachValue:
			for it := v.MapRange(); it.Next(); {
				each(it.Value(), steps[i+1:], visit)
			}
			return
		}
		var ok bool
		if v, ok = s.get(v); !ok {
			return
		}
	}
	visit(v)
}
