package snapshot_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/snapshot"
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

// read takes what is unknown out of a document, as a program does that decodes
// it into its type, and returns what is known.
func read(t testing.TB, before doc, ids *snapshot.Identity) (known doc, u *snapshot.Unknown) {
	t.Helper()
	known = item.CloneMap(before)
	u = snapshot.Extract(treeCodec, known, nil)
	u.Recognise(reencoded(t, known), ids)
	return known, u
}

// reencoded is a document as the type writes it.
func reencoded(t testing.TB, known doc) doc {
	t.Helper()
	v := reflect.New(treeCodec.Type()).Elem()
	if err := codec.DecodeStruct(treeCodec, known, v); err != nil {
		t.Fatal(err)
	}
	again, err := codec.EncodeStruct(treeCodec, v)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// write puts what is unknown into the document of a changed value.
func write(u *snapshot.Unknown, now doc, ids *snapshot.Identity) (*snapshot.Unknown, error) {
	next, err := u.Follow(now, ids)
	if err == nil {
		next.Restore(now)
	}
	return next, err
}

func TestExtractRestore(t *testing.T) {
	null := &types.AttributeValueMemberNULL{Value: true}
	before := doc{
		"Name": str("n"), "added": listOf(str("x")),
		"Leaf": leafOf("1"), "Ptr": leafOf("2"), "List": listOf(leafOf("3"), leafOf(""), leafOf("3")),
		"Ptrs": listOf(null, leafOf("6")), "Map": mapOf(doc{"k": leafOf("7"), "l": leafOf("")}),
		"Deep": listOf(mapOf(doc{"k": listOf(leafOf("8"))})), "Any": mapOf(doc{"kept": str("in any")}),
	}
	known, u := read(t, before, nil)
	want := doc{
		"Name": str("n"),
		"Leaf": leafOf(""), "Ptr": leafOf(""), "List": listOf(leafOf(""), leafOf(""), leafOf("")),
		"Ptrs": listOf(null, leafOf("")), "Map": mapOf(doc{"k": leafOf(""), "l": leafOf("")}),
		"Deep": listOf(mapOf(doc{"k": listOf(leafOf(""))})), "Any": mapOf(doc{"kept": str("in any")}),
	}
	if d := diff(want, known); d != "" {
		t.Fatalf("known: %s", d)
	}
	want = reencoded(t, before)
	for _, more := range []doc{want, sub(want, "Leaf"), sub(want, "Ptr"), sub(want, "Map", "k"), sub(want, "List", 0), sub(want, "List", 2), sub(want, "Ptrs", 1), sub(want, "Deep", 0, "k", 0)} {
		more["new"] = str("?") // to be replaced by what it was
	}
	sub(want, "Leaf")["new"], sub(want, "Ptr")["new"], sub(want, "Map", "k")["new"] = str("1"), str("2"), str("7")
	sub(want, "List", 0)["new"], sub(want, "List", 2)["new"] = str("3"), str("3")
	sub(want, "Ptrs", 1)["new"], sub(want, "Deep", 0, "k", 0)["new"] = str("6"), str("8")
	delete(want, "new")
	want["added"] = listOf(str("x"))
	// What Follow returns is about the new document: it works as well.
	for range 3 {
		now := reencoded(t, before)
		next, err := write(u, now, nil)
		if err != nil {
			t.Fatal(err)
		}
		if d := diff(want, now); d != "" {
			t.Fatalf("restored: %s", d)
		}
		u = next
	}
}

// sub is a map inside of a document.
func sub(d doc, path ...any) doc {
	av := mapOf(d)
	for _, p := range path {
		switch p := p.(type) {
		case string:
			av = av.(*types.AttributeValueMemberM).Value[p]
		case int:
			av = av.(*types.AttributeValueMemberL).Value[p]
		}
	}
	return av.(*types.AttributeValueMemberM).Value
}

// Another program may spell the key of an entry in another way. This one writes
// the entry under its own name, and what it does not know of it as well.
func TestUnknownOfRenamedEntries(t *testing.T) {
	type entries struct {
		Numbers map[int]leaf
		Flags   map[bool][]leaf
	}
	c := codec.For(reflect.TypeFor[entries]())
	before := doc{"Numbers": mapOf(doc{"01": leafOf("one"), "2": leafOf("two")}), "Flags": mapOf(doc{"T": listOf(leafOf("yes"))})}
	u := snapshot.Extract(c, before, nil)
	var v entries
	if err := codec.DecodeStruct(c, before, reflect.ValueOf(&v).Elem()); err != nil {
		t.Fatal(err)
	}
	known, err := codec.EncodeStruct(c, reflect.ValueOf(v))
	if err != nil {
		t.Fatal(err)
	}
	u.Recognise(known, nil)
	next, err := u.Follow(known, nil)
	if err != nil {
		t.Fatal(err)
	}
	next.Restore(known)
	full := func(more string) types.AttributeValue {
		return mapOf(doc{"A": str("a"), "B": str(""), "new": str(more)})
	}
	want := doc{"Numbers": mapOf(doc{"1": full("one"), "2": full("two")}), "Flags": mapOf(doc{"true": listOf(full("yes"))})}
	if d := diff(want, known); d != "" {
		t.Error(d)
	}
}

func TestNothingUnknown(t *testing.T) {
	d := doc{"Name": str("n"), "List": listOf(leafOf(""))}
	if u := snapshot.Extract(treeCodec, d, nil); u != nil {
		t.Errorf("got %+v", u)
	}
	var none *snapshot.Unknown
	none.Recognise(d, nil)
	if next, err := write(none, d, nil); next != nil || err != nil || len(d) != 2 || none.Lists() {
		t.Errorf("nothing restored into %v: %v", d, err)
	}
}

func TestExtractKeeps(t *testing.T) {
	d := doc{"Name": str("n"), "_meta": str("m"), "old": str("o")}
	u := snapshot.Extract(treeCodec, d, func(name string) bool { return name == "_meta" })
	if d := diff(doc{"Name": str("n"), "_meta": str("m")}, d); d != "" {
		t.Error(d)
	}
	out := doc{}
	u.Restore(out)
	if d := diff(doc{"old": str("o")}, out); d != "" {
		t.Error(d)
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
func TestUnknownUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := genTree(t)
		known := item.CloneMap(before)
		u := snapshot.Extract(treeCodec, known, nil)
		if snapshot.Extract(treeCodec, item.CloneMap(known), nil) != nil {
			t.Fatal("not everything unknown was taken out")
		}
		// The known part is what the Go type holds: it survives the type.
		v := reflect.New(treeCodec.Type()).Elem()
		if err := codec.DecodeStruct(treeCodec, known, v); err != nil {
			t.Fatal(err)
		}
		again, err := codec.EncodeStruct(treeCodec, v)
		if err != nil {
			t.Fatal(err)
		}
		u.Recognise(again, nil)
		var first doc
		for range 3 {
			now := item.CloneMap(again)
			if u, err = write(u, now, nil); err != nil {
				t.Fatal(err)
			}
			if d := diff(counted(before), counted(now)); d != "" {
				t.Fatal(d)
			}
			if first != nil {
				if d := diff(first, now); d != "" {
					t.Fatal(d)
				}
			}
			first = now
		}
	})
}

// counted keeps of a document what the type does not know.
func counted(d doc) doc {
	out := doc{}
	var walk func(path string, av types.AttributeValue)
	walk = func(path string, av types.AttributeValue) {
		switch v := av.(type) {
		case *types.AttributeValueMemberM:
			for name, e := range v.Value {
				if name == "new" && path != "/Map" {
					out[path] = e
					continue
				}
				walk(path+"/"+name, e)
			}
		case *types.AttributeValueMemberL:
			for i, e := range v.Value {
				walk(fmt.Sprint(path, "/", i), e)
			}
		}
	}
	walk("", mapOf(d))
	return out
}

// Restore copies: documents that are written do not share memory with what is
// remembered.
func TestRestoreCopies(t *testing.T) {
	u := snapshot.Extract(treeCodec, doc{"new": mapOf(doc{"x": str("1")})}, nil)
	first, second := doc{}, doc{}
	u.Restore(first)
	first["new"].(*types.AttributeValueMemberM).Value["x"] = str("changed")
	u.Restore(second)
	if d := diff(doc{"new": mapOf(doc{"x": str("1")})}, second); d != "" {
		t.Error(d)
	}
}

func TestHolder(t *testing.T) {
	var h snapshot.Holder
	if h.Snapshot() != nil {
		t.Error("a zero holder carries something")
	}
	s := &snapshot.Snapshot{Table: "T"}
	h.SetSnapshot(s)
	if c := h; c.Snapshot() != s {
		t.Error("a copy does not carry the same")
	}
}
