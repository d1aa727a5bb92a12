package rules

import (
	"context"
	"errors"
	"reflect"
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
	steps := fieldSteps(c, path)
	name := s.prefix
	t := s.typ
	around := &chain{} // about the value that has been reached; nil: it is not asked
	for i, step := range steps {
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

// fieldSteps are the fields and elements that a path leads through.
func fieldSteps(c *codec.Codec, path attr.Path) []int {
	var steps []int
	for _, seg := range path {
		if seg.Kind == attr.Name {
			f := c.Lookup(seg.Name)
			steps, c = append(steps, f.Index...), f.Codec
			continue
		}
		steps, c = append(steps, elem), c.Elem()
	}
	return steps
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
