package rules_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/rules"
)

type (
	Base struct {
		Site *Site `dynamodbav:"site" validate:"required"`
	}
	Site struct {
		City string `validate:"required"`
		Lots []Lot  `validate:"dive"`
	}
	Lot struct {
		Size  int    `validate:"gt=0"`
		Deed  *Deed  `validate:"required"`
		Label string `validate:"required_with=Deed"`
		Owner string `validate:"required_without=Deed,max=3"`
	}
	Deed struct{ Number int }
	Farm struct {
		Base
		Name  string         `validate:"required"`
		Where string         `validate:"required_with=Site.City,alpha"`
		Lots  []Lot          `validate:"dive"`
		Barns map[string]Lot `dynamodbav:"barns" validate:"dive"`
		Open  int            `validate:"gtefield=Shut"`
		Shut  int
	}
)

type (
	Hill struct {
		Top  Deed
		Name string `validate:"max=3"`
		Side int
	}
	Land struct {
		Main  Hill            `validate:"required"`
		Once  Hill            `validate:"required,structonly"`
		Hills []Hill          `validate:"min=1,unique,dive,required"`
		Ptrs  []*Hill         `validate:"unique=Top,dive,required"`
		Sides []Hill          `validate:"unique=Side"`
		By    map[string]Hill `validate:"unique,dive,required"`
	}
)

// Rules of what is around a gap look into it: whether a struct has anything in
// it, and whether elements differ.
func TestAroundGaps(t *testing.T) {
	set := compileFor[Land](t, validator.New(validator.WithRequiredStructEnabled()), rules.Local{})
	var gaps []*rules.Gap
	for _, path := range []attr.Path{
		{attr.Field("Main")}, {attr.Field("Once")}, {attr.Field("Hills"), attr.Elem}, {attr.Field("Ptrs"), attr.Elem},
		{attr.Field("Sides"), attr.Elem}, {attr.Field("By"), attr.Value},
	} {
		gaps = append(gaps, set.Gap(codec.For(reflect.TypeFor[Land]()), append(path, attr.Field("Top"))))
	}
	land := func(change func(*Land)) *Land {
		l := &Land{Hills: make([]Hill, 2), Ptrs: []*Hill{{}, {}}, Sides: []Hill{{Side: 1}, {Side: 2}}, By: map[string]Hill{"a": {}, "b": {}}}
		change(l)
		return l
	}
	for _, c := range []struct {
		name string
		land *Land
		want string
	}{
		{"nothing else", land(func(*Land) {}), ""},
		{"the rest of a struct", land(func(l *Land) { l.Main.Name = "long" }), "Land.Main.Name max"},
		{"no element", land(func(l *Land) { l.Hills = nil }), "Land.Hills min"},
		{"no pointer", land(func(l *Land) { l.Ptrs[1] = nil }), "Land.Ptrs[1] required"},
		{"the rest of elements", land(func(l *Land) { l.Sides[1].Side = 1 }), "Land.Sides unique"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := failed(set.Whole(ctx, reflect.ValueOf(c.land), gaps)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	if got := failed(set.Whole(ctx, reflect.ValueOf(land(func(*Land) {})), nil)); got != "Land.Main required, Land.Once required, Land.Hills unique, Land.Ptrs unique, Land.By unique" {
		t.Errorf("without gaps: %s", got)
	}
}

// failed lists names and rules.
func failed(err error) string {
	var all validator.ValidationErrors
	if errors.As(err, &all) {
		var out []string
		for _, e := range all {
			out = append(out, e.Namespace()+" "+e.Tag())
		}
		return strings.Join(out, ", ")
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// What is in a gap is not asked, nor are rules outside that look into it.
func TestWhole(t *testing.T) {
	set := compileFor[Farm](t, validator.New(validator.WithRequiredStructEnabled()), rules.Local{})
	gap := func(path ...attr.Seg) *rules.Gap { return set.Gap(codec.For(reflect.TypeFor[Farm]()), path) }
	site, lots := attr.Field("site"), attr.Field("Lots")
	inLots := gap(lots, attr.Elem, attr.Field("Deed"))
	inBarns := gap(attr.Field("barns"), attr.Value, attr.Field("Deed"))
	farm := func(change func(*Farm)) *Farm {
		deed := &Deed{1}
		f := &Farm{Base: Base{&Site{City: "x"}}, Name: "n", Where: "w", Open: 1,
			Lots:  []Lot{{Size: 1, Deed: deed, Label: "l"}},
			Barns: map[string]Lot{"a].b": {Size: 1, Deed: deed, Label: "l"}}}
		change(f)
		return f
	}
	withoutSite := farm(func(f *Farm) { f.Site, f.Where = nil, "" })
	withoutDeeds := farm(func(f *Farm) {
		f.Lots[0].Deed = nil
		f.Barns["a].b"] = Lot{Size: 1, Label: "l"}
	})
	for _, c := range []struct {
		name string
		farm *Farm
		gaps []*rules.Gap
		want string
	}{
		{"whole", farm(func(*Farm) {}), nil, ""},
		{"whole, with something missing", withoutSite, nil, "Farm.Base.Site required, Farm.Where alpha"},
		{"the field of a part", withoutSite, []*rules.Gap{gap(site)}, "Farm.Where alpha"},
		{"a field of a part", farm(func(f *Farm) { f.Site.City = "" }), []*rules.Gap{gap(site)}, ""},
		{"a rule that looks into it", farm(func(f *Farm) { f.Where = "" }), []*rules.Gap{gap(site)}, ""},
		{"a rule that does not", farm(func(f *Farm) { f.Where, f.Open = "1", -1 }), []*rules.Gap{gap(site)}, "Farm.Where alpha, Farm.Open gtefield"},
		{"in elements", withoutDeeds, nil, "Farm.Lots[0].Deed required, Farm.Lots[0].Owner required_without, Farm.Barns[a].b].Deed required, Farm.Barns[a].b].Owner required_without"},
		{"in elements of a list", withoutDeeds, []*rules.Gap{inLots}, "Farm.Barns[a].b].Deed required, Farm.Barns[a].b].Owner required_without"},
		{"and of a map", withoutDeeds, []*rules.Gap{inLots, inBarns}, ""},
		{"the rest of an element", farm(func(f *Farm) { f.Lots[0] = Lot{Owner: "long"} }), []*rules.Gap{inLots}, "Farm.Lots[0].Size gt, Farm.Lots[0].Owner max"},
		{"a whole list", farm(func(f *Farm) { f.Lots[0] = Lot{} }), []*rules.Gap{gap(lots)}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := failed(set.Whole(ctx, reflect.ValueOf(c.farm), c.gaps)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
