package trees

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// pathRead checks that a path reads as its value in the object.
type pathRead struct {
	name string
	run  func(t *testing.T, x *kit.World, r *repo.Repo[Tree], v *Tree, layout string)
}

// read reads a path. If the Go object has no value there, the read must fail.
// sent are the requests in the layout in which everything is divided.
func read[V any](name string, l lens.Lens[Tree, V], sent ...string) pathRead {
	return pathRead{name, func(t *testing.T, x *kit.World, r *repo.Repo[Tree], v *Tree, layout string) {
		want, ok := lens.Get(l, v)
		x.Net.Reset()
		got, err := repo.Read(t.Context(), r, ID.Of(v.ID), l)
		if !ok {
			kit.WantErr(t, "read", err, repo.ErrNoPath, "has no value")
			return
		}
		kit.Must(t, err)
		kit.Equal(t, "value", got, want)
		if layout == "divided" && sent != nil {
			x.WantSent(t, "read", sent...)
		}
	}}
}

// readAll reads a path with any number of values, and wants them in order.
func readAll[V any](name string, m lens.Many[Tree, V], want func(*Tree) []V, sent ...string) pathRead {
	return pathRead{name, func(t *testing.T, x *kit.World, r *repo.Repo[Tree], v *Tree, layout string) {
		x.Net.Reset()
		got, err := repo.ReadAll(t.Context(), r, ID.Of(v.ID), m)
		kit.Must(t, err)
		kit.Equal(t, "values", got, want(v))
		if layout == "divided" && sent != nil {
			x.WantSent(t, "read all", sent...)
		}
	}}
}

const (
	rootOnce = "GetItem: Trees"
	rootLeaf = "BatchGetItem: Leaves, Trees"
)

var pathReads = []pathRead{
	read("string", tTitle, rootOnce),
	read("key", lens.Of(func(v *Tree) *string { return &v.ID }), rootOnce),
	read("number", tCount, rootOnce),
	read("list", tWords, rootOnce),
	read("element", lens.At(tWords, 1), rootOnce),
	read("map", tProps, rootOnce),
	read("entry", lens.Entry(tProps, "k"), rootOnce),
	read("inside a struct that stays", tGirth, rootOnce),
	read("a part in a struct that stays", tBark),
	read("inside a part in a struct that stays", tBarkN, rootLeaf),
	read("a struct with parts", tTrunk),
	read("a pointer with parts", tBough),
	read("a part", tOne),
	read("inside a part", lens.Join(tOne, bName), "BatchGetItem: Ones, Trees"),
	read("a nested part", lens.Join(tOne, bLeaf)),
	read("inside a nested part", lens.Join(tOne, bLeafN), rootLeaf),
	read("element of a list inside a nested part", lens.At(lens.Join(oneLeaf, lTags), 0), rootLeaf),
	read("a nested pointer", oneOpt),
	read("inside a nested pointer", lens.Join(tOne, bOptN), rootLeaf),
	read("a nested list", oneLeaves),
	read("inside an element of a nested list", lens.Join(lens.At(oneLeaves, 1), lText)),
	read("inside an entry of a nested map", lens.Join(lens.Entry(oneByName, "b.c#d:e~f"), lText), rootLeaf),
	read("a pointer", tOpt),
	read("inside a pointer", optName, "BatchGetItem: Opts, Trees"),
	read("deep inside a pointer", optLeafN, rootLeaf),
	read("a list of parts", tList),
	read("an element", lens.At(tList, 1)),
	read("inside an element", lens.Join(lens.At(tList, 2), bName)),
	read("deep inside an element", lens.Join(lens.At(lens.Join(lens.At(tList, 1), bLeaves), 1), lText)),
	read("a list of pointers", tPtrs),
	read("an element that is a pointer", lens.At(tPtrs, 2)),
	read("an element that is nil", lens.At(tPtrs, 1)),
	read("inside an element that is a pointer", lens.Join(lens.At(tPtrs, 2), lens.Ptr(lText))),
	read("a map of parts", tMap),
	read("an entry that is a part", lens.Entry(tMap, "x")),
	read("inside an entry", lens.Join(lens.Entry(tMap, "y/z"), bName), "BatchGetItem: Maps, Trees"),
	read("deep inside an entry", lens.Join(lens.Entry(tMap, "x"), bLeafN), rootLeaf),
	read("a list that stays", tIn),
	read("an element that stays", lens.At(tIn, 0)),
	read("inside an element that stays", lens.Join(lens.At(tIn, 1), bName), rootOnce),
	read("a part of an element that stays", lens.Join(lens.At(tIn, 0), bLeaf)),
	read("inside a part of an element that stays", lens.Join(lens.At(tIn, 0), bLeafN)),
	read("inside an entry that stays", lens.Join(lens.Entry(tInMap, "p"), bName), rootOnce),
	read("inside a part of an entry that stays", lens.Join(lens.Entry(tInMap, "p"), bLeafN), rootLeaf),

	read("no element", lens.At(tWords, 9)),
	read("no element of parts", lens.At(tList, 9)),
	read("inside no element of parts", lens.Join(lens.At(tList, 9), bLeafN)),
	read("inside an element that is nil", lens.Join(lens.At(tPtrs, 1), lens.Ptr(lText))),
	read("inside no element that stays", lens.Join(lens.At(tIn, 9), bName)),
	read("inside no entry", lens.Join(lens.Entry(tMap, "none"), bName)),
	read("deep inside no entry", lens.Join(lens.Entry(tMap, "none"), bLeafN)),
	read("inside no entry that stays", lens.Join(lens.Entry(tInMap, "none"), bName)),

	readAll("words", lens.Elems(tWords), func(v *Tree) []string { return v.Words }, rootOnce),
	readAll("props", lens.ElemValues(tProps), func(v *Tree) []string { return []string{"v"} }, rootOnce),
	readAll("elements", lens.Elems(tList), func(v *Tree) []Branch { return v.List }),
	readAll("names of elements", lens.Each(tList, bName), func(v *Tree) []string { return []string{"list 0", "list 1", "bare"} },
		rootOnce, "BatchGetItem: Lists x3"),
	readAll("leaves of elements", lens.Each(tList, bLeafN), func(v *Tree) []int { return []int{1, 1, 0} }),
	readAll("all leaves of elements", lens.Each(tList, lens.Each(bLeaves, lText)), func(v *Tree) []string {
		return []string{v.List[0].Leaves[0].Text, v.List[0].Leaves[1].Text, v.List[1].Leaves[0].Text, v.List[1].Leaves[1].Text}
	}),
	readAll("what pointers hold", lens.Each(tPtrs, lens.Ptr(lText)), func(v *Tree) []string { return []string{v.Ptrs[0].Text, v.Ptrs[2].Text} }),
	readAll("pointers", lens.Elems(tPtrs), func(v *Tree) []*Leaf { return v.Ptrs }),
	readAll("through pointers that are nil", lens.Each(tIn, bOptN), func(v *Tree) []int { return []int{2, 0} }),
	readAll("names of entries", lens.EachValue(tMap, bName), func(v *Tree) []string { return []string{"map x", "bare"} }),
	readAll("names of entries that stay", lens.EachValue(tInMap, bName), func(v *Tree) []string { return []string{"a blank", "inmap p"} }, rootOnce),
	readAll("maps in lists", lens.Each(tIn, lens.EachValue(bByName, lN)), func(v *Tree) []int { return []int{4, 0} }),
}

// readsOfNothing read a tree that has no values.
var readsOfNothing = []pathRead{
	read("title", tTitle), read("words", tWords), read("no element", lens.At(tWords, 0)), read("no entry", lens.Entry(tProps, "k")),
	read("pointer", tOpt), read("inside a nil pointer", optName), read("deep inside a nil pointer", optLeafN),
	read("pointer with parts", tBough), read("list", tList), read("map", tMap), read("list that stays", tIn), read("nested list", oneLeaves),
	read("inside a nil map", lens.Join(lens.Entry(tMap, "x"), bName)), read("inside a nil list", lens.Join(lens.At(tIn, 0), bName)),
	readAll("elements", lens.Elems(tList), func(*Tree) []Branch { return []Branch{} }),
	readAll("inside elements", lens.Each(tList, bLeafN), func(*Tree) []int { return []int{} }),
	readAll("inside entries", lens.EachValue(tMap, bLeafN), func(*Tree) []int { return []int{} }),
	readAll("inside elements that stay", lens.Each(tIn, lens.Each(bLeaves, lN)), func(*Tree) []int { return []int{} }),
}

var readChecks = []kit.Check{
	{Name: "of everything", Run: func(t *testing.T, x *kit.World) { ReadEverything(t, x, Layouts) }},
	{Name: "of nothing", Run: func(t *testing.T, x *kit.World) { ReadNothing(t, x, Layouts) }},
	{Name: "of no object", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, Divided(0))
		none := ID.Of("none")
		_, err := repo.Read(ctx, r, none, tTitle)
		kit.WantErr(t, "a path", err, repo.ErrNotFound, "object not found")
		_, err = repo.Read(ctx, r, none, lens.Join(tOne, bLeafN))
		kit.WantErr(t, "a path in a part", err, repo.ErrNotFound, "object not found")
		_, err = repo.Read(ctx, r, none, lens.At(tList, 0))
		kit.WantErr(t, "an element", err, repo.ErrNotFound, "object not found")
		_, err = repo.ReadAll(ctx, r, none, lens.Each(tList, bName))
		kit.WantErr(t, "all", err, repo.ErrNotFound, "object not found")
	}},
}

// ReadEverything reads all paths of a tree that has everything.
func ReadEverything(t *testing.T, x *kit.World, layouts []Layout) {
	readPaths(t, x, layouts, New("full"), pathReads)
}

// ReadNothing reads paths of a tree that has no values.
func ReadNothing(t *testing.T, x *kit.World, layouts []Layout) {
	readPaths(t, x, layouts, Tree{ID: "bare"}, readsOfNothing)
}

func readPaths(t *testing.T, x *kit.World, layouts []Layout, v Tree, reads []pathRead) {
	for _, l := range layouts {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			y := kit.NewWorld(t, x.Engine)
			r := kit.Open(t, y, l.Model())
			v := v
			_, err := r.Create(t.Context(), &v)
			kit.Must(t, err)
			for _, c := range reads {
				t.Run(c.name, func(t *testing.T) { c.run(t, y, r, &v, l.Name) })
			}
		})
	}
}
