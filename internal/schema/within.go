package schema

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
)

// Lenses, changes and conditions are made without a model. The codecs of interfaces,
// and of what holds them, are those of the model that they are used with.

// In returns a lens as one of the model.
func (s *Schema) In(l *model.Lens) (*model.Lens, error) {
	if s.codecs == nil || l == nil || l.Err != nil {
		return l, nil
	}
	out, why := s.in(l)
	if why != "" {
		return nil, fail.At(l.Path, fail.Withf(fail.ErrInvalid, "%s", why))
	}
	return out, nil
}

func (s *Schema) in(l *model.Lens) (out *model.Lens, why string) {
	var variants []reflect.Type
	for _, step := range l.Steps {
		if step.Kind == model.Variant {
			variants = append(variants, step.Type)
		}
	}
	typed := len(l.Steps) > 0 // a condition of the package expression has names only
	c, path := s.Codec, l.Path
	for i, seg := range l.Path {
		switch kind := c.Kind(); {
		case kind == codec.Any || kind == codec.Custom:
			return l, ""
		case kind == codec.Map && seg.Kind == attr.Name:
			path = slices.Clone(path)
			path[i].Kind = attr.Key
			c = c.Elem()
		case seg.Kind != attr.Name:
			c = c.Elem()
		default:
			f := c.Lookup(seg.Name)
			if kind == codec.Union {
				if f == nil || typed && (len(variants) == 0 || f.Type != variants[0]) {
					return nil, fmt.Sprintf("%s is no variant of %s here; repo.OneOf declares them, and each has one tag", l.Path[:i+1], pointee(c.Type()))
				}
				variants = variants[min(1, len(variants)):]
			}
			if f == nil && !typed {
				return nil, fmt.Sprintf("%s: %s has no such attribute", l.Path[:i+1], pointee(c.Type()))
			}
			if f == nil {
				return l, "" // what is not stored as a field, as of a key
			}
			c = f.Codec
		}
		if c == nil {
			return l, ""
		}
	}
	bound := *l
	bound.Path, bound.Codec = path, c
	return &bound, ""
}

// IsVariant reports whether a path ends with the tag of a variant, known or not.
func (s *Schema) IsVariant(path attr.Path) bool { return s.variantTags(path, nil) }

// variantTags visits the paths of interfaces that a path leads into, and the tag that
// comes next. It reports whether the last step is one.
func (s *Schema) variantTags(path attr.Path, visit func(iface attr.Path, tag string)) (last bool) {
	if s.codecs == nil {
		return false
	}
	c := s.Codec
	for i, seg := range path {
		if last = c.Kind() == codec.Union && seg.Kind == attr.Name; last && visit != nil {
			visit(path[:i], seg.Name)
		}
		if seg.Kind != attr.Name || c.Kind() == codec.Map {
			c = c.Elem()
		} else if f := c.Lookup(seg.Name); f != nil {
			c = f.Codec
		} else {
			return last && i == len(path)-1
		}
		if c == nil {
			return false
		}
	}
	return last
}

// Changes returns changes as those of the model. To set a variant is to set the
// interface: what it held before is gone.
func (s *Schema) Changes(changes []*model.Change) ([]*model.Change, error) {
	if s.codecs == nil {
		return changes, nil
	}
	out := make([]*model.Change, len(changes))
	tags := map[string]string{}
	for i, ch := range changes {
		out[i] = ch
		if ch == nil || ch.Err != nil {
			continue
		}
		bound := *ch
		out[i] = &bound
		if ch.Cond != nil {
			var err error
			if bound.Cond, err = s.Cond(ch.Cond); err != nil {
				return nil, err
			}
		}
		if ch.Lens == nil {
			continue
		}
		if err := s.change(&bound, tags); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// change makes a copy of a change one of the model. tags are those that the changes
// before lead through, by the path of the interface.
func (s *Schema) change(ch *model.Change, tags map[string]string) (err error) {
	if ch.Lens, err = s.In(ch.Lens); err != nil {
		return err
	}
	if ch.Lens.Err != nil {
		return nil
	}
	path := ch.Lens.Path
	variant := s.variantTags(path, func(iface attr.Path, tag string) {
		if other, ok := tags[iface.String()]; ok && other != tag && err == nil {
			err = fail.At(path, fail.Withf(fail.ErrInvalid, "%s holds one variant, and the changes are of two: %s and %s", iface, other, tag))
		}
		tags[iface.String()] = tag
	})
	switch {
	case err != nil || !variant:
		return err
	case ch.Op != model.Set:
		return fail.At(path, fail.Withf(fail.ErrInvalid, "is a variant, with which the interface would have two or none; set it, change what is in it, or use Modify"))
	}
	l := *ch.Lens
	for l.Steps[len(l.Steps)-1].Kind != model.Variant {
		l.Steps = l.Steps[:len(l.Steps)-1]
	}
	l.Steps, l.Path = l.Steps[:len(l.Steps)-1], l.Path[:len(l.Path)-1]
	l.Value = ifaceAt(&l)
	value := reflect.New(l.Value).Elem()
	value.Set(ch.Value)
	ch.Value = value
	ch.Lens, err = s.In(&l)
	return err
}

// ifaceAt is the type of the value at the end of a lens's steps.
func ifaceAt(l *model.Lens) reflect.Type {
	t := l.Root
	for _, step := range l.Steps {
		switch step.Kind {
		case model.Field:
			t = t.Field(step.Index).Type
		case model.Variant:
			t = step.Type
		default:
			t = t.Elem()
		}
	}
	return t
}

// Cond returns a condition as one of the model.
func (s *Schema) Cond(c *model.Cond) (*model.Cond, error) {
	if s.codecs == nil || c == nil || c.Err != nil {
		return c, nil
	}
	out, err := *c, error(nil)
	if out.Lens, err = s.In(c.Lens); err != nil {
		return nil, err
	}
	if c.Said != nil {
		out.Said, err = c.Said.Replace(func(p attr.Path) (expr.Operand, error) {
			l, err := s.In(&model.Lens{Path: p})
			if err != nil {
				return expr.Operand{}, err
			}
			return expr.Operand{Path: l.Path}, nil
		})
		if err != nil {
			return nil, err
		}
	}
	out.Subs = make([]*model.Cond, len(c.Subs))
	for i, sub := range c.Subs {
		if out.Subs[i], err = s.Cond(sub); err != nil {
			return nil, err
		}
	}
	return &out, nil
}
