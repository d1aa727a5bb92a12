package rules_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/rules"
)

// Update against the validator's verdict on the whole object that results: what
// is accepted is valid, what is refused is not, and the rest is said to be
// undecided. The object that is changed is valid, and has the path unless
// parents are created.
func TestUpdateIsPut(t *testing.T) {
	decided, undecided := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		v := validator.New()
		if rapid.Bool().Draw(t, "structs") {
			v = validator.New(validator.WithRequiredStructEnabled())
		}
		v.RegisterAlias("short", "min=1,max=1")
		v.RegisterAlias("few", "required,max=2")
		v.RegisterAlias("shortIfAny", "omitempty,short")
		typ := randomStruct(t, 2)
		set, err := rules.Compile(v, typ, rules.Local{}, nil)
		if err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		old := reflect.New(typ).Elem()
		for range 20 {
			if fill(t, old); verdict(v, old) == nil {
				break
			}
			old.SetZero()
		}
		if verdict(v, old) != nil {
			t.Skip("no valid object")
		}
		for range 8 {
			parents := rapid.IntRange(0, 3).Draw(t, "parents") == 0
			changes := randomChanges(t, old, parents)
			if len(changes) == 0 {
				continue
			}
			now := clone(old)
			shifted := applyAll(now, changes)
			want := verdict(v, now)
			if want == errPanic {
				continue
			}
			got := set.Update(context.Background(), changes, parents)
			what := func() string {
				return fmt.Sprintf("type %s\nold %+v\nnew %+v\nchanges %s, parents %v\nvalidator: %v\nupdate: %v", typ, show(old), show(now), describe(changes), parents, want, got)
			}
			var doubt *rules.Undecided
			var invalid *rules.Invalid
			switch {
			case errors.As(got, &doubt):
				undecided++
				if simple(typ, changes, parents) {
					t.Fatalf("a rule of the value alone is undecided\n%s", what())
				}
			case errors.As(got, &invalid):
				decided++
				if want == nil && !given(old, changes) {
					t.Fatalf("refused, but valid\n%s", what())
				}
				if want != nil && !given(old, changes) && !shifted && !named(invalid, want, changes) {
					t.Fatalf("other names\n%s", what())
				}
			case got != nil:
				t.Fatal(got)
			default:
				decided++
				if want != nil {
					t.Fatalf("accepted, but invalid\n%s", what())
				}
			}
		}
	})
	// Three in four are, of these types.
	if decided < 2*undecided || decided == 0 {
		t.Errorf("%d updates are decided, %d are not", decided, undecided)
	}
}

// given reports whether a value that is only stored where there is none is not.
func given(old reflect.Value, changes []*model.Change) bool {
	for _, ch := range changes {
		if ch.Op == model.SetIfAbsent {
			if v, ok := ch.Lens.Get(old); ok && !v.IsZero() {
				return true
			}
		}
	}
	return false
}

// named reports whether the failures have the names and rules that they have in
// the whole object. Elements that are appended are counted from 0.
func named(got *rules.Invalid, want error, changes []*model.Change) bool {
	var all validator.ValidationErrors
	errors.As(want, &all)
	for _, e := range got.Failed {
		found := false
		for _, w := range all {
			// A rule that is not decided may fail as well, and stand before.
			first := e.Namespace() != w.Namespace() || strings.HasSuffix(w.Tag(), "field") || strings.Contains(w.Tag(), "_")
			found = found || e.Error() == w.Error() || first && overlap(e.Namespace(), w.Namespace())
		}
		for _, ch := range changes {
			found = found || (ch.Op == model.Append || ch.Op == model.Prepend || ch.Op == model.AddToSet) && strings.HasPrefix(e.Namespace(), ch.Lens.GoPath()+"[")
		}
		if !found {
			return false
		}
	}
	return true
}

// simple reports a change that must be decided: what is set, removed or appended
// at the end of a path on which no rule looks at more than presence. There is
// no rule about other fields in the type, and no parent may be absent.
func simple(typ reflect.Type, changes []*model.Change, parents bool) bool {
	if len(changes) > 1 || parents || refers.MatchString(typ.String()) {
		return false
	}
	ch := changes[0]
	steps := ch.Lens.Steps
	for len(steps) > 0 && steps[len(steps)-1].Kind == model.Deref {
		steps = steps[:len(steps)-1]
	}
	t := typ
	var rest string // what the tag says of the value that has been reached
	for i, s := range steps {
		if t.Kind() == reflect.Array || i > 0 && rest != "" && rest != "required" && !strings.HasPrefix(rest, "dive") && !strings.HasPrefix(rest, "required,dive") {
			return false
		}
		if t.Kind() == reflect.Struct && rest != "" {
			return false
		}
		switch s.Kind {
		case model.Field:
			f := t.Field(s.Index)
			t, rest = f.Type, f.Tag.Get("validate")
			if rest == "-" {
				return true
			}
		case model.Deref:
			t = t.Elem()
		default:
			t = t.Elem()
			_, rest, _ = strings.Cut(rest, "dive")
			rest = strings.TrimPrefix(rest, ",")
			if strings.HasPrefix(rest, "keys") {
				return false
			}
		}
	}
	switch ch.Op {
	case model.Set, model.Remove:
		return true
	case model.DeleteFromSet:
		return rest == "" || strings.HasPrefix(rest, "dive")
	case model.Append, model.Prepend, model.AddToSet:
		return rest == "" || rest == "required" || strings.HasPrefix(rest, "dive") || strings.HasPrefix(rest, "required,dive")
	case model.Add:
		return rest == ""
	}
	return false
}

// refers matches a rule about another field.
var refers = regexp.MustCompile(`=[A-D]\b`)

// verdict is what the validator says. It panics at some rules about fields that
// are not reached through nil.
func verdict(v *validator.Validate, object reflect.Value) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return v.Struct(object.Addr().Interface())
}

var errPanic = errors.New("the validator panics")
