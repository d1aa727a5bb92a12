package rules

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/model"
)

// The validator in use is one whose setup can be looked up. After an update of
// it this test says whether that is still so.
func TestLookup(t *testing.T) {
	type typ struct{ A string }
	v := validator.New(validator.WithRequiredStructEnabled(), validator.WithPrivateFieldValidation())
	v.SetTagName("binding")
	v.RegisterAlias("short", "max=3")
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(v.RegisterValidation("slug", func(validator.FieldLevel) bool { return true }))
	must(v.RegisterValidation("alpha", func(validator.FieldLevel) bool { return true }))
	must(v.RegisterValidationCtx("email", func(context.Context, validator.FieldLevel) bool { return true }))
	v.RegisterStructValidation(func(validator.StructLevel) {}, typ{})
	v.RegisterStructValidationMapRules(map[string]string{"A": "max=1"}, typ{})
	v.RegisterCustomTypeFunc(func(reflect.Value) any { return 1 }, typ{})

	s, none, of := lookup(v), lookup(validator.New()), reflect.TypeFor[typ]()
	if s.blind || none.blind {
		t.Fatal("the fields of a validator are not those that are known")
	}
	type seen struct {
		Tag, Alias, TagOf                          string
		Private, StructRequired, StructFunc, Convs bool
		Own                                        []string
	}
	look := func(s *setup) seen {
		alias, _ := s.alias("short")
		var own []string
		for _, name := range []string{"slug", "alpha", "email", "required", "nonsense"} {
			if there, mine := s.function(name); there && mine {
				own = append(own, name)
			}
		}
		return seen{s.tag, alias, s.tagOf(of, of.Field(0)), s.private, s.structRequired, s.structFunc(of), s.converts(of), own}
	}
	if diff := cmp.Diff(seen{"binding", "max=3", "max=1", true, true, true, true, []string{"slug", "alpha", "email"}}, look(s)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(seen{Tag: "validate"}, look(none)); diff != "" {
		t.Error(diff)
	}
}

// Every rule that the validator brings along is in one list, and nothing else.
func TestEveryRuleIsListed(t *testing.T) {
	var listed []string
	for _, list := range []map[string]bool{valueRules, sizeRules, fieldRules, fieldsRules, valuesRules} {
		listed = slices.AppendSeq(listed, maps.Keys(list))
	}
	var brought []string
	for _, k := range untouched().functions.MapKeys() {
		brought = append(brought, k.String())
	}
	slices.Sort(listed)
	slices.Sort(brought)
	if diff := cmp.Diff(brought, listed); diff != "" {
		t.Error(diff)
	}
}

// Of a validator whose functions cannot be told everything is undecided, and
// whole objects are validated as ever.
func TestBlind(t *testing.T) {
	type typ struct {
		A string `validate:"required"`
		B string
	}
	s, err := compile(validator.New(), reflect.TypeFor[typ](), Local{Functions: []string{"any"}}, nil, &setup{blind: true})
	if err != nil {
		t.Fatal(err)
	}
	change := &model.Change{Lens: &model.Lens{Root: s.typ, Steps: []model.Step{{Kind: model.Field, Index: 1}}}}
	const want = "validation cannot be checked by Update, because dystore does not know the functions of this version of the validator; use Modify"
	if err := s.Update(context.Background(), []*model.Change{change}, false); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if err := s.Whole(context.Background(), reflect.ValueOf(&typ{}), nil); err == nil {
		t.Error("an object that is not valid is accepted")
	}
}

// A validator with other fields is known for what it is.
func TestOtherFields(t *testing.T) {
	for _, m := range []any{nil, map[int]struct{}{}, map[string]int{}, map[string]struct{ F func() }{}} {
		if wrapsFunctions(reflect.ValueOf(m)) {
			t.Errorf("%T is taken for the functions of a validator", m)
		}
	}
}
