package rules

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
)

// Gap is a shard that a value may not hold, or that a write leaves alone.
// Neither its rules nor rules elsewhere that look into it can be checked.
type Gap struct {
	at    pattern
	blind []blind
	steps []int                // that lead there
	holds map[int]reflect.Type // what an interface on the way holds, before a step: only then is there a gap
}

// blind is a rule of a field outside a gap, or around it, that looks into it.
type blind struct {
	at   pattern
	rule *rule
}

// pattern is a validator's name in which elements may be any: the pieces
// between them, Order.Lines[ and ].Geo.
type pattern []string

// Gap returns the gap at a path of the model, whose root is encoded by c.
func (s *Set) Gap(c *codec.Codec, path attr.Path) *Gap {
	g := &Gap{}
	g.steps, g.holds = fieldSteps(c, path)
	steps := g.steps
	name := s.prefix
	t := s.typ
	around := &chain{} // about the value that has been reached; nil: it is not asked
	for i, step := range steps {
		if held := g.holds[i]; held != nil {
			t = reflect.PointerTo(deref(held)) // to the validator an interface is a pointer
		}
		g.surround(strings.TrimSuffix(name, "."), around, t, steps[i:])
		t = deref(t)
		if step == elem {
			name, t = strings.TrimSuffix(name, ".")+"[\x00].", t.Elem()
			if around != nil {
				around = around.dive
			}
			continue
		}
		st := s.structs[t]
		if st == nil {
			st = &structure{fields: make([]field, t.NumField())}
		}
		for _, f := range st.refs {
			for _, target := range f.targets {
				if overlaps(target, steps[i:]) {
					g.blind = append(g.blind, blind{newPattern(name + st.fields[f.field].name), f.rule})
				}
			}
		}
		f := t.Field(step)
		name, t, around = name+f.Name+".", f.Type, st.fields[step].chain
	}
	g.at = newPattern(strings.TrimSuffix(name, "."))
	return g
}

// surround notes the rules of a value around the gap that look at all that is in
// it: those of a struct, but not of a pointer to one, and unique of elements.
// rest leads from it to the gap.
func (g *Gap) surround(name string, ch *chain, t reflect.Type, rest []int) {
	if ch == nil {
		return
	}
	for _, r := range ch.rules {
		if t.Kind() == reflect.Struct && !r.looksInto() || r.compares(deref(t), rest) {
			g.blind = append(g.blind, blind{newPattern(name), r})
		}
	}
}

// compares reports whether a rule compares the elements of a list or map by what
// rest leads to: unique, or unique of a field in which that lies.
func (r *rule) compares(t reflect.Type, rest []int) bool {
	for _, c := range r.calls {
		if c.name != "unique" || c.own {
			continue
		}
		if c.param == "" || len(rest) < 2 {
			return true
		}
		path := resolve(t.Elem(), c.param)
		return path == nil || overlaps(path, rest[1:])
	}
	return false
}

// fieldSteps are the fields and elements that a path leads through, and the variants:
// what an interface holds before a step, or at the end.
func fieldSteps(c *codec.Codec, path attr.Path) (steps []int, holds map[int]reflect.Type) {
	for _, seg := range path {
		if seg.Kind != attr.Name {
			steps, c = append(steps, elem), c.Elem()
			continue
		}
		f := c.Lookup(seg.Name)
		if c.Kind() == codec.Union {
			if holds == nil {
				holds = map[int]reflect.Type{}
			}
			holds[len(steps)] = f.Type
		}
		steps, c = append(steps, f.Index...), f.Codec
	}
	return steps, holds
}

// in are the gaps of an object. One that lies in a variant is there only where the
// object holds the variant, and has the names of these places.
func (s *Set) in(object reflect.Value, gaps []*Gap) []*Gap {
	out := make([]*Gap, 0, len(gaps))
	for _, g := range gaps {
		if g.holds == nil {
			out = append(out, g)
			continue
		}
		s.places(g, 0, object.Elem(), s.prefix, func(name string) {
			out = append(out, &Gap{at: pattern{name}, blind: g.blind})
		})
	}
	return out
}

// places visits the names of the places of a gap in v, after some of its steps.
func (s *Set) places(g *Gap, done int, v reflect.Value, name string, visit func(string)) {
	held := g.holds[done]
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() || v.Kind() == reflect.Interface && v.Elem().Type() != held {
			return
		}
		v = v.Elem()
	}
	if done == len(g.steps) {
		if v.IsZero() || !slices.Contains(g.steps, elem) { // what was left out is zero; an entry may be new
			visit(name)
		}
		return
	}
	next := func(v reflect.Value, name string) { s.places(g, done+1, v, name, visit) }
	switch step := g.steps[done]; {
	case step != elem:
		if name != s.prefix {
			name += "."
		}
		next(v.Field(step), name+v.Type().Field(step).Name)
	case v.Kind() == reflect.Map:
		for it := v.MapRange(); it.Next(); {
			next(it.Value(), fmt.Sprintf("%s[%v]", name, it.Key()))
		}
	default:
		for i := range v.Len() {
			next(v.Index(i), fmt.Sprintf("%s[%d]", name, i))
		}
	}
}

func newPattern(name string) pattern { return strings.Split(name, "\x00") }

// matches reports whether a name is that of the place or of an element of it.
func (p pattern) matches(ns string) bool {
	rest, ok := strings.CutPrefix(ns, p[0])
	if !ok {
		return false
	}
	if len(p) == 1 {
		return rest == "" || rest[0] == '[' && strings.HasSuffix(rest, "]")
	}
	for i := range rest { // a key may hold anything
		if p[1:].matches(rest[i:]) {
			return true
		}
	}
	return false
}

// Whole validates an object, a pointer to a struct, except for gaps: nil or
// validator.ValidationErrors. A rule that looks into a gap from outside is
// passed over where it fails, and with it what the validator then does not come
// to: what follows it in the tag, and what is in the value. The user's
// functions find in the gap what the object holds there.
func (s *Set) Whole(ctx context.Context, object reflect.Value, gaps []*Gap) error {
	switch {
	case !s.asks:
		return nil
	case len(gaps) == 0:
		return s.v.StructCtx(ctx, object.Interface())
	}
	gaps = s.in(object, gaps)
	err := s.v.StructFilteredCtx(ctx, object.Interface(), func(ns []byte) bool {
		name := string(ns)
		for _, g := range gaps {
			if g.at.matches(name) {
				return true
			}
		}
		return false
	})
	var failed, left validator.ValidationErrors
	if !errors.As(err, &failed) {
		return err
	}
	for _, e := range failed {
		if !looksInto(gaps, e) {
			left = append(left, e)
		}
	}
	if len(left) == 0 {
		return nil
	}
	return left
}

// looksInto reports whether an error is one of a rule that looks into a gap.
func looksInto(gaps []*Gap, e validator.FieldError) bool {
	for _, g := range gaps {
		for _, b := range g.blind {
			if b.at.matches(e.StructNamespace()) && b.rule.is(e) {
				return true
			}
		}
	}
	return false
}
