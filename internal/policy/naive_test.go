package policy_test

import (
	"reflect"
	"strings"
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

// The naive implementation: for each declared path, walk the document and seal
// what the path leads to. No graph, no memory, one path at a time.
func naiveSeal(t testing.TB, av AV, pattern attr.Path, at []cipher.Segment) AV {
	if len(pattern) == 0 {
		if av == nil {
			av = &NULL{Value: true}
		}
		return env(t, av, at...)
	}
	under := func(s cipher.Segment) []cipher.Segment { return append(at[:len(at):len(at)], s) }
	switch s := pattern[0]; s.Kind {
	case attr.Name:
		if v, ok := av.(*M); ok && (v.Value[s.Name] != nil || len(pattern) == 1) {
			v.Value[s.Name] = naiveSeal(t, v.Value[s.Name], pattern[1:], under(cipher.Name(s.Name)))
		}
	case attr.AnyElem:
		if v, ok := av.(*L); ok {
			for i := range v.Value {
				v.Value[i] = naiveSeal(t, v.Value[i], pattern[1:], under(cipher.Elem()))
			}
		}
	case attr.AnyValue:
		if v, ok := av.(*M); ok {
			for k := range v.Value {
				v.Value[k] = naiveSeal(t, v.Value[k], pattern[1:], under(cipher.Name(k)))
			}
		}
	}
	return av
}

// naiveAll lists the leaves of a Go type, read with reflect alone. Recursive
// types are followed as deep as documents of the test go.
func naiveAll(t reflect.Type, path attr.Path, except, places []attr.Path) []attr.Path {
	if len(path) > 9 {
		return nil
	}
	special := false
	for _, e := range except {
		if e.Covers(path) {
			return nil
		}
		special = special || e.Overlaps(path)
	}
	for _, p := range places {
		special = special || len(path) <= len(p) && p.Overlaps(path)
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	next := func(s attr.Seg) attr.Path { return attr.Join(path, attr.Path{s}) }
	switch {
	case t.Kind() == reflect.Struct:
		var all []attr.Path
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("dynamodbav"), ",")
			all = append(all, naiveAll(t.Field(i).Type, next(attr.Field(name)), except, places)...)
		}
		return all
	case special && t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		return naiveAll(t.Elem(), next(attr.Elem), except, places)
	case special && t.Kind() == reflect.Map:
		return naiveAll(t.Elem(), next(attr.Value), except, places)
	}
	return []attr.Path{path}
}

var fields = []lens.Field[Person]{
	name, visits, photo, anyth, tags, labels, home, city, geo, lat, workPtr, work, past, homes, scores, boss,
	eachCity, eachLat, eachNote, homesCity, allPast, allTags, allScores,
}

var places = []attr.Path{attr.Names("home"), attr.Names("home", "geo"), attr.Names("past"), attr.Names("work"),
	{attr.Field("homes"), attr.Value, attr.Field("geo")}, attr.Names("boss"), attr.Names("boss", "past")}

func genLocation() *rapid.Generator[Location] {
	return rapid.Custom(func(t *rapid.T) Location {
		return Location{City: rapid.StringN(0, 3, -1).Draw(t, "city"), Geo: Geo{Lat: "1"},
			Notes: rapid.SliceOfN(rapid.StringMatching("[a-z]{0,2}"), 0, 2).Draw(t, "notes")}
	})
}

func genPerson(depth int) *rapid.Generator[*Person] {
	return rapid.Custom(func(t *rapid.T) *Person {
		p := &Person{ID: "p1", Name: rapid.StringN(0, 3, -1).Draw(t, "name"), Visits: rapid.IntRange(0, 2).Draw(t, "visits"), Home: genLocation().Draw(t, "home")}
		if rapid.Bool().Draw(t, "full") {
			w := genLocation().Draw(t, "work")
			p.Work = &w
			p.Photo = []byte{1}
			p.Any = map[string]any{"a": "b"}
			p.Tags = rapid.SliceOfN(rapid.Just("t"), 0, 2).Draw(t, "tags")
			p.Labels = []string{"l"}
			p.Past = rapid.SliceOfN(genLocation(), 0, 2).Draw(t, "past")
			p.Homes = rapid.MapOfN(rapid.StringMatching("[a-z.]{1,2}"), genLocation(), 0, 2).Draw(t, "homes")
			p.Scores = map[string]int{"x": 1}
		}
		if depth > 0 && rapid.Bool().Draw(t, "boss") {
			p.Boss = genPerson(depth-1).Draw(t, "the boss")
		}
		return p
	})
}

// drawPolicy draws declarations, and the paths that they should seal by the
// naive rules; nil if they are refused.
func drawPolicy(t *rapid.T) (*policy.Node, []attr.Path) {
	chosen := rapid.SliceOfNDistinct(rapid.IntRange(0, len(fields)-1), 1, 5, rapid.ID).Draw(t, "fields")
	parts := rapid.SliceOfNDistinct(rapid.IntRange(0, len(places)-1), 0, 2, rapid.ID).Draw(t, "parts")
	var at, pp []attr.Path
	var ls []lens.Field[Person]
	for _, i := range chosen {
		ls = append(ls, fields[i])
		at = append(at, fields[i].ModelLens().Path)
	}
	for _, i := range parts {
		pp = append(pp, places[i])
	}
	p := protect(m, ls...)
	want := at
	if rapid.Bool().Draw(t, "all") {
		p = protectAll(m, ls...)
		want = naiveAll(reflect.TypeFor[Person](), nil, append(at, keyPath), pp)
	}
	n, err := policy.Build([]*model.Protect{p}, personCodec, []attr.Path{keyPath}, divided(pp...))
	if err != nil {
		return nil, nil
	}
	return n, want
}

func TestAgainstNaive(t *testing.T) {
	built := 0
	rapid.Check(t, func(rt *rapid.T) {
		n, patterns := drawPolicy(rt)
		if n == nil {
			return
		}
		built++
		doc, err := codec.EncodeStruct(personCodec, reflect.ValueOf(genPerson(2).Draw(rt, "person")).Elem())
		if err != nil {
			rt.Fatal(err)
		}
		plain, want := item.CloneMap(doc), &M{Value: item.CloneMap(doc)}
		for _, p := range patterns {
			naiveSeal(t, want, p, nil)
		}
		if err := n.Seal(ctx, doc, nil, proto(), nil); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want.Value, doc, show); diff != "" {
			rt.Fatalf("sealed, %v (-naive +got):\n%s", patterns, diff)
		}
		for _, o := range []*policy.Node{n, decoded(rt, n)} {
			opened := item.CloneMap(doc)
			if err := o.Open(ctx, opened, nil, proto(), nil); err != nil {
				rt.Fatal(err)
			}
			if diff := cmp.Diff(plain, opened, show); diff != "" {
				rt.Fatalf("opened (-plain +got):\n%s", diff)
			}
		}
	})
	if built < 20 {
		t.Errorf("only %d policies were sound", built)
	}
}

// decoded returns n as a reader without the type has it.
func decoded(t *rapid.T, n *policy.Node) *policy.Node {
	d, err := policy.Decode(n.Encode(), m)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// At agrees with the declared paths.
func TestAtAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, patterns := drawPolicy(t)
		if n == nil {
			return
		}
		q := rapid.SampledFrom(fields).Draw(t, "path").ModelLens().Path
		want := policy.Plain
		for _, p := range patterns {
			switch {
			case len(p) == len(q) && p.Overlaps(q):
				want = policy.Sealed
			case len(p) < len(q) && p.Overlaps(q):
				want = policy.Inside
			case p.Overlaps(q):
				want = policy.Above
			}
		}
		if got, _ := n.At(q); got != want {
			t.Fatalf("At(%s) = %v, want %v; sealed are %v", q, got, want, patterns)
		}
	})
}
