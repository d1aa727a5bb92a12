package policy_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/lens"
)

var m = mirror{"m"}

func TestPaths(t *testing.T) {
	bossPart := lens.Join(bossPtr, lens.Ptr(home))
	for name, c := range map[string]struct {
		divided  func(attr.Path) bool
		protects []*model.Protect
		want     string
	}{
		"nothing": {whole, nil, ""},
		"fields": {whole, []*model.Protect{protect(m, name, city, work, eachCity, homesCity, allScores, eachNote)},
			"home.city name past[].city past[].notes[] scores{} homes{}.city work.city"},
		"whole":       {whole, []*model.Protect{protect(m, home, tags, past, bossPtr)}, "boss home past tags"},
		"two ciphers": {whole, []*model.Protect{protect(m, name), protect(mirror{"other"}, city)}, "home.city name"},
		"all": {whole, []*model.Protect{protectAll(m, bossPtr)},
			"any home.city home.geo.lat home.geo.lon home.notes homes labels name past photo scores tags visits work.city work.geo.lat work.geo.lon work.notes"},
		"all but some": {whole, []*model.Protect{protectAll(m, name, home, bossPtr, photo, anyth, labels, workPtr, id)}, "homes past scores tags visits"},
		"all but inside lists": {whole, []*model.Protect{protectAll(m, home, bossPtr, photo, anyth, labels, workPtr, eachLat, allScores, homesCity)},
			"homes{}.geo.lat homes{}.geo.lon homes{}.notes name past[].city past[].geo.lon past[].notes tags visits"},
		"all, with parts": {divided(attr.Names("home"), attr.Names("past"), attr.Path{attr.Field("homes"), attr.Value, attr.Field("geo")}, attr.Names("work")),
			[]*model.Protect{protectAll(m, bossPtr, photo, anyth, labels, visits)},
			"home.city home.geo.lat home.geo.lon home.notes homes{}.city homes{}.geo.lat homes{}.geo.lon homes{}.notes name past[].city past[].geo.lat past[].geo.lon past[].notes scores tags work.city work.geo.lat work.geo.lon work.notes"},
		"all, one with another cipher": {whole, []*model.Protect{protect(mirror{"other"}, name), protectAll(m, name, home, bossPtr, photo, anyth, labels, workPtr, scores, homes)}, "name past tags visits"},
		"below an exception":           {whole, []*model.Protect{protectAll(m, home, bossPtr, photo, anyth, labels, workPtr, scores, homes, past, tags, visits), protect(mirror{"other"}, city)}, "home.city name"},
		"in a recursive type":          {whole, []*model.Protect{protectAll(m, bossPart), protect(mirror{"other"}, boss)}, "error: cipher.Protect(policy_test.Person, Boss.Name): boss.name is encrypted by cipher.ProtectAll; make it an exception there"},
	} {
		n, err := policy.Build(c.protects, personCodec, []attr.Path{keyPath}, c.divided)
		if err != nil {
			if got := "error: " + err.Error(); got != c.want {
				t.Errorf("%s: %s", name, got)
			}
			continue
		}
		if (n == nil) != (c.want == "") {
			t.Errorf("%s: policy %v", name, n)
		}
		want := strings.Fields(c.want)
		got := paths(n)
		if len(want) == 0 {
			want = nil
		}
		if diff := cmp.Diff(want, got, sorted); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

var sorted = cmp.Transformer("sorted", func(s []string) map[string]int {
	m := map[string]int{}
	for _, e := range s {
		m[e]++
	}
	return m
})

// A recursive type has one policy at every depth, exceptions only where they
// are named.
func TestRecursiveType(t *testing.T) {
	n := build(t, whole, protectAll(m, home, lens.Join(bossPtr, lens.Ptr(name))))
	at := attr.Path{}
	for range 50 {
		at = append(at, attr.Field("boss"))
		state, _ := n.At(attr.Join(at, attr.Names("home", "geo", "lat")))
		if state != policy.Sealed {
			t.Fatalf("%s.home.geo.lat is not sealed", at)
		}
		want := policy.Sealed
		if len(at) == 1 {
			want = policy.Plain
		}
		if state, _ := n.At(attr.Join(at, attr.Names("name"))); state != want {
			t.Fatalf("%s.name is %v", at, state)
		}
	}
	for path, want := range map[string]policy.State{"home": policy.Plain, "boss": policy.Above, "name": policy.Sealed, "id": policy.Plain} {
		if state, _ := n.At(attr.Names(path)); state != want {
			t.Errorf("%s is %v, want %v", path, state, want)
		}
	}
	// The key is a key at the root alone.
	if state, _ := n.At(attr.Names("boss", "id")); state != policy.Sealed {
		t.Errorf("boss.id is %v", state)
	}
}

type loop struct {
	ID   string `dynamodbav:"id"`
	Next *loop  `dynamodbav:"next"`
}

// A cycle that holds nothing to seal disappears.
func TestCycleOfNothing(t *testing.T) {
	next := lens.Of(func(l *loop) **loop { return &l.Next })
	for _, c := range []struct {
		except []lens.Field[loop]
		want   []string
	}{
		{nil, []string{"next.id", "next.next"}},
		{[]lens.Field[loop]{lens.Join(next, lens.Ptr(lens.Of(func(l *loop) *string { return &l.ID })))}, []string{"next.next.id", "next.next.next"}},
	} {
		p := cipher.ProtectAll(m, c.except...).ModelPart().(*model.Protect)
		n, err := policy.Build([]*model.Protect{p}, codec.For(reflect.TypeFor[loop]()), []attr.Path{keyPath}, whole)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, paths(n)); diff != "" {
			t.Errorf("paths (-want +got):\n%s", diff)
		}
	}
	type empty struct {
		Next *loopOfNothing `dynamodbav:"next"`
	}
	p := cipher.ProtectAll[empty](m).ModelPart().(*model.Protect)
	n, err := policy.Build([]*model.Protect{p}, codec.For(reflect.TypeFor[empty]()), nil, whole)
	if n != nil || err == nil || err.Error() != "cipher.ProtectAll(policy_test.empty): leaves nothing to encrypt" {
		t.Errorf("Build = %v, %v", n, err)
	}
}

// Lists and maps that exceptions have emptied are plain again.
func TestEmptiedContainers(t *testing.T) {
	lon, notes := lens.Of(func(l *Location) *string { return &l.Geo.Lon }), inNotes
	var except []lens.Field[Person]
	for _, in := range []lens.Into[Location, string]{inCity, inLat, lon} {
		except = append(except, lens.Each(past, in), lens.EachValue(homes, in))
	}
	except = append(except, lens.Each(past, notes), lens.EachValue(homes, notes), allTags, allScores)
	n := build(t, whole, protectAll(m, except...))
	for _, path := range []string{"past", "homes", "tags", "scores"} {
		if state, other := n.At(attr.Names(path)); state != policy.Plain {
			t.Errorf("%s is %v, because of %s", path, state, other)
		}
	}
	doc := Doc{"past": &SS{Value: []string{"another shape"}}, "homes": text("too")}
	if err := n.Open(ctx, doc, nil, proto(), nil); err != nil {
		t.Error(err)
	}
}

func TestModelWithoutFields(t *testing.T) {
	p := cipher.ProtectAll[Person](m).ModelPart().(*model.Protect)
	n, err := policy.Build([]*model.Protect{p}, codec.For(reflect.TypeFor[string]()), nil, whole)
	if n != nil || err == nil || err.Error() != "cipher.ProtectAll(string): is stored as one value and has no fields" {
		t.Errorf("Build = %v, %v", n, err)
	}
}

type loopOfNothing struct {
	Next *loopOfNothing `dynamodbav:"next"`
}

func TestBuildRefuses(t *testing.T) {
	places := divided(attr.Names("past"), attr.Names("home", "geo"))
	for _, c := range []struct {
		divided  func(attr.Path) bool
		protects []*model.Protect
		want     string
	}{
		{whole, []*model.Protect{protect(m, id)}, "cipher.Protect(policy_test.Person, ID): id must stay readable: it is part of a key or of an index"},
		{whole, []*model.Protect{protect(m, name, name)}, "cipher.Protect(policy_test.Person, Name): name is encrypted twice"},
		{whole, []*model.Protect{protect(m, name), protect(mirror{"other"}, name)}, "cipher.Protect(policy_test.Person, Name): name is encrypted twice"},
		{whole, []*model.Protect{protect(m, home, city)}, "cipher.Protect(policy_test.Person, Home.City): home.city is inside home, which is encrypted whole"},
		{whole, []*model.Protect{protect(m, lat, home)}, "cipher.Protect(policy_test.Person, Home): home contains home.geo.lat, which is encrypted by itself"},
		{whole, []*model.Protect{protect(m, past, eachCity)}, "cipher.Protect(policy_test.Person, Past[].City): past[].city is inside past, which is encrypted whole"},
		{whole, []*model.Protect{protect(m, eachCity, allPast)}, "cipher.Protect(policy_test.Person, Past[]): past[] contains past[].city, which is encrypted by itself"},
		{whole, []*model.Protect{protect(m, lens.At(tags, 1))}, "cipher.Protect(policy_test.Person, Tags[1]): tags[1] is one element of a list; protect all of them with lens.Each or lens.Elems"},
		{whole, []*model.Protect{protect(m, lens.Join(lens.At(past, 0), inCity))}, "cipher.Protect(policy_test.Person, Past[0].City): past[0] is one element of a list; protect all of them with lens.Each or lens.Elems"},
		{whole, []*model.Protect{protect(m, lens.Entry(scores, "x"))}, `cipher.Protect(policy_test.Person, Scores[x]): scores["x"] is one entry of a map; protect all of them with lens.EachValue or lens.ElemValues`},
		{whole, []*model.Protect{protectAll(m, lens.At(tags, 1))}, "cipher.ProtectAll(policy_test.Person, Tags[1]): tags[1] is one element of a list; protect all of them with lens.Each or lens.Elems"},
		{places, []*model.Protect{protect(m, past)}, "cipher.Protect(policy_test.Person, Past): past has parts in separate tables; protect fields inside them"},
		{places, []*model.Protect{protect(m, allPast)}, "cipher.Protect(policy_test.Person, Past[]): past[] has parts in separate tables; protect fields inside them"},
		{places, []*model.Protect{protect(m, home)}, "cipher.Protect(policy_test.Person, Home): home has parts in separate tables; protect fields inside them"},
		{places, []*model.Protect{protect(m, geo)}, "cipher.Protect(policy_test.Person, Home.Geo): home.geo has parts in separate tables; protect fields inside them"},
		{whole, []*model.Protect{protectAll(m), protect(m, name)}, "cipher.Protect(policy_test.Person, Name): name is encrypted by cipher.ProtectAll; make it an exception there"},
		{whole, []*model.Protect{protectAll(m, name), protect(m, home)}, "cipher.Protect(policy_test.Person, Home): home is encrypted by cipher.ProtectAll; make it an exception there"},
		{whole, []*model.Protect{protectAll(m), protectAll(m)}, "cipher.ProtectAll(policy_test.Person): is declared twice"},
		{whole, []*model.Protect{{Cipher: 7}, {Cipher: nil, All: true}}, "cipher.Protect(policy_test.Person): int is no cipher\ncipher.ProtectAll(policy_test.Person): <nil> is no cipher"},
		{whole, []*model.Protect{protect(nil, name), protect(m, id)}, "cipher.Protect(policy_test.Person): the cipher is nil\ncipher.Protect(policy_test.Person, ID): id must stay readable: it is part of a key or of an index"},
	} {
		n, err := policy.Build(c.protects, personCodec, []attr.Path{keyPath}, c.divided)
		var decl *lens.Error
		if n != nil || err == nil || err.Error() != c.want || !errors.As(err, &decl) {
			t.Errorf("Build = %v, %v\nwant %s", n, err, c.want)
		}
	}
}

// A field inside a part, and inside its elements, may be sealed.
func TestBuildAcceptsInsideParts(t *testing.T) {
	n := build(t, divided(attr.Names("past"), attr.Names("home", "geo")), protect(m, eachCity, lat, city))
	if diff := cmp.Diff([]string{"home.city", "home.geo.lat", "past[].city"}, paths(n)); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}

func TestGroups(t *testing.T) {
	// slices make a cipher that Go cannot compare
	odd, other := incomparable{mirror: m}, mirror{"other"}
	half := cipher.OpenOnly(odd) // of a type that Go can compare, but for what is in it
	n := build(t, whole, protect(m, name), protect(other, city), protect(m, visits), protect(odd, photo), protect(odd, tags))
	if inside := build(t, whole, protect(half, photo), protect(half, tags)); inside.Fields["tags"].Group != 1 {
		t.Error("what Go cannot compare is one")
	}
	for path, want := range map[string]int{"name": 0, "visits": 0, "photo": 2, "tags": 3} {
		if got := n.Fields[path]; got.Group != want || !got.Sealed {
			t.Errorf("%s has group %d, want %d", path, got.Group, want)
		}
	}
	if got := n.Fields["home"].Fields["city"]; got.Group != 1 || got.Cipher != cipher.Cipher(other) {
		t.Errorf("home.city has group %d and cipher %v", got.Group, got.Cipher)
	}
}

type incomparable struct {
	mirror
	_ []int
}

func TestAt(t *testing.T) {
	n := build(t, whole, protect(m, home, eachLat, homesCity, work))
	for _, c := range []struct {
		path  attr.Path
		state policy.State
		other string
	}{
		{attr.Names("name"), policy.Plain, ""}, {attr.Names("home"), policy.Sealed, "home"}, {attr.Names("home", "city"), policy.Inside, "home"}, {attr.Names("home", "geo", "lat"), policy.Inside, "home"},
		{attr.Names("work"), policy.Above, "work.city"}, {attr.Names("work", "geo"), policy.Plain, ""},
		{attr.Names("past"), policy.Above, "past[].geo.lat"}, {attr.Path{attr.Field("past"), attr.At(3)}, policy.Above, "past[3].geo.lat"},
		{attr.Path{attr.Field("past"), attr.At(3), attr.Field("geo"), attr.Field("lat")}, policy.Sealed, "past[3].geo.lat"},
		{attr.Path{attr.Field("past"), attr.Elem, attr.Field("city")}, policy.Plain, ""},
		{attr.Path{attr.Field("homes"), attr.Entry("x"), attr.Field("city")}, policy.Sealed, `homes["x"].city`},
		{attr.Path{attr.Field("homes"), attr.Field("x"), attr.Field("city")}, policy.Sealed, `homes.x.city`},
		{attr.Path{attr.Field("homes"), attr.Value}, policy.Above, "homes{}.city"}, {nil, policy.Above, "home"},
		{attr.Path{attr.Field("tags"), attr.At(0)}, policy.Plain, ""},
	} {
		state, other := n.At(c.path)
		if state != c.state || other.String() != c.other {
			t.Errorf("At(%s) = %v, %s; want %v, %s", c.path, state, other, c.state, c.other)
		}
	}
	var none *policy.Node
	if state, other := none.At(attr.Names("name")); state != policy.Plain || other != nil {
		t.Errorf("At of no policy = %v, %v", state, other)
	}
	if none.Paths() != nil {
		t.Error("no policy has paths")
	}
}

// Names say what a reader of JSON must not take as it is.
func TestNames(t *testing.T) {
	n := build(t, whole, protect(m, home, eachLat, homesCity, work))
	for _, c := range []struct {
		base   attr.Path
		sealed []string // of those below; nil: nothing is
		ok     bool
	}{
		{nil, []string{"home", "work", "past", "homes"}, true}, {attr.Names("work"), []string{"city"}, true}, {attr.Path{attr.Field("past"), attr.Elem}, []string{"geo"}, true},
		{attr.Path{attr.Field("past"), attr.At(2), attr.Field("geo")}, []string{"lat"}, true}, {attr.Path{attr.Field("homes"), attr.Entry("x")}, []string{"city"}, true},
		{attr.Names("home"), nil, false}, {attr.Names("home", "geo"), nil, false}, {attr.Names("work", "city"), nil, false},
		{attr.Names("name"), nil, true}, {attr.Names("work", "geo"), nil, true},
	} {
		sealed, ok := n.Names(c.base)
		if ok != c.ok || (sealed != nil) != (c.sealed != nil) {
			t.Errorf("%s: %v", c.base, ok)
			continue
		}
		for _, name := range []string{"home", "work", "past", "homes", "name", "city", "geo", "lat"} {
			if sealed != nil && sealed([]byte(name)) != slices.Contains(c.sealed, name) {
				t.Errorf("%s: %s is sealed: %v", c.base, name, !slices.Contains(c.sealed, name))
			}
		}
	}
	if sealed, ok := (*policy.Node)(nil).Names(nil); sealed != nil || !ok {
		t.Error("no policy has names")
	}
}
