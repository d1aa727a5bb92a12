package place_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
)

type doc = map[string]types.AttributeValue

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func mapOf(d doc) types.AttributeValue  { return &types.AttributeValueMemberM{Value: d} }
func listOf(l ...types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: append([]types.AttributeValue{}, l...)}
}

// diff compares documents as DynamoDB does.
func diff(want, got doc) string { return cmp.Diff(want, got, cmp.Comparer(item.Equal)) }

var null = &types.AttributeValueMemberNULL{Value: true}

// fieldNames are few, so that names repeat on every level.
var fieldNames = []string{"a", "b.c", "#d", "~"}

// genTree draws a tree of places, up to three levels deep.
func genTree(t *rapid.T) *place.Tree {
	return place.NewTree(genPlaces(t, nil, 3))
}

func genPlaces(t *rapid.T, base attr.Path, depth int) []*place.Place {
	var out []*place.Place
	if depth == 0 {
		return nil
	}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(fieldNames), 0, 2, rapid.ID).Draw(t, "names") {
		rel := attr.Names(name)
		if rapid.IntRange(0, 3).Draw(t, "deeper") == 0 {
			rel = attr.Names(name, "in")
		}
		kind := rapid.SampledFrom([]stored.PlaceKind{stored.One, stored.List, stored.Map, stored.KeptList, stored.KeptMap}).Draw(t, "kind")
		whenOver := 0
		if kind != stored.KeptList && kind != stored.KeptMap {
			whenOver = rapid.SampledFrom([]int{0, 0, 1, 20}).Draw(t, "when over")
		}
		p := newPlace(kind, base, rel, whenOver, func(inner attr.Path) []*place.Place { return genPlaces(t, inner, depth-1) })
		out = append(out, p)
	}
	return out
}

// genDoc draws a document that fits places: anything may be absent or NULL.
func genDoc(t *rapid.T, places []*place.Place) doc {
	d := doc{}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"p", "q", "r"}), 0, 2, rapid.ID).Draw(t, "plain") {
		d[name] = rapid.SampledFrom([]types.AttributeValue{str("some text that takes bytes"), null, listOf(), mapOf(doc{"x": str("")}), listOf(mapOf(doc{}), null)}).Draw(t, "value")
	}
	for _, p := range places {
		at := d
		for _, s := range p.Rel[:len(p.Rel)-1] {
			in := doc{}
			at[s.Name] = mapOf(in)
			at = in
		}
		if av := genValue(t, p); av != nil {
			at[p.Rel[len(p.Rel)-1].Name] = av
		} else if len(p.Rel) > 1 && rapid.Bool().Draw(t, "no parent") {
			delete(d, p.Rel[0].Name)
		}
	}
	return d
}

func genValue(t *rapid.T, p *place.Place) types.AttributeValue {
	switch rapid.IntRange(0, 7).Draw(t, "there") {
	case 0:
		return nil
	case 1:
		return null
	}
	size := rapid.IntRange(0, 3).Draw(t, "size")
	elem := func() types.AttributeValue {
		if rapid.IntRange(0, 4).Draw(t, "nil") == 0 {
			return null
		}
		return mapOf(genDoc(t, p.Kids))
	}
	switch p.Kind {
	case stored.List, stored.KeptList:
		l := listOf()
		for range size {
			l.(*types.AttributeValueMemberL).Value = append(l.(*types.AttributeValueMemberL).Value, elem())
		}
		return l
	case stored.Map, stored.KeptMap:
		m := doc{}
		for range size {
			m[rapid.SampledFrom([]string{"k", "k.1", "#", ":", "~", "ü"}).Draw(t, "key")] = elem()
		}
		return mapOf(m)
	}
	return mapOf(genDoc(t, p.Kids))
}

// Dividing and putting together gives the document back, whatever the tree.
func TestSplitAssemble(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := genTree(t)
		whole := genDoc(t, tree.Top)
		split, err := tree.Split(item.CloneMap(whole), place.FreshIDs)
		if err != nil {
			t.Fatal(err)
		}
		root := &stored.Root{Layout: tree.Layout, Parts: map[stored.Inst]stored.Ref{}, Orders: split.Orders}
		parts := place.Parts{}
		for _, p := range split.Pieces {
			if _, twice := parts[p.Inst]; twice {
				t.Fatalf("two parts %s", p.Inst)
			}
			if got := tree.Layout.Find(stored.PlaceOf(p.Inst)); got == nil || got.Table == "" || !got.Path.Covers(stored.PlaceOf(p.Inst)) {
				t.Fatalf("part %s has no place", p.Inst)
			}
			if size := item.Size(p.Doc); p.Place.WhenOver > 0 && size <= p.Place.WhenOver {
				t.Fatalf("part %s went although it has only %d bytes", p.Inst, size)
			}
			root.Parts[p.Inst] = stored.Ref{}
			parts[p.Inst] = item.CloneMap(p.Doc)
		}
		got := item.CloneMap(split.Root)
		if err := place.Assemble(root, got, parts, func(stored.Inst) bool { return false }); err != nil {
			t.Fatal(err)
		}
		if !item.Equal(mapOf(got), mapOf(whole)) {
			t.Fatalf("put together: %s", diff(whole, got))
		}
	})
}

// What is left out of a read is left out of the document, and nothing else.
func TestAssembleSkips(t *testing.T) {
	tree := place.NewTree([]*place.Place{
		newPlace(stored.One, nil, attr.Names("a"), 0, func(in attr.Path) []*place.Place {
			return []*place.Place{newPlace(stored.One, in, attr.Names("x"), 0, nil)}
		}),
		newPlace(stored.List, nil, attr.Names("l"), 0, nil),
	})
	split, err := tree.Split(doc{"a": mapOf(doc{"x": mapOf(doc{"1": str("1")}), "2": str("2")}), "l": listOf(mapOf(doc{}), null), "p": str("p")}, place.FreshIDs)
	if err != nil {
		t.Fatal(err)
	}
	for skipped, want := range map[stored.Inst]doc{
		"a":   {"l": listOf(mapOf(doc{}), null), "p": str("p")},
		"a.x": {"a": mapOf(doc{"2": str("2")}), "l": listOf(mapOf(doc{}), null), "p": str("p")},
		"l":   {"a": mapOf(doc{"x": mapOf(doc{"1": str("1")}), "2": str("2")}), "p": str("p")},
	} {
		root := &stored.Root{Parts: map[stored.Inst]stored.Ref{}, Orders: split.Orders}
		parts := place.Parts{}
		for _, p := range split.Pieces {
			root.Parts[p.Inst] = stored.Ref{}
			parts[p.Inst] = item.CloneMap(p.Doc)
		}
		got := item.CloneMap(split.Root)
		if err := place.Assemble(root, got, parts, func(i stored.Inst) bool { return i.Under(skipped) }); err != nil {
			t.Fatal(err)
		}
		if !item.Equal(mapOf(got), mapOf(want)) {
			t.Errorf("without %s: %s", skipped, diff(want, got))
		}
	}
}

// A manifest that does not agree with itself is told, not followed.
func TestAssembleRefuses(t *testing.T) {
	one := stored.NewElemID()
	part := stored.Inst("l").Elem(one)
	for _, c := range []struct {
		root   *stored.Root
		doc    doc
		reason string
	}{
		{&stored.Root{Parts: map[stored.Inst]stored.Ref{"a.x": {}}}, doc{}, "record field m: nothing holds a.x"},
		{&stored.Root{Parts: map[stored.Inst]stored.Ref{"a:k": {}}}, doc{"a": str("x")}, "record field m: nothing holds a:k"},
		{&stored.Root{Parts: map[stored.Inst]stored.Ref{part: {}}}, doc{}, fmt.Sprintf("record field m: nothing holds %s", part)},
		{&stored.Root{Parts: map[stored.Inst]stored.Ref{part.Name("x"): {}}}, doc{"l": listOf()}, fmt.Sprintf("record field m: nothing holds %s.x", part)},
		{&stored.Root{Orders: map[stored.Inst]stored.Order{"l": {Elems: []stored.Element{{ID: one}}}}}, doc{"l": listOf()}, "record field o: list l has fewer values than ids"},
		{&stored.Root{Orders: map[stored.Inst]stored.Order{"l": {}}}, doc{"l": listOf(null)}, "record field o: list l has more values than ids"},
		{&stored.Root{Orders: map[stored.Inst]stored.Order{"a.l": {}}}, doc{}, "record field m: nothing holds a.l"},
	} {
		parts := place.Parts{}
		for inst := range c.root.Parts {
			parts[inst] = doc{}
		}
		err := place.Assemble(c.root, c.doc, parts, func(stored.Inst) bool { return false })
		var corrupt *stored.CorruptError
		if !errors.As(err, &corrupt) || err.Error() != c.reason {
			t.Errorf("error %v, want %s", err, c.reason)
		}
	}
}

func TestSplitRefuses(t *testing.T) {
	for kind, want := range map[stored.PlaceKind]string{
		stored.One:      "a: a map was expected, not *types.AttributeValueMemberS",
		stored.List:     "a: a list was expected, not *types.AttributeValueMemberS",
		stored.KeptList: "a: a list was expected, not *types.AttributeValueMemberS",
		stored.Map:      "a: a map was expected, not *types.AttributeValueMemberS",
		stored.KeptMap:  "a: a map was expected, not *types.AttributeValueMemberS",
	} {
		tree := place.NewTree([]*place.Place{newPlace(kind, nil, attr.Names("a"), 0, nil)})
		if _, err := tree.Split(doc{"a": str("x")}, place.FreshIDs); err == nil || err.Error() != want {
			t.Errorf("kind %q: error %v, want %s", kind, err, want)
		}
	}
	for kind, elems := range map[stored.PlaceKind]types.AttributeValue{
		stored.List: listOf(str("x")), stored.KeptList: listOf(str("x")), stored.Map: mapOf(doc{"k": str("x")}), stored.KeptMap: mapOf(doc{"k": str("x")}),
	} {
		tree := place.NewTree([]*place.Place{newPlace(kind, nil, attr.Names("a"), 0, nil)})
		if _, err := tree.Split(doc{"a": elems}, place.FreshIDs); err == nil || err.Error() != "a: a map was expected, not *types.AttributeValueMemberS" {
			t.Errorf("elements of kind %q: error %v", kind, err)
		}
	}
}

// Ids are asked for once per list, and elements get them in order.
func TestSplitUsesIDs(t *testing.T) {
	tree := place.NewTree([]*place.Place{newPlace(stored.List, nil, attr.Names("l"), 0, nil)})
	given := []stored.ElemID{{1}, {2}, {3}}
	asked := 0
	split, err := tree.Split(doc{"l": listOf(mapOf(doc{"x": str("1")}), null, mapOf(doc{"x": str("3")}))}, func(list stored.Inst, n int) []stored.ElemID {
		asked++
		if list != "l" || n != 3 {
			t.Errorf("asked for %d ids of %s", n, list)
		}
		return given
	})
	if err != nil || asked != 1 {
		t.Fatal(err, asked)
	}
	want := stored.Order{Elems: []stored.Element{{ID: given[0]}, {Nil: true}, {ID: given[2]}}}
	if d := cmp.Diff(want, split.Orders["l"]); d != "" {
		t.Error(d)
	}
	if len(split.Pieces) != 2 || split.Pieces[1].Inst != stored.Inst("l").Elem(given[2]) {
		t.Errorf("pieces %+v", split.Pieces)
	}
}
