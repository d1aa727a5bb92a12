package rules_test

import (
	"reflect"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/model"
)

// Random changes, and what they do to a value in memory.

// randomChanges draws up to three changes of different paths.
func randomChanges(t *rapid.T, old reflect.Value, parents bool) []*model.Change {
	var changes []*model.Change
	var taken []string
	for range rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(t, "changes") {
		ch := randomChange(t, old, parents)
		if ch == nil {
			continue
		}
		path := ch.Lens.GoPath() + "|"
		free := true
		for _, other := range taken {
			a, b := strings.TrimSuffix(path, "|"), strings.TrimSuffix(other, "|")
			if overlap(a, b) || overlap(b, a) {
				free = false
			}
		}
		if free {
			taken = append(taken, path)
			changes = append(changes, ch)
		}
	}
	return changes
}

func overlap(a, b string) bool {
	rest, ok := strings.CutPrefix(a, b)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// randomChange draws a change whose path exists in old, or whose parents may be
// created.
func randomChange(t *rapid.T, old reflect.Value, parents bool) *model.Change {
	l := &model.Lens{Root: old.Type()}
	at, have := old, true // what is there
	typ := old.Type()
	elemOf := false
	for {
		for typ.Kind() == reflect.Pointer && len(l.Steps) > 0 && rapid.Bool().Draw(t, "through") {
			if have && at.IsNil() && (!parents || elemOf) {
				break
			}
			if have = have && !at.IsNil(); have {
				at = at.Elem()
			}
			typ = typ.Elem()
			l.Steps = append(l.Steps, model.Step{Kind: model.Deref})
		}
		if len(l.Steps) > 0 && (typ.Kind() == reflect.Pointer || typ == timeType || rapid.IntRange(0, 2).Draw(t, "stop") == 0) {
			break
		}
		var s model.Step
		switch typ.Kind() {
		case reflect.Struct:
			s = model.Step{Kind: model.Field, Index: rapid.IntRange(0, typ.NumField()-1).Draw(t, "field")}
			typ, elemOf = typ.Field(s.Index).Type, false
			if have {
				at = at.Field(s.Index)
			}
		case reflect.Array:
			s = model.Step{Kind: model.ArrayIndex, Index: rapid.IntRange(0, typ.Len()-1).Draw(t, "index")}
			typ, elemOf = typ.Elem(), true
			if have {
				at = at.Index(s.Index)
			}
		case reflect.Slice:
			if !have || at.Len() == 0 {
				goto stop
			}
			s = model.Step{Kind: model.SliceIndex, Index: rapid.IntRange(0, at.Len()-1).Draw(t, "index")}
			typ, elemOf, at = typ.Elem(), true, at.Index(s.Index)
		case reflect.Map:
			if (!have || at.IsNil()) && !parents {
				goto stop
			}
			k := reflect.New(typ.Key()).Elem()
			fill(t, k)
			s = model.Step{Kind: model.MapKey, Key: k}
			typ, elemOf = typ.Elem(), false
			if have {
				at = at.MapIndex(k)
				have = at.IsValid()
			}
			if !have && !parents { // a new entry, and nothing below it
				l.Steps = append(l.Steps, s)
				goto stop
			}
		default:
			goto stop
		}
		l.Steps = append(l.Steps, s)
	}
stop:
	l.Value = typ
	return withOp(t, l)
}

func withOp(t *rapid.T, l *model.Lens) *model.Change {
	last := l.Steps[len(l.Steps)-1]
	for _, s := range l.Steps {
		if s.Kind != model.Deref {
			last = s
		}
	}
	ops := []model.ChangeOp{model.Set, model.Set, model.SetIfAbsent}
	if last.Kind != model.ArrayIndex {
		ops = append(ops, model.Remove)
	}
	if l.Value.Kind() == reflect.Int {
		ops = append(ops, model.Add)
	}
	if l.Value.Kind() == reflect.Slice {
		ops = append(ops, model.Append, model.Append, model.Prepend)
	}
	if isSet(l.Value) {
		ops = append(ops, model.AddToSet, model.AddToSet)
		if last.Kind != model.ArrayIndex && last.Kind != model.SliceIndex {
			ops = append(ops, model.DeleteFromSet, model.DeleteFromSet)
		}
	}
	ch := &model.Change{Op: rapid.SampledFrom(ops).Draw(t, "op"), Lens: l}
	if ch.Op == model.Remove {
		return ch
	}
	ch.Value = reflect.New(l.Value).Elem()
	fill(t, ch.Value)
	switch ch.Op {
	case model.Append, model.Prepend:
		if ch.Value.Len() == 0 {
			return nil
		}
	case model.AddToSet, model.DeleteFromSet:
		asSet(ch.Value)
		if ch.Value.Len() == 0 {
			return nil
		}
	}
	return ch
}

// isSet reports whether values of a type may be kept as sets.
func isSet(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice:
		return t.Elem().Kind() == reflect.String || t.Elem().Kind() == reflect.Int
	case reflect.Map:
		return t.Elem().Kind() == reflect.Bool
	}
	return false
}

// asSet makes a value what a set can be: no element is in it twice.
func asSet(v reflect.Value) {
	if v.Kind() == reflect.Map {
		for _, k := range v.MapKeys() {
			v.SetMapIndex(k, reflect.ValueOf(true))
		}
		return
	}
	set := reflect.Zero(v.Type())
	for i := range v.Len() {
		if !holds(set, v.Index(i)) {
			set = reflect.Append(set, v.Index(i))
		}
	}
	v.Set(set)
}

func holds(list, e reflect.Value) bool {
	for i := range list.Len() {
		if list.Index(i).Equal(e) {
			return true
		}
	}
	return false
}

// include adds elements to a set.
func include(v, elems reflect.Value) {
	if v.Kind() == reflect.Map {
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		for _, k := range elems.MapKeys() {
			v.SetMapIndex(k, reflect.ValueOf(true))
		}
		return
	}
	for i := range elems.Len() {
		if !holds(v, elems.Index(i)) {
			v.Set(reflect.Append(v, elems.Index(i)))
		}
	}
}

// exclude takes elements out of a set; an empty one is no value.
func exclude(v, elems reflect.Value) {
	if v.Kind() == reflect.Map {
		for _, k := range elems.MapKeys() {
			if !v.IsNil() {
				v.SetMapIndex(k, reflect.Value{})
			}
		}
	} else {
		left := reflect.Zero(v.Type())
		for i := range v.Len() {
			if !holds(elems, v.Index(i)) {
				left = reflect.Append(left, v.Index(i))
			}
		}
		v.Set(left)
	}
	if v.Len() == 0 {
		v.SetZero()
	}
}

// applyAll makes changes, whose positions in lists are those before any of
// them. It reports whether elements have moved beside other changes.
func applyAll(root reflect.Value, changes []*model.Change) (shifted bool) {
	var cuts []*model.Change
	for _, ch := range changes {
		if ch.Op == model.Remove && target(ch).Kind == model.SliceIndex {
			cuts = append(cuts, ch)
			continue
		}
		apply(root, ch)
	}
	slices.SortFunc(cuts, func(a, b *model.Change) int {
		if inner := len(place(b)) - len(place(a)); inner != 0 {
			return inner
		}
		return target(b).Index - target(a).Index
	})
	for _, ch := range cuts {
		apply(root, ch)
	}
	return len(cuts) > 0 && len(changes) > 1
}

// place is the way to where a value stands, be it behind pointers there.
func place(ch *model.Change) []model.Step {
	steps := ch.Lens.Steps
	for steps[len(steps)-1].Kind == model.Deref {
		steps = steps[:len(steps)-1]
	}
	return steps
}

// target is the last step to it.
func target(ch *model.Change) model.Step { return place(ch)[len(place(ch))-1] }

// apply makes a change in a Go value, as a program would that has read it.
func apply(root reflect.Value, ch *model.Change) {
	steps := ch.Lens.Steps
	if ch.Op == model.Remove { // the pointer goes with what it points to
		steps = place(ch)
	}
	if ch.Op == model.DeleteFromSet {
		gone := false
		walk(root, append(slices.Clone(steps), nowhere), func(v reflect.Value) {
			exclude(v, ch.Value)
			gone = v.IsZero()
		}, true)
		if gone {
			walk(root, place(ch), func(v reflect.Value) { v.SetZero() }, true)
		}
		return
	}
	walk(root, steps, func(v reflect.Value) {
		switch ch.Op {
		case model.Set:
			v.Set(clone(ch.Value))
		case model.SetIfAbsent:
			if v.IsZero() {
				v.Set(clone(ch.Value))
			}
		case model.Remove:
			v.SetZero()
		case model.Add:
			v.SetInt(v.Int() + ch.Value.Int())
		case model.Append:
			v.Set(reflect.AppendSlice(v, clone(ch.Value)))
		case model.Prepend:
			v.Set(reflect.AppendSlice(clone(ch.Value), v))
		case model.AddToSet:
			include(v, ch.Value)
		}
	}, ch.Op == model.Remove)
}

// nowhere is a step that leads to the value itself: it is not taken out.
var nowhere = model.Step{Kind: 255}

// walk leads to a value and makes the way. An element or entry that is removed
// is taken out instead.
func walk(v reflect.Value, steps []model.Step, do func(reflect.Value), remove bool) {
	if len(steps) == 0 {
		do(v)
		return
	}
	s, rest := steps[0], steps[1:]
	switch s.Kind {
	case nowhere.Kind:
		do(v)
	case model.Field:
		walk(v.Field(s.Index), rest, do, remove)
	case model.Deref:
		if v.IsNil() && remove {
			return
		}
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		walk(v.Elem(), rest, do, remove)
	case model.ArrayIndex:
		walk(v.Index(s.Index), rest, do, remove)
	case model.SliceIndex:
		if remove && len(rest) == 0 {
			v.Set(reflect.AppendSlice(v.Slice3(0, s.Index, s.Index), v.Slice(s.Index+1, v.Len())))
			return
		}
		walk(v.Index(s.Index), rest, do, remove)
	case model.MapKey:
		if remove && len(rest) == 0 {
			if !v.IsNil() {
				v.SetMapIndex(s.Key, reflect.Value{})
			}
			return
		}
		e := reflect.New(v.Type().Elem()).Elem()
		if old := v.MapIndex(s.Key); old.IsValid() {
			e.Set(old)
		} else if remove {
			return
		}
		walk(e, rest, do, remove)
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		v.SetMapIndex(s.Key, e)
	}
}

func describe(changes []*model.Change) string {
	s := ""
	for _, ch := range changes {
		s += " " + [...]string{"Set", "SetIfAbsent", "Remove", "Add", "Append", "Prepend", "AddToSet", "DeleteFromSet"}[ch.Op] + " " + ch.Lens.GoPath()
		if ch.Value.IsValid() {
			s += " " + show(ch.Value)
		}
	}
	return s
}
