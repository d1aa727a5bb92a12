package trees

import (
	"slices"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// listCases concern lists whose elements are items.
var listCases = []updateCase{
	{name: "Append", changes: edits(lens.Append(tList, Branch{Name: "new"}, aBranch("another"))),
		want: func(v *Tree) { v.List = append(v.List, Branch{Name: "new"}, aBranch("another")) },
		sent: []string{"TransactWriteItems: Update Trees, Put Lists, Put Leaves, Put Lists, Put Leaves x6"}},
	{name: "Append to nil", start: func(v *Tree) { v.List = nil }, changes: edits(lens.Append(tList, Branch{Name: "new"})),
		want: func(v *Tree) { v.List = []Branch{{Name: "new"}} }},
	{name: "Append to empty", start: func(v *Tree) { v.List = []Branch{} }, changes: edits(lens.Append(tList, Branch{Name: "new"})),
		want: func(v *Tree) { v.List = []Branch{{Name: "new"}} }},
	{name: "At, Set", changes: edits(lens.At(tList, 0).Set(Branch{Name: "new", Leaves: []Leaf{{N: 1}}})),
		want: func(v *Tree) { v.List[0] = Branch{Name: "new", Leaves: []Leaf{{N: 1}}} }},
	{name: "At, Remove", changes: edits(lens.At(tList, 1).Remove()), want: func(v *Tree) { v.List = slices.Delete(v.List, 1, 2) },
		sent: []string{"GetItem: Trees", "TransactWriteItems: Update Trees, Delete Lists, Delete Leaves x6"}},
	{name: "At, Remove of the last", start: func(v *Tree) { v.List = v.List[:1] }, changes: edits(lens.At(tList, 0).Remove()),
		want: func(v *Tree) { v.List = []Branch{} }},
	{name: "At past the end", changes: edits(lens.At(tList, 3).Set(Branch{Name: "new"})), err: repo.ErrNoPath},
	{name: "inside At past the end", changes: edits(lens.Join(lens.At(tList, 3), bName).Set("new")), err: repo.ErrNoPath},
	{name: "At of nil", start: func(v *Tree) { v.List = nil }, changes: edits(lens.At(tList, 0).Remove()), err: repo.ErrNoPath},
	{name: "inside At", changes: edits(lens.Join(lens.At(tList, 1), bName).Set("b"), lens.Add(lens.Join(lens.At(tList, 0), bCount), 1)),
		want: func(v *Tree) { v.List[1].Name = "b"; v.List[0].Count++ },
		sent: []string{"GetItem: Trees", "TransactWriteItems: Update Trees, Update Lists x2"}},
	{name: "deep inside At", changes: edits(lens.Add(lens.Join(lens.At(tList, 1), bLeafN), 1)),
		want: func(v *Tree) { v.List[1].Leaf.N++ },
		sent: []string{"GetItem: Trees", "TransactWriteItems: Update Trees, Update Leaves"}},
	{name: "At inside At", changes: edits(lens.Join(lens.At(lens.Join(lens.At(tList, 1), bLeaves), 1), lText).Set("b")),
		want: func(v *Tree) { v.List[1].Leaves[1].Text = "b" }},
	{name: "At inside At, Remove", changes: edits(lens.At(lens.Join(lens.At(tList, 1), bLeaves), 0).Remove()),
		want: func(v *Tree) { v.List[1].Leaves = v.List[1].Leaves[1:] }},
	{name: "Append inside At", changes: edits(lens.Append(lens.Join(lens.At(tList, 1), bLeaves), Leaf{N: 1})),
		want: func(v *Tree) { v.List[1].Leaves = append(v.List[1].Leaves, Leaf{N: 1}) }},
	{name: "Entry inside At", changes: edits(lens.Entry(lens.Join(lens.At(tList, 1), bByName), "a").Set(Leaf{N: 1})),
		want: func(v *Tree) { v.List[1].ByName["a"] = Leaf{N: 1} }},
	{name: "pointer inside At", changes: edits(lens.Join(lens.At(tList, 1), bOpt).Set(nil), lens.Join(lens.At(tList, 2), bOpt).Set(&Leaf{N: 1})),
		want: func(v *Tree) { v.List[1].Opt, v.List[2].Opt = nil, &Leaf{N: 1} }},
	{name: "Set", changes: edits(tList.Set([]Branch{aBranch("a"), {Name: "b"}, {Name: "c"}, {Name: "d"}})),
		want: func(v *Tree) { v.List = []Branch{aBranch("a"), {Name: "b"}, {Name: "c"}, {Name: "d"}} }},
	{name: "Set, shorter", changes: edits(tList.Set([]Branch{{Name: "a"}})), want: func(v *Tree) { v.List = []Branch{{Name: "a"}} }},
	{name: "Set nil", changes: edits(tList.Set(nil)), want: func(v *Tree) { v.List = nil }},
	{name: "Set empty", changes: edits(tList.Set([]Branch{})), want: func(v *Tree) { v.List = []Branch{} }},
	{name: "Set from nil", start: func(v *Tree) { v.List = nil }, changes: edits(tList.Set([]Branch{aBranch("a")})),
		want: func(v *Tree) { v.List = []Branch{aBranch("a")} }},
	{name: "Remove", changes: edits(tList.Remove()), want: func(v *Tree) { v.List = nil }},

	{name: "pointers, a value for nil", changes: edits(lens.At(tPtrs, 1).Set(&Leaf{N: 1})), want: func(v *Tree) { v.Ptrs[1] = &Leaf{N: 1} }},
	{name: "pointers, nil for a value", changes: edits(lens.At(tPtrs, 0).Set(nil)), want: func(v *Tree) { v.Ptrs[0] = nil }},
	{name: "pointers, nil for nil", changes: edits(lens.At(tPtrs, 1).Set(nil)), want: func(*Tree) {}},
	{name: "pointers, Remove", changes: edits(lens.At(tPtrs, 0).Remove()), want: func(v *Tree) { v.Ptrs = v.Ptrs[1:] }},
	{name: "pointers, Remove of nil", changes: edits(lens.At(tPtrs, 1).Remove()), want: func(v *Tree) { v.Ptrs = slices.Delete(v.Ptrs, 1, 2) }},
	{name: "pointers, Append", changes: edits(lens.Append(tPtrs, nil, &Leaf{N: 1}, nil)), want: func(v *Tree) { v.Ptrs = append(v.Ptrs, nil, &Leaf{N: 1}, nil) }},
	{name: "pointers, inside", changes: edits(lens.Join(lens.At(tPtrs, 2), lens.Ptr(lN)).Set(1)), want: func(v *Tree) { v.Ptrs[2].N = 1 }},
	{name: "pointers, inside nil", changes: edits(lens.Join(lens.At(tPtrs, 1), lens.Ptr(lN)).Set(1)), err: repo.ErrNoPath},
	{name: "pointers, Set", changes: edits(tPtrs.Set([]*Leaf{nil, {N: 1}, nil, {N: 2}})), want: func(v *Tree) { v.Ptrs = []*Leaf{nil, {N: 1}, nil, {N: 2}} }},
	{name: "pointers, Set to nils", changes: edits(tPtrs.Set([]*Leaf{nil, nil})), want: func(v *Tree) { v.Ptrs = []*Leaf{nil, nil} }},
}

// mapCases concern maps whose values are items.
var mapCases = []updateCase{
	{name: "Entry, Set of a new one", changes: edits(lens.Entry(tMap, "new").Set(aBranch("new"))),
		want: func(v *Tree) { v.Map["new"] = aBranch("new") }},
	{name: "Entry, Set", changes: edits(lens.Entry(tMap, "x").Set(Branch{Name: "new"})), want: func(v *Tree) { v.Map["x"] = Branch{Name: "new"} }},
	{name: "Entry, Remove", changes: edits(lens.Entry(tMap, "x").Remove()), want: func(v *Tree) { delete(v.Map, "x") }},
	{name: "Entry, Remove of none", changes: edits(lens.Entry(tMap, "none").Remove()), want: func(*Tree) {}},
	{name: "Entry, two at once", changes: edits(lens.Entry(tMap, "x").Remove(), lens.Entry(tMap, "new").Set(Branch{})),
		want: func(v *Tree) { delete(v.Map, "x"); v.Map["new"] = Branch{} }},
	{name: "inside Entry", changes: edits(lens.Join(lens.Entry(tMap, "x"), bName).Set("b"), lens.Join(lens.Entry(tMap, "y/z"), bCount).Set(3)),
		want: func(v *Tree) {
			a, b := v.Map["x"], v.Map["y/z"]
			a.Name, b.Count = "b", 3
			v.Map["x"], v.Map["y/z"] = a, b
		},
		sent: []string{"TransactWriteItems: Update Trees, Update Maps x2"}},
	{name: "deep inside Entry", changes: edits(lens.Add(lens.Join(lens.Entry(tMap, "x"), bLeafN), 1)),
		want: func(v *Tree) { b := v.Map["x"]; b.Leaf.N++; v.Map["x"] = b },
		sent: []string{"TransactWriteItems: Update Trees, Update Leaves"}},
	{name: "At inside Entry", changes: edits(lens.At(lens.Join(lens.Entry(tMap, "x"), bLeaves), 0).Set(Leaf{N: 1})),
		want: func(v *Tree) { v.Map["x"].Leaves[0] = Leaf{N: 1} }},
	{name: "Append inside Entry", changes: edits(lens.Append(lens.Join(lens.Entry(tMap, "y/z"), bLeaves), Leaf{N: 1})),
		want: func(v *Tree) { b := v.Map["y/z"]; b.Leaves = []Leaf{{N: 1}}; v.Map["y/z"] = b }},
	{name: "inside no Entry", changes: edits(lens.Join(lens.Entry(tMap, "none"), bName).Set("b")), err: repo.ErrNoPath},
	{name: "Entry of nil", start: func(v *Tree) { v.Map = nil }, changes: edits(lens.Entry(tMap, "x").Set(Branch{})), err: repo.ErrNoPath},
	{name: "inside Entry of nil", start: func(v *Tree) { v.Map = nil }, changes: edits(lens.Join(lens.Entry(tMap, "x"), bName).Set("b")), err: repo.ErrNoPath},
	{name: "Set", changes: edits(tMap.Set(map[string]Branch{"x": {Name: "x"}, "n": {}})), want: func(v *Tree) { v.Map = map[string]Branch{"x": {Name: "x"}, "n": {}} }},
	{name: "Set nil", changes: edits(tMap.Set(nil)), want: func(v *Tree) { v.Map = nil }},
	{name: "Set empty", changes: edits(tMap.Set(map[string]Branch{})), want: func(v *Tree) { v.Map = map[string]Branch{} }},
	{name: "Set from nil", start: func(v *Tree) { v.Map = nil }, changes: edits(tMap.Set(map[string]Branch{"x": aBranch("x")})),
		want: func(v *Tree) { v.Map = map[string]Branch{"x": aBranch("x")} }},
}
