package model_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

type (
	Town struct {
		City string `validate:"required"`
	}
	Stamp struct {
		By string `validate:"required"`
	}
	Form struct {
		Stamp
		Title string `validate:"required"`
		Home  Town
		Work  *Town           `validate:"required"`
		Past  []Town          `validate:"dive"`
		Pals  []*Town         `validate:"dive"`
		Homes map[string]Town `validate:"dive"`
		Years map[int]*Town   `validate:"dive"`
		Pair  [2]Town         `validate:"dive"`
	}
)

var formCity = lens.Of(func(t *Town) *string { return &t.City })

// The lenses that lead to the required strings of Form, one way each.
var formLenses = []*model.Lens{
	compiled(lens.Of(func(f *Form) *string { return &f.By })),
	compiled(lens.Of(func(f *Form) *string { return &f.Title })),
	compiled(lens.Of(func(f *Form) *string { return &f.Home.City })),
	compiled(lens.Of(func(f *Form) *string { return &f.Work.City })),
	compiled(lens.Join(lens.At(lens.Of(func(f *Form) *[]Town { return &f.Past }), 1), formCity)),
	compiled(lens.Join(lens.At(lens.Of(func(f *Form) *[]*Town { return &f.Pals }), 0), lens.Ptr(formCity))),
	compiled(lens.Join(lens.Entry(lens.Of(func(f *Form) *map[string]Town { return &f.Homes }), "tokyo"), formCity)),
	compiled(lens.Join(lens.Entry(lens.Of(func(f *Form) *map[int]*Town { return &f.Years }), 1995), lens.Ptr(formCity))),
	compiled(lens.Of(func(f *Form) *string { return &f.Pair[1].City })),
}

// GoPath is what the validator calls the field: alone in a StructPartial, an
// empty string is reported under it.
func TestGoPathIsValidatorNamespace(t *testing.T) {
	validate := validator.New(validator.WithRequiredStructEnabled())
	for _, l := range formLenses {
		if l.Err != nil {
			t.Fatal(l.Err)
		}
		var f Form
		if !l.Set(reflect.ValueOf(&f), reflect.ValueOf("")) {
			t.Fatalf("%s: not set", l.GoPath())
		}
		var found validator.ValidationErrors
		if err := validate.StructPartial(&f, l.GoPath()); !errors.As(err, &found) {
			t.Errorf("%s: %v", l.GoPath(), err)
			continue
		}
		var names []string
		for _, e := range found {
			names = append(names, strings.TrimPrefix(e.StructNamespace(), "Form."))
		}
		if !slices.Contains(names, l.GoPath()) {
			t.Errorf("the validator reports %v, the lens is %s", names, l.GoPath())
		}
		l.Set(reflect.ValueOf(&f), reflect.ValueOf("x"))
		if err := validate.StructPartial(&f, l.GoPath()); err != nil {
			t.Errorf("%s: %v", l.GoPath(), err)
		}
	}
}

func TestGoFields(t *testing.T) {
	want := [][]string{
		{"Stamp", "By"}, {"Title"}, {"Home", "City"}, {"Work", "City"}, {"Past", "City"},
		{"Pals", "City"}, {"Homes", "City"}, {"Years", "City"}, {"Pair", "City"},
	}
	for i, l := range formLenses {
		var got []string
		for _, f := range l.GoFields() {
			got = append(got, f.Name)
			if f.Name == "City" && f.Tag.Get("validate") != "required" {
				t.Errorf("tag %q", f.Tag)
			}
		}
		if diff := cmp.Diff(want[i], got); diff != "" {
			t.Error(diff)
		}
	}
	if got := (&model.Lens{Root: reflect.TypeFor[Form]()}).GoFields(); got != nil {
		t.Errorf("fields of no steps: %v", got)
	}
}
