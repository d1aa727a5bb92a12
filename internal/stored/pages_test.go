package stored_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/stored"
)

var pagedKey = []types.AttributeValue{&types.AttributeValueMemberS{Value: "f1"}}

// pagedRoot has the manifest and orders that a test draws.
func pagedRoot(t *rapid.T) *stored.Root {
	list, entries := attr.Names("list"), attr.Names("map")
	r := &stored.Root{
		Format: stored.FirstFormat, Entity: "film", Version: 3, Birth: stored.NewID(), Ring: stored.NewRing(stored.NewID()),
		Layout: stored.Layout{
			{Path: list, Kind: stored.List, Table: "Lists", KeyName: "_id"},
			{Path: entries, Kind: stored.Map, Table: "Maps", KeyName: "k"},
		},
		Parts: map[stored.Inst]stored.Ref{}, Orders: map[stored.Inst]stored.Order{},
	}
	r.LayoutID = r.Layout.ID()
	ref := func(inst stored.Inst, table, key string) stored.Ref {
		stamp := stored.NewID()
		switch rapid.IntRange(0, 4).Draw(t, "how") {
		case 0:
			return stored.Ref{Stamp: stamp}
		case 1:
			return stored.Ref{Stamp: stamp, Table: "Old", KeyName: "old", Key: rapid.StringN(1, 20, 60).Draw(t, "key"), Cut: rapid.Bool().Draw(t, "cut")}
		}
		return stored.Ref{Stamp: stamp, Table: table, KeyName: key, Key: stored.StagedKey("film", pagedKey, inst, stamp), Cut: rapid.Bool().Draw(t, "cut")}
	}
	var elems []stored.Element
	for range rapid.IntRange(0, 900).Draw(t, "elements") {
		if rapid.IntRange(0, 9).Draw(t, "nil") == 0 {
			elems = append(elems, stored.Element{Nil: true})
			continue
		}
		id := stored.NewElemID()
		inst := stored.Inst("list").Elem(id)
		elems = append(elems, stored.Element{ID: id})
		r.Parts[inst] = ref(inst, "Lists", "_id")
	}
	r.Orders["list"] = stored.Order{Elems: elems}
	for i := range rapid.IntRange(0, 300).Draw(t, "entries") {
		inst := stored.Inst("map").Key(fmt.Sprint(i, rapid.String().Draw(t, "name")))
		r.Parts[inst] = ref(inst, "Maps", "k")
	}
	r.Orders["map"] = stored.Order{IsMap: true, Nils: []string{"a", "b"}}
	r.CountDynamic()
	return r
}

// read is the record as it is after it was stored and its pages were read.
func read(t *rapid.T, r *stored.Root, data map[stored.ID][]byte) *stored.Root {
	var all [][]byte
	for _, p := range r.Pages.List {
		all = append(all, data[p.Stamp])
	}
	got, err := stored.Decode(stored.Fill(r.Encode(), all, pagedKey))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestPages: what is put on pages comes back, and pages that would be the same stay.
func TestPages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := pagedRoot(t)
		data := r.Paginate("Lists", "_id", nil, pagedKey)
		for _, d := range data {
			if len(d) == 0 {
				t.Fatal("an empty page")
			}
		}
		got := read(t, r, data)
		if d := cmp.Diff(r.Parts, got.Parts) + cmp.Diff(r.Orders, got.Orders) + cmp.Diff(r.Pages, got.Pages); d != "" {
			t.Fatal(d)
		}
		if got.Format != stored.Format || got.Dynamic != r.Dynamic {
			t.Fatalf("format %d, %d dynamic parts", got.Format, got.Dynamic)
		}
		if unread, err := stored.Decode(r.Encode()); err != nil || !unread.Pages.Unread || len(unread.Parts) > 0 {
			t.Fatalf("without its pages: %v, %v", unread, err)
		}
		if fresh := got.Paginate("Lists", "_id", got.Pages, pagedKey); len(fresh) != 0 {
			t.Fatalf("%d new pages of nothing new", len(fresh))
		}
		for inst, ref := range got.Parts { // one part gets another stamp
			ref.Stamp = stored.NewID()
			if ref.Table == "Lists" || ref.Table == "Maps" {
				ref.Key = stored.StagedKey("film", pagedKey, inst, ref.Stamp)
			}
			got.Parts[inst] = ref
			fresh := got.Paginate("Lists", "_id", got.Pages, pagedKey)
			if len(fresh) != 1 {
				t.Fatalf("%d new pages of one new stamp", len(fresh))
			}
			break
		}
	})
}

// TestPagesOfLongLists: an element that is inserted changes few of many pages.
func TestPagesOfLongLists(t *testing.T) {
	r := &stored.Root{Entity: "film", Layout: stored.Layout{{Path: attr.Names("list"), Kind: stored.List, Table: "Lists", KeyName: "_id"}}, Parts: map[stored.Inst]stored.Ref{}, Orders: map[stored.Inst]stored.Order{}}
	var elems []stored.Element
	add := func() {
		id, stamp := stored.NewElemID(), stored.NewID()
		inst := stored.Inst("list").Elem(id)
		r.Parts[inst] = stored.Ref{Stamp: stamp, Table: "Lists", KeyName: "_id", Key: stored.StagedKey("film", pagedKey, inst, stamp)}
		elems = append(elems, stored.Element{ID: id})
		r.Orders["list"] = stored.Order{Elems: elems}
	}
	for range 20_000 {
		add()
	}
	bytes := 0
	for _, d := range r.Paginate("Lists", "_id", nil, pagedKey) {
		bytes += len(d)
	}
	if n := len(r.Pages.List); n > 120 || bytes > 900_000 {
		t.Errorf("20,000 elements take %d pages, %d bytes", n, bytes)
	}
	t.Logf("%d pages, %d bytes", len(r.Pages.List), bytes)
	old := r.Pages
	add()
	if fresh := r.Paginate("Lists", "_id", old, pagedKey); len(fresh) > 6 {
		t.Errorf("one more element makes %d pages new", len(fresh))
	}
}

// FuzzPage: whatever is on a page is read or refused.
func FuzzPage(f *testing.F) {
	r := &stored.Root{Entity: "film", Version: 1, Ring: stored.NewRing(stored.ID{1}), Layout: stored.Layout{{Path: attr.Names("list"), Kind: stored.List, Table: "Lists", KeyName: "_id"}}, Parts: map[stored.Inst]stored.Ref{}, Orders: map[stored.Inst]stored.Order{}}
	r.LayoutID = r.Layout.ID()
	for i := range byte(3) {
		id := stored.ElemID{i}
		inst := stored.Inst("list").Elem(id)
		r.Parts[inst] = stored.Ref{Stamp: stored.ID{i}, Table: "Lists", KeyName: "_id", Key: stored.StagedKey("film", pagedKey, inst, stored.ID{i})}
		r.Orders["list"] = stored.Order{Elems: append(r.Orders["list"].Elems, stored.Element{ID: id}, stored.Element{Nil: true})}
	}
	r.Orders["map"] = stored.Order{IsMap: true, Nils: []string{"a"}}
	for _, d := range r.Paginate("Lists", "_id", nil, pagedKey) {
		f.Add(d)
	}
	f.Add([]byte{'n', 0, 4, 'l', 'i', 's', 't', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := stored.Decode(stored.Fill(r.Encode(), [][]byte{data}, pagedKey))
		if err != nil {
			return
		}
		again := *got
		out := again.Paginate("Lists", "_id", nil, pagedKey)
		if len(out) == 0 && len(got.Parts)+len(got.Orders) > 0 {
			t.Error("nothing is left of it")
		}
	})
}
