package record_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/record"
)

// What today's type knows of a document that a later version wrote.
type (
	leaf struct{ A, B string }
	tree struct {
		Name string
		Leaf leaf
		Ptr  *leaf
		List []leaf
		Ptrs []*leaf
		Map  map[string]leaf
		Deep []map[string][]leaf
		Any  any
		Tags []string
		skip string
	}
)

var (
	treeCodec = codec.For(reflect.TypeFor[tree]())
	_         = tree{}.skip
)

type doc = map[string]types.AttributeValue

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func mapOf(d doc) types.AttributeValue  { return &types.AttributeValueMemberM{Value: d} }
func listOf(l ...types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: append([]types.AttributeValue{}, l...)}
}

// diff compares documents as DynamoDB does.
func diff(want, got doc) string { return cmp.Diff(want, got, cmp.Comparer(item.Equal)) }

func leafOf(more string) types.AttributeValue {
	d := doc{"A": str("a")}
	if more != "" {
		d["new"] = str(more)
	}
	return mapOf(d)
}

func TestExtractMerge(t *testing.T) {
	null := &types.AttributeValueMemberNULL{Value: true}
	before := doc{
		"Name": str("n"), "added": listOf(str("x")),
		"Leaf": leafOf("1"), "Ptr": leafOf("2"), "List": listOf(leafOf("3"), leafOf(""), leafOf("5")),
		"Ptrs": listOf(null, leafOf("6")), "Map": mapOf(doc{"k": leafOf("7"), "l": leafOf("")}),
		"Deep": listOf(mapOf(doc{"k": listOf(leafOf("8"))})), "Any": mapOf(doc{"kept": str("in any")}),
	}
	known := item.CloneMap(before)
	u := record.Extract(treeCodec, known, nil)
	want := doc{
		"Name": str("n"),
		"Leaf": leafOf(""), "Ptr": leafOf(""), "List": listOf(leafOf(""), leafOf(""), leafOf("")),
		"Ptrs": listOf(null, leafOf("")), "Map": mapOf(doc{"k": leafOf(""), "l": leafOf("")}),
		"Deep": listOf(mapOf(doc{"k": listOf(leafOf(""))})), "Any": mapOf(doc{"kept": str("in any")}),
	}
	if d := diff(want, known); d != "" {
		t.Fatalf("known: %s", d)
	}
	again := u.Merge(known)
	if d := diff(before, known); d != "" {
		t.Fatalf("merged: %s", d)
	}
	// What Merge returns is about the new document: it works as well.
	second := item.CloneMap(want)
	again.Merge(second)
	if d := diff(before, second); d != "" {
		t.Fatalf("merged a second time: %s", d)
	}
}

func TestNothingUnknown(t *testing.T) {
	d := doc{"Name": str("n"), "List": listOf(leafOf(""))}
	if u := record.Extract(treeCodec, d, nil); u != nil {
		t.Errorf("got %+v", u)
	}
	var none *record.Unknown
	if none.Merge(d) != nil || len(d) != 2 {
		t.Errorf("nothing merged into %v", d)
	}
}

func TestExtractKeeps(t *testing.T) {
	d := doc{"Name": str("n"), "_meta": str("m"), "old": str("o")}
	u := record.Extract(treeCodec, d, func(name string) bool { return name == "_meta" })
	if d := diff(doc{"Name": str("n"), "_meta": str("m")}, d); d != "" {
		t.Error(d)
	}
	out := doc{}
	u.Merge(out)
	if d := diff(doc{"old": str("o")}, out); d != "" {
		t.Error(d)
	}
}

// A value that is changed, moved or removed takes what is unknown with it; what
// the program writes itself is never overwritten.
func TestMergeIntoChanged(t *testing.T) {
	el := func(a, more string) types.AttributeValue {
		d := doc{"A": str(a)}
		if more != "" {
			d["new"] = str(more)
		}
		return mapOf(d)
	}
	for name, c := range map[string]struct{ before, now, want doc }{
		"reordered": {
			doc{"List": listOf(el("1", "x"), el("2", "y"))},
			doc{"List": listOf(el("2", ""), el("1", ""))},
			doc{"List": listOf(el("2", "y"), el("1", "x"))},
		},
		"changed in place": {
			doc{"List": listOf(el("1", "x"), el("2", "y"))},
			doc{"List": listOf(el("1", ""), el("3", ""))},
			doc{"List": listOf(el("1", "x"), el("3", "y"))},
		},
		"removed": {
			doc{"List": listOf(el("1", "x"), el("2", "y"))},
			doc{"List": listOf(el("2", ""))},
			doc{"List": listOf(el("2", "y"))},
		},
		"added": {
			doc{"List": listOf(el("1", "x"))},
			doc{"List": listOf(el("0", ""), el("1", ""))},
			doc{"List": listOf(el("0", ""), el("1", "x"))},
		},
		"entry gone": {
			doc{"Map": mapOf(doc{"k": el("1", "x"), "l": el("2", "y")})},
			doc{"Map": mapOf(doc{"l": el("2", ""), "m": el("3", "")})},
			doc{"Map": mapOf(doc{"l": el("2", "y"), "m": el("3", "")})},
		},
		"pointer nil": {
			doc{"Ptr": el("1", "x"), "top": str("t")},
			doc{},
			doc{"top": str("t")},
		},
		"the type learnt the field": {
			doc{"later": str("old")},
			doc{"later": str("new")},
			doc{"later": str("new")},
		},
		"another shape": {
			doc{"List": listOf(el("1", "x"))},
			doc{"List": str("?")},
			doc{"List": str("?")},
		},
	} {
		known := item.CloneMap(c.before)
		u := record.Extract(treeCodec, known, nil)
		now := item.CloneMap(c.now)
		u.Merge(now)
		if d := diff(c.want, now); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// genTree draws a document of the type, with what it does not know here and there.
func genTree(t *rapid.T) doc {
	more := func(d doc) doc {
		if rapid.Bool().Draw(t, "more") {
			d["new"] = rapid.SampledFrom([]types.AttributeValue{str("x"), listOf(), mapOf(doc{"A": str("no field")})}).Draw(t, "unknown")
		}
		return d
	}
	leaf := func() types.AttributeValue {
		return mapOf(more(doc{"A": str(rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "a"))}))
	}
	leaves := func() types.AttributeValue {
		l := listOf().(*types.AttributeValueMemberL)
		for range rapid.IntRange(0, 3).Draw(t, "size") {
			l.Value = append(l.Value, leaf())
		}
		return l
	}
	return more(doc{
		"Leaf": leaf(), "Ptr": leaf(), "List": leaves(), "Ptrs": leaves(),
		"Map":  mapOf(doc{"k": leaf(), "new": leaf()}),
		"Deep": listOf(mapOf(doc{"k": leaves()})),
	})
}

// Reading and writing back unchanged loses nothing, any number of times.
func TestExtractMergeUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := genTree(t)
		known := item.CloneMap(before)
		u := record.Extract(treeCodec, known, nil)
		if record.Extract(treeCodec, item.CloneMap(known), nil) != nil {
			t.Fatal("not everything unknown was taken out")
		}
		// The known part is what the Go type holds: it survives the type.
		v := reflect.New(treeCodec.Type()).Elem()
		if err := codec.DecodeStruct(treeCodec, known, v); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			now := item.CloneMap(known)
			u = u.Merge(now)
			if d := diff(before, now); d != "" {
				t.Fatal(d)
			}
		}
	})
}

// Merge copies: documents that are written do not share memory with what is
// remembered.
func TestMergeCopies(t *testing.T) {
	u := record.Extract(treeCodec, doc{"new": mapOf(doc{"x": str("1")})}, nil)
	first, second := doc{}, doc{}
	u.Merge(first)
	first["new"].(*types.AttributeValueMemberM).Value["x"] = str("changed")
	u.Merge(second)
	if d := diff(doc{"new": mapOf(doc{"x": str("1")})}, second); d != "" {
		t.Error(d)
	}
}

func TestHolder(t *testing.T) {
	var h record.Holder
	if h.Snapshot() != nil {
		t.Error("a zero holder carries something")
	}
	s := &record.Snapshot{Table: "T"}
	h.SetSnapshot(s)
	if c := h; c.Snapshot() != s {
		t.Error("a copy does not carry the same")
	}
}
