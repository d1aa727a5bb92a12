package trees

import (
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

var (
	boughGirth = lens.Of(func(v *Tree) *int { return &v.Bough.Girth })
	boughBark  = lens.Of(func(v *Tree) *Leaf { return &v.Bough.Bark })
	boughBarkN = lens.Of(func(v *Tree) *int { return &v.Bough.Bark.N })
	boughRings = lens.Of(func(v *Tree) *[]Leaf { return &v.Bough.Rings })
	optOpt     = lens.Join(tOpt, lens.Ptr(bOpt))
)

// removed is a Remove with EnsureParents that finds nothing and creates nothing.
func removed(name string, e lens.Change[Tree], start func(*Tree)) updateCase {
	return updateCase{name: "Remove " + name, parents: true, start: start, changes: edits(e), want: func(*Tree) {}}
}

// parentCases concern a tree that holds nothing.
var parentCases = []updateCase{
	removed("below a nil pointer", boughGirth.Remove(), nil),
	removed("a part below a nil pointer", boughBark.Remove(), nil),
	removed("inside a part below a nil pointer", boughBarkN.Remove(), nil),
	removed("a list of parts below a nil pointer", boughRings.Remove(), nil),
	removed("an element below a nil pointer", lens.At(boughRings, 0).Remove(), nil),
	removed("inside an element below a nil pointer", lens.Join(lens.At(boughRings, 0), lN).Remove(), nil),
	removed("inside no part", optName.Remove(), nil),
	removed("inside a part of no part", optLeafN.Remove(), nil),
	removed("a part of no part", optOpt.Remove(), nil),
	removed("a list of no part", optLeaves.Remove(), nil),
	removed("an element of no part", lens.At(optLeaves, 1).Remove(), nil),
	removed("a map of no part", optByName.Remove(), nil),
	removed("an entry of no part", lens.Entry(optByName, "a").Remove(), nil),
	removed("inside an entry of no part", lens.Join(lens.Entry(optByName, "a"), lN).Remove(), nil),
	removed("inside no part of a part", lens.Join(tOne, bOptN).Remove(), nil),
	removed("an entry of no map", lens.Entry(tProps, "k").Remove(), nil),
	removed("an element of no list", lens.At(tWords, 0).Remove(), nil),
	removed("an entry of no map of parts", lens.Entry(tMap, "x").Remove(), nil),
	removed("inside an entry of no map of parts", lens.Join(lens.Entry(tMap, "x"), bName).Remove(), nil),
	removed("inside no entry of parts", lens.Join(lens.Entry(tMap, "x"), bName).Remove(), func(v *Tree) { v.Map = map[string]Branch{"y": {}} }),
	removed("a part inside no entry of parts", lens.Join(lens.Entry(tMap, "x"), bLeaf).Remove(), func(v *Tree) { v.Map = map[string]Branch{"y": {}} }),
	removed("an element of no list of parts", lens.At(tList, 0).Remove(), nil),
	removed("inside an element of no list of parts", lens.Join(lens.At(tList, 0), bName).Remove(), nil),
	removed("inside an element that is nil", lens.Join(lens.At(tPtrs, 0), lens.Ptr(lN)).Remove(), func(v *Tree) { v.Ptrs = []*Leaf{nil} }),
	removed("an element of no list that stays", lens.At(tIn, 0).Remove(), nil),
	removed("inside an element of no list that stays", lens.Join(lens.At(tIn, 0), bName).Remove(), nil),
	removed("a part of an element of no list that stays", lens.Join(lens.At(tIn, 0), bLeaf).Remove(), nil),
	removed("an entry of no map that stays", lens.Entry(tInMap, "x").Remove(), nil),
	removed("inside no entry that stays", lens.Join(lens.Entry(tInMap, "x"), bName).Remove(), func(v *Tree) { v.InMap = map[string]Branch{"y": {}} }),
	removed("a part of no entry that stays", lens.Join(lens.Entry(tInMap, "x"), bLeafN).Remove(), func(v *Tree) { v.InMap = map[string]Branch{"y": {}} }),

	// A position past the end is not a missing parent, so nothing is created.
	{name: "past the end", parents: true, start: func(v *Tree) { v.Words = []string{"one"} }, changes: edits(lens.At(tWords, 1).Remove()), err: repo.ErrNoPath},
	{name: "past the end of parts", parents: true, start: func(v *Tree) { v.List = []Branch{{}} }, changes: edits(lens.At(tList, 1).Remove()), err: repo.ErrNoPath},
	{name: "inside, past the end of parts", parents: true, start: func(v *Tree) { v.List = []Branch{{}} },
		changes: edits(lens.Join(lens.At(tList, 1), bName).Remove()), err: repo.ErrNoPath},
	{name: "inside, past the end of what stays", parents: true, start: func(v *Tree) { v.In = []Branch{{}} },
		changes: edits(lens.Join(lens.At(tIn, 1), bName).Remove()), err: repo.ErrNoPath},
	{name: "past the end of an empty list", parents: true, start: func(v *Tree) { v.Words = []string{} }, changes: edits(lens.At(tWords, 0).Remove()), err: repo.ErrNoPath},

	// In any order: one change creates a parent, and another removes nothing from it.
	{name: "Set, Remove beside it", parents: true, changes: edits(boughGirth.Set(2), boughBarkN.Remove(), boughRings.Remove()),
		want: func(v *Tree) { v.Bough = &Trunk{Girth: 2} }, put: "TransactWriteItems: Put Trees, Put Leaves"},
	{name: "Remove, Set beside it", parents: true, changes: edits(boughBarkN.Remove(), boughRings.Remove(), boughGirth.Set(2)),
		want: func(v *Tree) { v.Bough = &Trunk{Girth: 2} }, put: "TransactWriteItems: Put Trees, Put Leaves"},
	{name: "Set in no part, Remove beside it", parents: true, changes: edits(optName.Set("n"), optLeafN.Remove(), optOpt.Remove()),
		want: func(v *Tree) { v.Opt = &Branch{Name: "n"} }, put: "TransactWriteItems: Put Trees, Put Opts, Put Leaves"},
	{name: "Remove in no part, Set beside it", parents: true, changes: edits(optOpt.Remove(), optLeafN.Remove(), optName.Set("n")),
		want: func(v *Tree) { v.Opt = &Branch{Name: "n"} }, put: "TransactWriteItems: Put Trees, Put Opts, Put Leaves"},
	{name: "Set in no entry, Remove beside it", parents: true,
		changes: edits(lens.Join(lens.Entry(tMap, "x"), bLeafN).Remove(), lens.Join(lens.Entry(tMap, "x"), bName).Set("n"), lens.Join(lens.Entry(tMap, "y"), bName).Remove()),
		want:    func(v *Tree) { v.Map = map[string]Branch{"x": {Name: "n"}} }, put: "TransactWriteItems: Put Trees, Put Maps, Put Leaves"},
	{name: "Remove of what is there and what is not", parents: true, start: func(v *Tree) { v.One.Name = "one" },
		changes: edits(lens.Join(tOne, bName).Remove(), optName.Remove(), boughGirth.Remove()), want: func(v *Tree) { v.One.Name = "" },
		put: "TransactWriteItems: Put Trees, Put Ones"},

	// A Set of nil is a Set, so it creates the parent.
	{name: "Set nil", parents: true, changes: edits(boughRings.Set(nil)), want: func(v *Tree) { v.Bough = &Trunk{} }, put: "TransactWriteItems: Put Trees, Put Leaves"},
	{name: "Set nil in no part", parents: true, changes: edits(optOpt.Set(nil)), want: func(v *Tree) { v.Opt = &Branch{} }, put: "TransactWriteItems: Put Trees, Put Opts, Put Leaves"},
	{name: "SetIfAbsent nil", parents: true, changes: edits(boughRings.SetIfAbsent(nil)), want: func(v *Tree) { v.Bough = &Trunk{} }, put: "TransactWriteItems: Put Trees, Put Leaves"},
	{name: "SetIfAbsent nil in no part", parents: true, changes: edits(optOpt.SetIfAbsent(nil)), want: func(v *Tree) { v.Opt = &Branch{} }, put: "TransactWriteItems: Put Trees, Put Opts, Put Leaves"},
	{name: "Set nil without EnsureParents", changes: edits(boughRings.Set(nil)), err: repo.ErrNoPath},
	{name: "SetIfAbsent nil without EnsureParents", changes: edits(boughRings.SetIfAbsent(nil)), err: repo.ErrNoPath},
	{name: "SetIfAbsent nil in no part without EnsureParents", changes: edits(optOpt.SetIfAbsent(nil)), err: repo.ErrNoPath},
	{name: "Remove without EnsureParents", changes: edits(boughRings.Remove()), err: repo.ErrNoPath},
}
