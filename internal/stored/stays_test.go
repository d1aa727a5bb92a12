package stored_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/stored"
)

// A part stays in its item exactly if both records have it there.
func TestStays(t *testing.T) {
	const inst = stored.Inst("part")
	key := []types.AttributeValue{s("k")}
	in := func(entity, table string, ref stored.Ref) *stored.Root {
		l := stored.Layout{{Path: attr.Names("part"), Kind: stored.One, Table: table, KeyName: "_id"}}
		return &stored.Root{Entity: entity, LayoutID: l.ID(), Layout: l, Parts: map[stored.Inst]stored.Ref{inst: ref}}
	}
	stamp := id(1)
	at := func(table, key string) stored.Ref {
		return stored.Ref{Stamp: stamp, Table: table, KeyName: "_id", Key: key, Cut: true}
	}
	derived, copied := stored.DerivedKey("e", key, inst), stored.StagedKey("e", key, inst, stamp)
	bare := stored.Ref{Stamp: stamp}
	for name, c := range map[string]struct {
		old, next   *stored.Root
		stays       bool
		ref         stored.Ref
		sharesAlike bool // the next record with that entry
	}{
		"as declared":             {in("e", "A", bare), in("e", "A", bare), true, bare, true},
		"in another table":        {in("e", "A", bare), in("e", "B", bare), false, bare, false},
		"of another entity":       {in("f", "A", bare), in("e", "A", bare), false, bare, false},
		"a copy":                  {in("e", "A", at("A", copied)), in("e", "A", bare), true, at("A", copied), true},
		"a copy elsewhere":        {in("e", "A", at("B", copied)), in("e", "A", bare), false, bare, false},
		"named where it belongs":  {in("e", "B", at("A", derived)), in("e", "A", bare), true, bare, true},
		"under some other key":    {in("e", "A", at("A", "x")), in("e", "A", bare), false, at("A", "x"), true},
		"the layout has no place": {in("e", "A", bare), &stored.Root{Entity: "e"}, false, bare, false},
	} {
		ref, ok := c.next.Stays(inst, c.old, key)
		if ok != c.stays || ok && ref != c.ref {
			t.Errorf("%s: stays %v as %+v", name, ok, ref)
		}
		c.next.Parts = map[stored.Inst]stored.Ref{inst: c.ref}
		if got := c.next.Shares(inst, c.old, key); got != c.sharesAlike || got != (c.next.Locate(inst, key) == c.old.Locate(inst, key)) {
			t.Errorf("%s: one item %v", name, got)
		}
	}
}

func TestManyInstances(t *testing.T) {
	list := stored.Inst("a~.b")
	ids, keys := []stored.ElemID{{1}, {2}, {3}}, []string{"", "x", "c.d", "~#:", "é"}
	var elems, entries []stored.Inst
	for _, id := range ids {
		elems = append(elems, list.Elem(id))
	}
	for _, key := range keys {
		entries = append(entries, list.Key(key))
	}
	if got := list.Elems(ids); !slices.Equal(got, elems) {
		t.Errorf("elements %q, want %q", got, elems)
	}
	if got := list.Keys(keys); !slices.Equal(got, entries) {
		t.Errorf("entries %q, want %q", got, entries)
	}
	if len(list.Elems(nil))+len(list.Keys(nil)) > 0 {
		t.Error("instances of nothing")
	}
}
