package policy_test

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/lens"
)

func bindAs(field lens.Field[Person], path string) lens.Field[Person] {
	return cipher.BindAs(field, path)
}

// Values are bound to the path that the field names, with the elements and entries of their own.
func TestBindAs(t *testing.T) {
	n := build(t, whole, protect(m, bindAs(name, "called"), bindAs(city, "town"), bindAs(eachCity, "history[].place.town"), bindAs(homesCity, "flats{}.town"), visits))
	seg, el := cipher.Name, cipher.Elem()
	plain := func() Doc {
		return Doc{
			"name": text("Jo"), "visits": &N{Value: "1"}, "home": dict(Doc{"city": text("Paris")}), "past": list(dict(Doc{"city": text("Rome")})),
			"homes": dict(Doc{"x": dict(Doc{"city": text("Oslo")}), "town": dict(Doc{"city": text("Bern")})}),
		}
	}
	want := Doc{
		"name": env(t, text("Jo"), seg("called")), "visits": env(t, &N{Value: "1"}, seg("visits")), "home": dict(Doc{"city": env(t, text("Paris"), seg("town"))}),
		"past": list(dict(Doc{"city": env(t, text("Rome"), seg("history"), el, seg("place"), seg("town"))})),
		"homes": dict(Doc{
			"x":    dict(Doc{"city": env(t, text("Oslo"), seg("flats"), seg("x"), seg("town"))}),
			"town": dict(Doc{"city": env(t, text("Bern"), seg("flats"), seg("town"), seg("town"))}),
		}),
	}
	byList, err := policy.Decode(n.Encode(), m)
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{"home.city encrypted, bound as town", "homes{}.city encrypted, bound as flats{}.town", "name encrypted, bound as called",
		"past[].city encrypted, bound as history[].place.town", "visits encrypted"}
	if diff := cmp.Diff(texts, byList.Texts()); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	for path, as := range map[string]string{"name": "called", "visits": "", "home": "", "id": ""} {
		if got := n.BoundAs(attr.Names(path)); got.String() != as {
			t.Errorf("%s is bound as %s", path, got)
		}
	}
	if got := n.BoundAs(attr.Names("name", "x")); got != nil {
		t.Errorf("what is inside a value is bound as %s", got)
	}
	doc := plain()
	if err := n.Seal(ctx, doc, nil, proto(), nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, doc, show); diff != "" {
		t.Errorf("sealed (-want +got):\n%s", diff)
	}
	for _, o := range []*policy.Node{n, byList} {
		opened := item.CloneMap(doc)
		if err := o.Open(ctx, opened, nil, proto(), nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(plain(), opened, show); diff != "" {
			t.Errorf("opened (-want +got):\n%s", diff)
		}
	}
	// One value at a path, as Update and Read have it.
	for _, path := range []attr.Path{{attr.Field("homes"), attr.Entry("x"), attr.Field("city")}, {attr.Field("homes"), attr.Field("x"), attr.Field("city")}} {
		got, err := n.SealValue(ctx, text("Oslo"), path, proto())
		if want := env(t, text("Oslo"), seg("flats"), seg("x"), seg("town")); err != nil || !item.Equal(got, want) {
			t.Errorf("%s: %v, %v", path, got, err)
		}
		c, bound := n.SealedBy(path)
		if want := `flats["x"].town`; c != cipher.Cipher(m) || path[1].Kind == attr.Key && bound.String() != want {
			t.Errorf("%s: sealed by %v, bound to %s, want %s", path, c, bound, want)
		}
	}
	got, err := n.SealValue(ctx, text("Rome"), attr.Path{attr.Field("past"), attr.At(3), attr.Field("city")}, proto())
	if want := env(t, text("Rome"), seg("history"), el, seg("place"), seg("town")); err != nil || !item.Equal(got, want) {
		t.Errorf("an element: %v, %v", got, err)
	}
}

// In a recursive type, one depth may be bound to another path, and the others are not.
func TestBindAsInRecursiveType(t *testing.T) {
	bossName := lens.Join(bossPtr, lens.Ptr(name))
	n := build(t, whole, protectAll(m, name, bossName), protect(m, bindAs(name, "called"), bindAs(bossName, "boss.called")))
	byList, err := policy.Decode(n.Encode(), m)
	if err != nil {
		t.Fatal(err)
	}
	seg := cipher.Name
	called := func(of string, in Doc) Doc { in["name"] = text(of); return in }
	plain := func() Doc {
		return called("Jo", Doc{"boss": dict(called("Bo", Doc{"boss": dict(called("Al", Doc{}))}))})
	}
	doc := plain()
	if err := n.Seal(ctx, doc, nil, proto(), nil); err != nil {
		t.Fatal(err)
	}
	first := doc["boss"].(*M).Value
	second := first["boss"].(*M).Value
	for what, c := range map[string][2]AV{
		"name":           {doc["name"], env(t, text("Jo"), seg("called"))},
		"boss.name":      {first["name"], env(t, text("Bo"), seg("boss"), seg("called"))},
		"boss.boss.name": {second["name"], env(t, text("Al"), seg("boss"), seg("boss"), seg("name"))},
	} {
		if !item.Equal(c[0], c[1]) {
			t.Errorf("%s is bound to something else", what)
		}
	}
	for _, o := range []*policy.Node{n, byList} {
		opened := item.CloneMap(doc)
		if err := o.Open(ctx, opened, nil, proto(), nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(plain(), opened, show); diff != "" {
			t.Errorf("opened (-want +got):\n%s", diff)
		}
	}
}

// A value of the old name does not open under another one, and an error names the place.
func TestBindAsOpensNothingElse(t *testing.T) {
	sealed := env(t, text("Jo"), cipher.Name("called"))
	for as, want := range map[string]error{"called": nil, "other": cipher.ErrAuth, "": cipher.ErrAuth} {
		var field lens.Field[Person] = name
		if as != "" {
			field = bindAs(name, as)
		}
		n := build(t, whole, protect(m, field))
		_, err := n.OpenValue(ctx, sealed, attr.Names("name"), proto())
		var at *cipher.FieldError
		if !errors.Is(err, want) || want != nil && (!errors.As(err, &at) || at.Path != "name" || at.Entity != "person") {
			t.Errorf("bound as %q: %v", as, err)
		}
	}
	n := build(t, whole, protect(m, bindAs(name, "called"), bindAs(eachCity, "old[].city")))
	for path, doc := range map[string]Doc{
		"name":        {"name": text("plain")},
		"past[].city": {"past": list(dict(Doc{"city": sealed}))},
	} {
		err := n.Open(ctx, doc, nil, proto(), nil)
		var at *cipher.FieldError
		if !errors.As(err, &at) || at.Path != path {
			t.Errorf("%s: %v", path, err)
		}
	}
	doc := Doc{"name": &N{Value: "no number"}}
	var at *cipher.FieldError
	if err := n.Seal(ctx, doc, nil, proto(), nil); !errors.As(err, &at) || at.Path != "name" || at.Op != "seal" {
		t.Errorf("sealed: %v", err)
	}
}

// What is accepted in the place of a valid envelope is so under BindAs.
func TestBindAsAccepts(t *testing.T) {
	var found atomic.Int64
	n := build(t, whole, protect(m, bindAs(name, "called"))).AcceptPlain(attr.Names("name"), &found)
	for _, stored := range []AV{text("Jo"), env(t, text("Jo"), cipher.Name("called"))} {
		got, err := n.OpenValue(ctx, stored, attr.Names("name"), proto())
		if err != nil || !item.Equal(got, text("Jo")) {
			t.Errorf("%v opens to %v, %v", stored, got, err)
		}
	}
	if found.Load() != 1 {
		t.Errorf("%d found in plain", found.Load())
	}
	var erased []string
	n = build(t, whole, protect(gone{m}, bindAs(eachCity, "old[].town"))).
		AcceptErased(attr.Path{attr.Field("past"), attr.Elem, attr.Field("city")}, func(_ context.Context, path string) { erased = append(erased, path) })
	doc := Doc{"past": list(dict(Doc{"city": env(t, text("Rome"))}))}
	if err := n.Open(ctx, doc, nil, proto(), nil); err != nil || !slices.Equal(erased, []string{"past[].city"}) {
		t.Errorf("%v, %v", erased, err)
	}
}

// gone is a cipher whose key is destroyed.
type gone struct{ mirror }

func (gone) Open(context.Context, []byte, []byte, *cipher.Binding) ([]byte, error) {
	return nil, cipher.ErrKeyDestroyed
}

func TestBindAsRefused(t *testing.T) {
	const atCity = "cipher.BindAs(policy_test.Person, Home.City): "
	const atName = "cipher.BindAs(policy_test.Person, Name): "
	for _, c := range []struct {
		protects []*model.Protect
		want     string
	}{
		{[]*model.Protect{protect(m, visits, bindAs(name, "visits"))}, atName + "name is bound as visits, where visits is encrypted"},
		{[]*model.Protect{protect(m, bindAs(name, "visits")), protect(mirror{"other"}, visits)}, atName + "name is bound as visits, where visits is encrypted"},
		{[]*model.Protect{protect(m, home, bindAs(name, "home.name"))}, atName + "name is bound as home.name, where home is encrypted"},
		{[]*model.Protect{protect(m, lat, bindAs(name, "home"))}, atName + "name is bound as home, where home.geo.lat is encrypted"},
		{[]*model.Protect{protect(m, homesCity, bindAs(name, "homes.x.city"))}, atName + "name is bound as homes.x.city, where homes{}.city is encrypted"},
		{[]*model.Protect{protect(m, city, bindAs(allScores, "home{}"))}, "cipher.BindAs(policy_test.Person, Scores[]): scores{} is bound as home{}, where home.city is encrypted"},
		{[]*model.Protect{protect(m, bindAs(name, "old"), bindAs(city, "old"))}, atCity + "home.city is bound as old, and name as old"},
		{[]*model.Protect{protect(m, bindAs(name, "old.name"), bindAs(city, "old"))}, atCity + "home.city is bound as old, and name as old.name"},
		{[]*model.Protect{protect(m, bindAs(eachCity, "old[].x"), bindAs(eachLat, "old[].x"))}, "cipher.BindAs(policy_test.Person, Past[].Geo.Lat): past[].geo.lat is bound as old[].x, and past[].city as old[].x"},
		{[]*model.Protect{protect(m, bindAs(name, "old.x"), bindAs(allScores, "old{}"))}, "cipher.BindAs(policy_test.Person, Scores[]): scores{} is bound as old{}, and name as old.x"},
		{[]*model.Protect{protect(m, bindAs(name, "home.city"), bindAs(city, "name"))}, // exchanged
			atName + "name is bound as home.city, where home.city is encrypted\n" + atCity + "home.city is bound as name, where name is encrypted"},
		{[]*model.Protect{protect(m, bindAs(name, "id"))}, atName + "name is bound as id, which is part of a key or of the stored record"},
		{[]*model.Protect{protectAll(m, name), protect(m, bindAs(name, "boss.boss.name"))}, atName + "name is bound as boss.boss.name, where boss.boss.name is encrypted"},
		{[]*model.Protect{protectAll(m, lens.Join(bossPtr, lens.Ptr(name)), name), protect(m, bindAs(name, "boss.boss.name"))},
			atName + "name is bound as boss.boss.name, where boss.boss.name is encrypted"},
		{[]*model.Protect{protectAll(m, bindAs(name, "old"))}, "cipher.ProtectAll(policy_test.Person, Name): an exception is not encrypted, and bound to nothing; give cipher.BindAs to cipher.Protect"},
		{[]*model.Protect{protectAll(m), protect(m, bindAs(name, "old"))}, "cipher.Protect(policy_test.Person, Name): name is encrypted by cipher.ProtectAll; make it an exception there"},
		{[]*model.Protect{protect(m, name, bindAs(name, "old"))}, "cipher.Protect(policy_test.Person, Name): name is encrypted twice"},
		{[]*model.Protect{protect(m, bindAs(id, "old"))}, "cipher.Protect(policy_test.Person, ID): id must stay readable: it is part of a key or of an index"},
	} {
		n, err := policy.Build(c.protects, personCodec, []attr.Path{keyPath}, whole)
		var decl *lens.Error
		if n != nil || err == nil || err.Error() != c.want || !errors.As(err, &decl) {
			t.Errorf("Build = %v, %v\nwant %s", n, err, c.want)
		}
	}
	// What these are bound to is free, or was around the field itself.
	for _, fields := range [][]lens.Field[Person]{
		{bindAs(name, "photo"), tags}, {bindAs(city, "home"), name}, {bindAs(city, "home.city.name")}, {bindAs(name, "old.name"), bindAs(city, "old.city")},
		{bindAs(eachCity, "old[].city"), bindAs(homesCity, "old{}.city")}, {bindAs(homesCity, "old{}.city"), bindAs(eachCity, "old[].city")}, {bindAs(eachCity, "old[].city"), bindAs(name, "old.city")},
		{bindAs(name, "old.city"), bindAs(eachCity, "old[].city")},
	} {
		build(t, whole, protect(m, fields...))
	}
}

// boundNames are the names in the paths that fields are bound to.
var boundNames = []string{"old", "home", "city", "past", "homes", "name", "visits"}

// drawAs draws a path that a field may be bound to.
func drawAs(t *rapid.T, own attr.Path) attr.Path {
	path := attr.Path{attr.Field(rapid.SampledFrom(boundNames).Draw(t, "first"))}
	for _, at := range own.Wildcards() {
		path = append(path, own[at])
		for range rapid.IntRange(0, 1).Draw(t, "between") {
			path = append(path, attr.Field(rapid.SampledFrom(boundNames).Draw(t, "name")))
		}
	}
	return path
}

// drawBound draws fields of which some are renamed, and whether one declaration may have them.
func drawBound(t *rapid.T) (list []lens.Field[Person], effective []attr.Path, sound bool) {
	sound = true
	var own []attr.Path
	for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(fields)-1), 1, 5, rapid.ID).Draw(t, "fields") {
		field, at := fields[i], fields[i].ModelLens().Path
		as := at
		if rapid.Bool().Draw(t, "renamed") {
			if path := drawAs(t, at); !slices.Equal(path, at) {
				field, as = bindAs(field, path.String()), path
			}
		}
		for j := range own {
			sound = sound && !own[j].Overlaps(at)
			renamed := !slices.Equal(own[j], effective[j])
			if !slices.Equal(at, as) { // by the naive rule: what it is bound to is no other's
				sound = sound && !naiveMeet(as, own[j]) && !naiveMeet(as, effective[j])
			}
			if renamed {
				sound = sound && !naiveMeet(effective[j], at) && !naiveMeet(effective[j], as)
			}
		}
		list, own, effective = append(list, field), append(own, at), append(effective, as)
	}
	return list, effective, sound
}

// naiveMeet compares paths that are spelled out: {} stands for each name that the test has.
func naiveMeet(a, b attr.Path) bool {
	for _, x := range spelled(a) {
		for _, y := range spelled(b) {
			n := min(len(x), len(y))
			if slices.Equal(x[:n], y[:n]) {
				return true
			}
		}
	}
	return false
}

func spelled(p attr.Path) [][]string {
	out := [][]string{nil}
	for _, s := range p {
		steps := []string{s.Name}
		switch s.Kind {
		case attr.AnyElem:
			steps = []string{"[]"}
		case attr.AnyValue:
			steps = append(slices.Clone(boundNames), "x", "geo", "lat", "notes", "scores", "tags", "photo", "any", "labels", "work", "boss")
		}
		var next [][]string
		for _, done := range out {
			for _, step := range steps {
				next = append(next, append(slices.Clone(done), step))
			}
		}
		out = next
	}
	return out
}

// Fields that are renamed are refused exactly if a value of one could pass for that of another;
// otherwise all are bound to what they name, and open by the list as by the type.
func TestBindAsAgainstNaive(t *testing.T) {
	built, refused := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		list, effective, sound := drawBound(rt)
		n, err := policy.Build([]*model.Protect{protect(m, list...)}, personCodec, []attr.Path{keyPath}, whole)
		if (err == nil) != sound {
			rt.Fatalf("bound as %v: %v", effective, err)
		}
		if err != nil {
			refused++
			return
		}
		built++
		renamed := false
		for i, f := range list {
			renamed = renamed || !slices.Equal(effective[i], f.ModelLens().Path)
		}
		if encoded := n.Encode(); (encoded[0] == 2) != renamed {
			rt.Fatalf("renamed: %v, format %d", renamed, encoded[0])
		}
		doc, err := codec.EncodeStruct(personCodec, reflect.ValueOf(genPerson(0).Draw(rt, "person")).Elem())
		if err != nil {
			rt.Fatal(err)
		}
		plain, want := item.CloneMap(doc), &M{Value: item.CloneMap(doc)}
		for i, f := range list {
			naiveSealAs(t, want, f.ModelLens().Path, effective[i], nil)
		}
		if err := n.Seal(ctx, doc, nil, proto(), nil); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want.Value, doc, show); diff != "" {
			rt.Fatalf("sealed, bound as %v (-naive +got):\n%s", effective, diff)
		}
		for _, o := range []*policy.Node{n, decoded(rt, n)} {
			opened := item.CloneMap(doc)
			if err := o.Open(ctx, opened, nil, proto(), nil); err != nil {
				rt.Fatal(err)
			}
			if diff := cmp.Diff(plain, opened, show); diff != "" {
				rt.Fatalf("opened (-plain +got):\n%s", diff)
			}
			for i, f := range list {
				own := f.ModelLens().Path
				if as := o.BoundAs(own); !slices.Equal(effective[i], own) && !slices.Equal(as, effective[i]) {
					rt.Fatalf("%s is bound as %s, want %s", own, as, effective[i])
				}
			}
		}
	})
	if built < 10 || refused < 10 {
		t.Errorf("%d built, %d refused", built, refused)
	}
}

// naiveSealAs is naiveSeal for what is bound to another path: wild are the steps that as has as
// wildcards.
func naiveSealAs(t testing.TB, av AV, pattern, as attr.Path, wild []cipher.Segment) AV {
	if len(pattern) == 0 {
		if av == nil {
			av = &NULL{Value: true}
		}
		var at []cipher.Segment
		for _, s := range as {
			if s.Kind == attr.Name {
				at = append(at, cipher.Name(s.Name))
				continue
			}
			at, wild = append(at, wild[0]), wild[1:]
		}
		return env(t, av, at...)
	}
	through := func(s cipher.Segment) []cipher.Segment { return append(slices.Clone(wild), s) }
	switch s := pattern[0]; s.Kind {
	case attr.Name:
		if v, ok := av.(*M); ok && (v.Value[s.Name] != nil || len(pattern) == 1) {
			v.Value[s.Name] = naiveSealAs(t, v.Value[s.Name], pattern[1:], as, wild)
		}
	case attr.AnyElem:
		if v, ok := av.(*L); ok {
			for i := range v.Value {
				v.Value[i] = naiveSealAs(t, v.Value[i], pattern[1:], as, through(cipher.Elem()))
			}
		}
	case attr.AnyValue:
		if v, ok := av.(*M); ok {
			for k := range v.Value {
				v.Value[k] = naiveSealAs(t, v.Value[k], pattern[1:], as, through(cipher.Name(k)))
			}
		}
	}
	return av
}

// The bytes of format 2 never change either. A list without BindAs stays in format 1.
func TestEncodeBound(t *testing.T) {
	n := build(t, whole, protect(m, bindAs(name, "called"), bindAs(homesCity, "flats{}.town"), visits), protect(mirror{"other"}, bindAs(eachCity, "old[].city")))
	want := unhex("02 09 02 04 05 686f6d6573 01 04 6e616d65 02 04 70617374 03 06 766973697473 04 08 05 11 00 01 01 06 63616c6c6564 04 06 01 00 02 01 04 63697479 07 02 01 04 63697479 08 " +
		"11 00 03 01 05 666c617473 03 01 04 746f776e 11 01 03 01 03 6f6c64 02 01 04 63697479")
	if got := n.Encode(); !bytes.Equal(got, want) {
		t.Errorf("%x\nwant %x", got, want)
	}
	if plain := build(t, whole, protect(m, name)).Encode(); plain[0] != 1 {
		t.Errorf("%x", plain)
	}
}

func TestDecodeRefusesBound(t *testing.T) {
	const sound = "02 02 02 01 01 61 01 11 00 01 01 01 62" // a is bound as b
	for name, s := range map[string]string{
		"in format 1": "01 02 02 01 01 61 01 11 00 01 01 01 62", "in format 3": "03 02 02 01 01 61 01 11 00 01 01 01 62", "nothing is bound": "02 02 02 01 01 61 01 01 00",
		"no steps": "02 02 02 01 01 61 01 11 00 00", "cut": sound[:len(sound)-3], "trailing byte": sound + " 00", "unknown step": "02 02 02 01 01 61 01 11 00 01 04", "step 0": "02 02 02 01 01 61 01 11 00 01 00",
		"begins with an element": "02 02 04 01 11 00 01 02", "empty name": "02 02 02 01 01 61 01 11 00 01 01 00", "name not UTF-8": "02 02 02 01 01 61 01 11 00 01 01 01 ff",
		"endless steps": "02 02 02 01 01 61 01 11 00 ffffffffffffffffff01", "overlong count": "02 02 02 01 01 61 01 11 00 8100 01 01 62", "overlong step": "02 02 02 01 01 61 01 11 00 01 8100 01 62",
		"bound but not encrypted": "02 02 02 01 01 61 01 10 01 01 01 62", "other wildcards": "02 02 02 01 01 61 01 11 00 02 01 01 62 02", "none of its wildcards": "02 03 02 01 01 61 01 04 02 11 00 01 01 01 62",
		"entry for element": "02 03 02 01 01 61 01 04 02 11 00 02 01 01 62 03", "at two places": "02 02 02 02 01 61 01 01 62 01 11 00 01 01 01 63",
		"below two places": "02 03 02 02 01 61 01 01 62 01 02 01 01 63 02 11 00 01 01 01 64", "below itself": "02 03 02 01 01 61 01 02 02 01 62 01 01 63 02 11 00 01 01 01 64", "below a root that is mentioned": "02 02 02 02 01 61 00 01 62 01 11 00 01 01 01 63",
	} {
		if n, err := policy.Decode(unhex(s), m); n != nil || !errors.Is(err, policy.ErrFormat) {
			t.Errorf("%s: %v, %v", name, n, err)
		}
	}
	for _, s := range []string{sound, "02 03 02 01 01 61 01 04 02 11 00 02 01 01 62 02", "02 03 02 01 01 61 01 08 02 11 00 03 01 01 62 01 01 63 03"} {
		if _, err := policy.Decode(unhex(s), m); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}
