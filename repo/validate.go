package repo

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/internal/model"
)

// validateWhole checks a value before it is written, or after it was read.
func (c *core) validateWhole(ctx context.Context, ptr reflect.Value) error {
	if c.cfg.validate == nil {
		return nil
	}
	if err := c.cfg.validate.StructCtx(ctx, ptr.Interface()); err != nil {
		return failf(ErrInvalid, "%w", err)
	}
	return nil
}

// validateChange checks what a change stores by the tags of the field it goes
// to. Only that field is known, so a tag that depends on anything else (other
// fields, the rest of a list, the sum of an Add) is refused by name.
func (c *core) validateChange(ctx context.Context, ch *model.Change) error {
	if c.cfg.validate == nil {
		return nil
	}
	f, ok := changedField(ch.Lens)
	if !ok {
		return nil
	}
	rules := splitRules(f.field.Tag.Get("validate"))
	if bad := unknowable(rules, ch, f); bad != "" {
		return at(ch.Lens.Path, failf(ErrInvalid, "the validation rule %q of %s.%s cannot be checked by Update, which does not know the rest of the object; use Modify", bad, f.owner, f.field.Name))
	}
	if ch.Op == model.Add || len(f.inside) > 0 && ch.Op == model.Remove {
		return nil
	}
	scratch := reflect.New(f.owner)
	if !f.assign(scratch.Elem(), ch.Value) {
		return nil
	}
	name := f.field.Name // of a struct type without a name, the namespace begins with the field
	if f.owner.Name() != "" {
		name = f.owner.Name() + "." + name
	}
	err := c.cfg.validate.StructFilteredCtx(ctx, scratch.Interface(), func(ns []byte) bool {
		return !within(string(ns), name)
	})
	var failed validator.ValidationErrors
	if !errors.As(err, &failed) {
		return err
	}
	var own validator.ValidationErrors
	for _, e := range failed {
		if within(e.StructNamespace(), name) {
			own = append(own, e)
		}
	}
	if len(own) == 0 {
		return nil
	}
	return at(ch.Lens.Path, failf(ErrInvalid, "%w", own))
}

// within reports whether a namespace is a field or lies inside it.
func within(ns, name string) bool {
	rest, ok := strings.CutPrefix(ns, name)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// field is the innermost struct field that a lens goes through.
type changed struct {
	owner  reflect.Type
	field  reflect.StructField
	inside []model.Step // from the field to the value
}

// changedField finds it; false for a lens of elements alone.
func changedField(l *model.Lens) (changed, bool) {
	t := l.Root
	var f changed
	found := false
	for i, s := range l.Steps {
		switch s.Kind {
		case model.Field:
			f = changed{owner: t, field: t.Field(s.Index), inside: l.Steps[i+1:]}
			found = true
			t = f.field.Type
		default:
			t = t.Elem()
		}
	}
	return f, found
}

// assign puts a value where the steps after the field lead, in a scratch
// struct: the only element of a list or map of its own.
func (f *changed) assign(owner, v reflect.Value) bool {
	at := owner.FieldByIndex(f.field.Index)
	if !at.CanSet() {
		return false
	}
	if !v.IsValid() {
		return true // Remove: the zero value is what a reader will see
	}
	l := model.Lens{Root: at.Type(), Value: v.Type(), Steps: first(f.inside)}
	return l.Set(at, v)
}

// first makes every list position 0: the scratch list has one element.
func first(steps []model.Step) []model.Step {
	out := make([]model.Step, len(steps))
	for i, s := range steps {
		if s.Kind == model.SliceIndex {
			s.Index = 0
		}
		out[i] = s
	}
	return out
}

// splitRules divides a validate tag at its commas; alternatives (a|b) stay
// together.
func splitRules(tag string) []string {
	if tag == "" || tag == "-" {
		return nil
	}
	return strings.Split(tag, ",")
}

// unknowable names a rule that Update cannot check, "" if it can check all.
func unknowable(rules []string, ch *model.Change, f changed) string {
	partial := ch.Op == model.Append || ch.Op == model.Add || elementOnly(f.inside)
	for _, rule := range rules {
		name, _, _ := strings.Cut(rule, "=")
		if name == "dive" {
			partial = false // what follows is about single elements
			continue
		}
		for _, alternative := range strings.Split(rule, "|") {
			name, _, _ = strings.Cut(alternative, "=")
			if crossField(name) {
				return rule
			}
		}
		if partial && name != "omitempty" && name != "omitnil" && name != "required" && name != "" {
			return rule
		}
	}
	return ""
}

// elementOnly reports whether the value is an element of the field's list or
// map, so that the field as a whole is not known.
func elementOnly(steps []model.Step) bool {
	for _, s := range steps {
		if s.Kind == model.SliceIndex || s.Kind == model.MapKey || s.Kind == model.ArrayIndex {
			return true
		}
	}
	return false
}

// crossField reports a rule that looks at other fields.
func crossField(name string) bool {
	switch name {
	case "fieldcontains", "fieldexcludes", "skip_unless":
		return true
	}
	for _, prefix := range []string{"required_", "excluded_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return strings.HasSuffix(name, "field")
}
