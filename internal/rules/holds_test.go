package rules_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/rules"
)

type (
	held    interface{ held() }
	heldOne struct {
		Name string `validate:"required"`
		N    int    `validate:"max=9"`
		Free string
	}
	heldList []heldOne
	heldBy   struct {
		Plain  held
		Tagged held `validate:"required"`
		Open   held
	}
)

func (*heldOne) held() {}
func (heldList) held() {}

// step leads into a variant of a field of a heldBy.
func step(field int, steps ...model.Step) *model.Lens {
	return &model.Lens{Root: reflect.TypeFor[heldBy](), Steps: append([]model.Step{{Kind: model.Field, Index: field}}, steps...)}
}

// What is inside a variant that is known is judged as behind a pointer.
func TestUpdateInVariants(t *testing.T) {
	set, err := rules.Compile(validator.New(), reflect.TypeFor[heldBy](), rules.Local{}, func(_ reflect.Type, field int) []reflect.Type {
		if field == 2 {
			return nil
		}
		return []reflect.Type{reflect.TypeFor[*heldOne](), reflect.TypeFor[heldList]()}
	})
	if err != nil {
		t.Fatal(err)
	}
	one := model.Step{Kind: model.Variant, Type: reflect.TypeFor[*heldOne]()}
	list := model.Step{Kind: model.Variant, Type: reflect.TypeFor[heldList]()}
	deref, at := model.Step{Kind: model.Deref}, model.Step{Kind: model.SliceIndex}
	in := func(i int) model.Step { return model.Step{Kind: model.Field, Index: i} }
	for _, c := range []struct {
		name  string
		lens  *model.Lens
		op    model.ChangeOp
		value any
		want  string // "", invalid, undecided
	}{
		{"valid", step(0, one, deref, in(0)), model.Set, "x", ""},
		{"invalid", step(0, one, deref, in(0)), model.Set, "", "invalid"},
		{"removed", step(0, one, deref, in(0)), model.Remove, nil, "invalid"},
		{"added", step(1, one, deref, in(1)), model.Add, 1, "undecided"},
		{"no rule", step(1, one, deref, in(2)), model.Set, "", ""},
		{"too much", step(1, one, deref, in(1)), model.Set, 10, "invalid"},
		{"a list without a tag", step(0, list, at, in(0)), model.Set, "", ""},
		{"a list under a tag", step(1, list, at, in(0)), model.Set, "", "undecided"},
	} {
		ch := &model.Change{Op: c.op, Lens: c.lens}
		if c.value != nil {
			ch.Value = reflect.ValueOf(c.value)
		}
		err := set.Update(context.Background(), []*model.Change{ch}, false)
		var invalid *rules.Invalid
		var undecided *rules.Undecided
		got := ""
		switch {
		case errors.As(err, &undecided):
			got = "undecided"
		case errors.As(err, &invalid):
			got = "invalid"
		case err != nil:
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
