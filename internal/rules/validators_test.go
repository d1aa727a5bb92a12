package rules_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/rules"
	"github.com/dystore/dystore/lens"
)

// Validators that their users have told something.

type (
	Item struct {
		Name  string `binding:"short" validate:"-" json:"n"`
		Slug  string `binding:"slug"`
		Count int
		Parts []Part `binding:"dive" json:"parts"`
	}
	Part struct {
		Weight int `binding:"gte=0" json:"w"`
		Price  int
	}
)

var (
	itemName  = lens.Of(func(i *Item) *string { return &i.Name })
	itemSlug  = lens.Of(func(i *Item) *string { return &i.Slug })
	itemCount = lens.Of(func(i *Item) *int { return &i.Count })
	itemParts = lens.Of(func(i *Item) *[]Part { return &i.Parts })
	weight    = lens.Of(func(p *Part) *int { return &p.Weight })
)

// lower is a function that looks at its field alone.
func lowerCase(fl validator.FieldLevel) bool {
	return fl.Field().String() == strings.ToLower(fl.Field().String())
}

// binding is a validator with a tag name, an alias and a function of its own.
func binding(t *testing.T) *validator.Validate {
	v := validator.New()
	v.SetTagName("binding")
	v.RegisterAlias("short", "omitempty,min=2,max=5")
	if err := v.RegisterValidation("slug", lowerCase); err != nil {
		t.Fatal(err)
	}
	return v
}

var ctx = context.Background()

func TestTagNameAndAlias(t *testing.T) {
	set := compileFor[Item](t, binding(t), rules.Local{Functions: []string{"slug"}})
	for _, c := range []struct {
		change lens.Change[Item]
		want   string
	}{
		{itemName.Set("abcdef"), "Item.Name short"},
		{itemName.Set("a"), "Item.Name short"},
		{itemName.Set(""), "ok"},
		{itemName.Set("abc"), "ok"},
		{itemSlug.Set("A"), "Item.Slug slug"},
		{itemSlug.Set("a"), "ok"},
		{lens.Join(lens.At(itemParts, 1), weight).Set(-1), "Item.Parts[1].Weight gte"},
	} {
		if got := outcome(set.Update(ctx, edits([]lens.Change[Item]{c.change}), false)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.change.ModelChange().Lens.Path, got, c.want)
		}
	}
}

// A function that nobody vouches for may look anywhere, so that no change can
// be judged, not even of another field.
func TestOwnFunctions(t *testing.T) {
	change := edits([]lens.Change[Item]{itemCount.Set(1)})
	update := func(v *validator.Validate, local rules.Local) string {
		return outcome(compileFor[Item](t, v, local).Update(ctx, change, false))
	}
	if got := update(binding(t), rules.Local{}); got != "? Item.Slug slug" {
		t.Errorf("a function: %q", got)
	}
	vouched := rules.Local{Functions: []string{"slug"}}
	if got := update(binding(t), vouched); got != "ok" {
		t.Errorf("a function that looks no further: %q", got)
	}

	v := binding(t)
	v.RegisterStructValidation(func(validator.StructLevel) {}, Part{})
	if got := update(v, vouched); got != "? Part. " {
		t.Errorf("the function of a struct: %q", got)
	}
	vouched.Structs = []reflect.Type{reflect.TypeFor[Part]()}
	if got := update(v, vouched); got != "ok" {
		t.Errorf("the function of a struct that looks no further: %q", got)
	}
	set := compileFor[Item](t, v, vouched)
	inPart := lens.Join(lens.At(itemParts, 0), weight)
	if got := outcome(set.Update(ctx, edits([]lens.Change[Item]{inPart.Set(1)}), false)); got != "? Part. " {
		t.Errorf("in the struct: %q", got)
	}
	if got := outcome(set.Update(ctx, edits([]lens.Change[Item]{lens.At(itemParts, 0).Set(Part{})}), false)); got != "ok" {
		t.Errorf("the struct whole: %q", got)
	}

	v = binding(t)
	if err := v.RegisterValidation("gte", lowerCase); err != nil {
		t.Fatal(err)
	}
	if got := update(v, rules.Local{Functions: []string{"slug"}}); got != "? Part.Weight gte=0" {
		t.Errorf("a function in the place of the validator's: %q", got)
	}
}

// The error of a function that was called is the validator's; one that cannot
// be called names what it would take.
func TestUndecidedTexts(t *testing.T) {
	v := binding(t)
	err := compileFor[Item](t, v, rules.Local{}).Update(ctx, edits([]lens.Change[Item]{itemCount.Set(1)}), false)
	const function = `the validation rule "slug" of rules_test.Item.Slug cannot be checked by Update, because a registered function may look at any field; name it in repo.FieldRules if it looks at its value alone, or use Modify`
	if err.Error() != function {
		t.Errorf("got\n%s\nwant\n%s", err, function)
	}
	v.RegisterStructValidation(func(validator.StructLevel) {}, Item{})
	err = compileFor[Item](t, v, rules.Local{Functions: []string{"slug"}}).Update(ctx, edits([]lens.Change[Item]{itemCount.Set(1)}), false)
	const structure = `the validation function of rules_test.Item cannot be checked by Update, because a registered function may look at any field; name the struct in repo.StructRules if it looks at nothing else, or use Modify`
	if err.Error() != structure {
		t.Errorf("got\n%s\nwant\n%s", err, structure)
	}
	set := compileFor[Shop](t, validator.New(validator.WithRequiredStructEnabled()), rules.Local{})
	err = set.Update(ctx, edits(updates{maybeLon.Set("x")}), false)
	const empty = `the validation of rules_test.Shop.Maybe cannot be checked by Update, which does not know whether there is a value yet, and would fail in a new one; use Modify: Key: 'Shop.Maybe.Lat' Error:Field validation for 'Lat' failed on the 'required' tag`
	if err.Error() != empty {
		t.Errorf("got\n%s\nwant\n%s", err, empty)
	}
	var failed validator.ValidationErrors
	if !errors.As(err, &failed) || failed[0].Namespace() != "Shop.Maybe.Lat" {
		t.Errorf("got %v; want what failed in the chain", failed)
	}
}

// Rules that are registered for a type stand in the place of its tags.
func TestMapRules(t *testing.T) {
	v := binding(t)
	v.RegisterStructValidationMapRules(map[string]string{"Slug": "max=3"}, Item{})
	set := compileFor[Item](t, v, rules.Local{})
	if got := outcome(set.Update(ctx, edits([]lens.Change[Item]{itemSlug.Set("LONG")}), false)); got != "Item.Slug max" {
		t.Errorf("got %q", got)
	}
}

// The names in failures are those that the user's function gives to fields.
func TestTagNameFunc(t *testing.T) {
	v := binding(t)
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return f.Tag.Get("json") })
	set := compileFor[Item](t, v, rules.Local{Functions: []string{"slug"}})
	for _, c := range []struct {
		change lens.Change[Item]
		want   string
	}{
		{itemName.Set("abcdef"), "Item.n short"},
		{lens.Join(lens.At(itemParts, 1), weight).Set(-1), "Item.parts[1].w gte"},
	} {
		if got := outcome(set.Update(ctx, edits([]lens.Change[Item]{c.change}), false)); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

type (
	Price  struct{ Cents int }
	Priced struct {
		Price  Price   `validate:"gte=1"`
		Amount *Amount `validate:"omitempty"`
	}
	Amount struct {
		N int `validate:"required"`
	}
)

// ValidatorValue makes the validator look at a number in the place of a Price.
func (p Price) ValidatorValue() any { return p.Cents }

// Where the validator looks at something else, a part of the value says
// nothing.
func TestOtherValues(t *testing.T) {
	cents := lens.Of(func(p *Priced) *int { return &p.Price.Cents })
	price := lens.Of(func(p *Priced) *Price { return &p.Price })
	n := lens.Of(func(p *Priced) *int { return &p.Amount.N })
	v := validator.New()
	update := func(change lens.Change[Priced]) string {
		return outcome(compileFor[Priced](t, v, rules.Local{}).Update(ctx, edits([]lens.Change[Priced]{change}), false))
	}
	for _, c := range []struct {
		change lens.Change[Priced]
		want   string
	}{
		{cents.Set(0), "? Priced.Price "},
		{price.Set(Price{}), "Priced.Price gte"},
		{price.Set(Price{1}), "ok"},
		{n.Set(0), "Priced.Amount.N required"},
	} {
		if got := update(c.change); got != c.want {
			t.Errorf("%s: got %q, want %q", c.change.ModelChange().Lens.Path, got, c.want)
		}
	}
	v = validator.New()
	v.RegisterCustomTypeFunc(func(v reflect.Value) any { return v.Interface().(Amount).N }, Amount{})
	if got := update(n.Set(0)); got != "? Priced.Amount " {
		t.Errorf("a function for a type: %q", got)
	}
}

// A function is called with what is set, and never with a value that nobody has
// stored, though the list is longer.
func TestFunctionsSeeWhatIsSet(t *testing.T) {
	type list struct {
		Slugs []string  `validate:"min=5,dive,slug"`
		Three [3]string `validate:"dive,slug"`
	}
	slugs := lens.Of(func(l *list) *[]string { return &l.Slugs })
	second := lens.Of(func(l *list) *string { return &l.Three[1] })
	v := validator.New()
	seen := map[string]bool{}
	err := v.RegisterValidation("slug", func(fl validator.FieldLevel) bool {
		seen[fl.Field().String()] = true
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	set := compileFor[list](t, v, rules.Local{Functions: []string{"slug"}})
	for _, change := range []lens.Change[list]{lens.At(slugs, 2).Set("a"), lens.Append(slugs, "b"), second.Set("c")} {
		if err := set.Update(ctx, edits([]lens.Change[list]{change}), false); err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff(map[string]bool{"a": true, "b": true, "c": true}, seen); diff != "" {
		t.Error(diff)
	}
}

// A function is not given half of a struct, nor what is added in the place of a
// sum.
func TestFunctionsSeeNothingHalf(t *testing.T) {
	type place struct {
		City string `validate:"max=3"`
		Zip  string
	}
	type list struct {
		Home  place `validate:"whole"`
		Count int   `validate:"whole"`
	}
	city := lens.Of(func(l *list) *string { return &l.Home.City })
	count := lens.Of(func(l *list) *int { return &l.Count })
	v := validator.New()
	err := v.RegisterValidation("whole", func(fl validator.FieldLevel) bool { panic("called") })
	if err != nil {
		t.Fatal(err)
	}
	set := compileFor[list](t, v, rules.Local{Functions: []string{"whole"}})
	for _, c := range []struct {
		changes []lens.Change[list]
		want    string
	}{
		{[]lens.Change[list]{city.Set("x")}, "? list.Home whole"},
		{[]lens.Change[list]{lens.Add(count, 1), city.Set("long")}, "? list.Count whole"},
	} {
		if got := outcome(set.Update(ctx, edits(c.changes), false)); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// Without the option, required is not asked of structs.
func TestRequiredOfStructs(t *testing.T) {
	set := compileFor[Shop](t, validator.New(), rules.Local{})
	if got := outcome(set.Update(ctx, edits(updates{mustLon.Set("")}), false)); got != "ok" {
		t.Errorf("got %q", got)
	}
}

// What the validator would panic at is found when the types are read.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
	}{
		{struct {
			A string `validate:"nonsense"`
		}{}, `A: the validator has no rule "nonsense"`},
		{struct {
			A string `validate:"required,"`
		}{}, `A: the validator has no rule ""`},
		{struct {
			A string `validate:"alpha|nonsense=1"`
		}{}, `A: the validator has no rule "nonsense"`},
		{struct {
			A map[string]int `validate:"keys,max=1,endkeys"`
		}{}, "A: keys must follow dive"},
		{struct {
			A map[string]int `validate:"endkeys,max=1"`
		}{}, "A: endkeys without keys"},
		{struct {
			A string `validate:"dive,max=1"`
		}{}, "A: its validation rule dive needs a list or a map, not string"},
		{struct {
			A []string `validate:"dive,dive"`
		}{}, "A: its validation rule dive needs a list or a map, not string"},
		{struct {
			A *struct {
				B string `validate:"ring"`
			}
		}{}, `B: the alias "ring" contains itself`},
		{struct {
			A map[string]int `validate:"dive,short,gte=0"`
		}{}, `A: the alias "short" begins with keys, which must follow dive`},
	} {
		v := validator.New()
		v.RegisterAlias("short", "keys,max=2,endkeys")
		v.RegisterAlias("ring", "ring")
		_, err := rules.Compile(v, reflect.TypeOf(c.value), rules.Local{}, nil)
		var f *rules.Fault
		if !errors.As(err, &f) {
			t.Errorf("%v: got %v", c.want, err)
		} else if got := f.Field + ": " + f.Reason; got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	_, err := rules.Compile(validator.New(), reflect.TypeFor[Item](), rules.Local{Functions: []string{"slug"}, Structs: []reflect.Type{reflect.TypeFor[Part](), nil}}, nil)
	const want = "repo.FieldRules: the validator has no function \"slug\"\n" +
		"repo.StructRules: the validator has no function for rules_test.Part\n" +
		"repo.StructRules: the validator has no function for <nil>"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}
