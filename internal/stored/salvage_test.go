package stored

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/attr"
)

func TestSalvage(t *testing.T) {
	stamp, id := ID{1}, ElemID{2}
	healthy := func() map[string]types.AttributeValue {
		r := &Root{Format: 1, Entity: "doc", Version: 1, Ring: NewRing(ID{3}), Layout: Layout{
			{Path: attr.Names("home"), Kind: One, Table: "Homes", KeyName: "_id"},
			{Path: attr.Names("past"), Kind: List, Table: "Past", KeyName: "_id"},
		}, Parts: map[Inst]Ref{"home": {Stamp: stamp}, "far": {Stamp: stamp, Table: "T", KeyName: "k", Key: "x"}}, Orders: map[Inst]Order{"past": {Elems: []Element{{ID: id}, {Nil: true}}}}}
		r.LayoutID = r.Layout.ID()
		return r.Encode().(*types.AttributeValueMemberM).Value
	}
	wrong := str("x")
	home := Place{Path: attr.Names("home"), Kind: One, Table: "Homes", KeyName: "_id"}
	past := Place{Path: attr.Names("past"), Kind: List, Table: "Past", KeyName: "_id"}
	whole := func() *Root {
		return &Root{Entity: "doc", Layout: Layout{home, past}, Parts: map[Inst]Ref{"home": {Stamp: stamp}, "far": {Stamp: stamp, Table: "T", KeyName: "k", Key: "x"}},
			Orders: map[Inst]Order{"past": {Elems: []Element{{ID: id}, {Nil: true}}}}}
	}
	for name, c := range map[string]struct {
		damage func(m map[string]types.AttributeValue)
		want   func(r *Root)
	}{
		"nothing":      {func(m map[string]types.AttributeValue) {}, func(r *Root) {}},
		"newer format": {func(m map[string]types.AttributeValue) { m["f"] = num(9) }, func(r *Root) {}},
		"no ring":      {func(m map[string]types.AttributeValue) { delete(m, "r") }, func(r *Root) {}},
		"entity":       {func(m map[string]types.AttributeValue) { m["e"] = num(1) }, func(r *Root) { r.Entity = "" }},
		"layout":       {func(m map[string]types.AttributeValue) { m["y"] = wrong }, func(r *Root) { r.Layout = nil }},
		"one place": {func(m map[string]types.AttributeValue) { m["y"].(*types.AttributeValueMemberL).Value[0] = wrong },
			func(r *Root) { r.Layout = Layout{past} }},
		"manifest": {func(m map[string]types.AttributeValue) { m["m"] = wrong }, func(r *Root) { clear(r.Parts) }},
		"one entry": {func(m map[string]types.AttributeValue) { m["m"].(*types.AttributeValueMemberM).Value["home"] = wrong },
			func(r *Root) { delete(r.Parts, "home") }},
		"no instance": {func(m map[string]types.AttributeValue) {
			m["m"].(*types.AttributeValueMemberM).Value["a#?"] = stamp.AV()
		}, func(r *Root) {}},
		"orders": {func(m map[string]types.AttributeValue) { m["o"] = wrong }, func(r *Root) { clear(r.Orders) }},
		"one order": {func(m map[string]types.AttributeValue) { m["o"].(*types.AttributeValueMemberM).Value["past"] = wrong },
			func(r *Root) { clear(r.Orders) }},
	} {
		m, want := healthy(), whole()
		c.damage(m)
		c.want(want)
		if diff := cmp.Diff(want, Salvage(&types.AttributeValueMemberM{Value: m})); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	for _, av := range []types.AttributeValue{nil, wrong, &types.AttributeValueMemberM{}, &types.AttributeValueMemberNULL{Value: true}} {
		if r := Salvage(av); r.Entity != "" || len(r.Layout)+len(r.Parts)+len(r.Orders) > 0 {
			t.Errorf("%v: %+v", av, r)
		}
	}
}

func TestPossible(t *testing.T) {
	a, b, c := ElemID{1}, ElemID{2}, ElemID{3}
	r := &Root{Orders: map[Inst]Order{
		"docs":                      {Elems: []Element{{ID: a}, {Nil: true}, {ID: b}}},
		Inst("docs").Elem(a) + ".l": {Elems: []Element{{ID: c}}},
		"homes":                     {IsMap: true, Nils: []string{"x"}},
	}}
	at := func(segs ...attr.Seg) attr.Path { return segs }
	for _, p := range []struct {
		place Place
		want  []Inst
	}{
		{Place{Kind: One, Path: attr.Names("home", "geo")}, []Inst{"home.geo"}},
		{Place{Kind: List, Path: attr.Names("docs")}, []Inst{Inst("docs").Elem(a), Inst("docs").Elem(b)}},
		{Place{Kind: KeptList, Path: attr.Names("docs")}, nil},
		{Place{Kind: One, Path: at(attr.Field("docs"), attr.Elem, attr.Field("n"))}, []Inst{Inst("docs").Elem(a) + ".n", Inst("docs").Elem(b) + ".n"}},
		{Place{Kind: List, Path: at(attr.Field("docs"), attr.Elem, attr.Field("l"))}, []Inst{(Inst("docs").Elem(a) + ".l").Elem(c)}},
		{Place{Kind: Map, Path: attr.Names("homes")}, nil},
		{Place{Kind: One, Path: at(attr.Field("homes"), attr.Value, attr.Field("n"))}, nil},
		{Place{Kind: List, Path: attr.Names("none")}, nil},
	} {
		if diff := cmp.Diff(p.want, r.Possible(&p.place)); diff != "" {
			t.Errorf("%s:\n%s", p.place.Path, diff)
		}
	}
}
