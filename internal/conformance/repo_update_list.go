package conformance

import (
	"slices"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// listUpdates concern lists whose elements are items.
var listUpdates = []updateCase{
	{name: "Append", changes: edits(lens.Append(tList, branch{Name: "new"}, aBranch("another"))),
		want: func(v *tree) { v.List = append(v.List, branch{Name: "new"}, aBranch("another")) },
		sent: []string{"TransactWriteItems: Update Trees, Put Lists, Put Leaves, Put Lists, Put Leaves x6"}},
	{name: "Append to nil", start: func(v *tree) { v.List = nil }, changes: edits(lens.Append(tList, branch{Name: "new"})),
		want: func(v *tree) { v.List = []branch{{Name: "new"}} }},
	{name: "Append to empty", start: func(v *tree) { v.List = []branch{} }, changes: edits(lens.Append(tList, branch{Name: "new"})),
		want: func(v *tree) { v.List = []branch{{Name: "new"}} }},
	{name: "At, Set", changes: edits(lens.At(tList, 0).Set(branch{Name: "new", Leaves: []leaf{{N: 1}}})),
		want: func(v *tree) { v.List[0] = branch{Name: "new", Leaves: []leaf{{N: 1}}} }},
	{name: "At, Remove", changes: edits(lens.At(tList, 1).Remove()), want: func(v *tree) { v.List = slices.Delete(v.List, 1, 2) },
		sent: []string{"GetItem: Trees", "TransactWriteItems: Update Trees, Delete Lists, Delete Leaves x6"}},
	{name: "At, Remove of the last", start: func(v *tree) { v.List = v.List[:1] }, changes: edits(lens.At(tList, 0).Remove()),
		want: func(v *tree) { v.List = []branch{} }},
	{name: "At past the end", changes: edits(lens.At(tList, 3).Set(branch{Name: "new"})), err: repo.ErrNoPath},
	{name: "inside At past the end", changes: edits(lens.Join(lens.At(tList, 3), bName).Set("new")), err: repo.ErrNoPath},
	{name: "At of nil", start: func(v *tree) { v.List = nil }, changes: edits(lens.At(tList, 0).Remove()), err: repo.ErrNoPath},
	{name: "inside At", changes: edits(lens.Join(lens.At(tList, 1), bName).Set("b"), lens.Add(lens.Join(lens.At(tList, 0), bCount), 1)),
		want: func(v *tree) { v.List[1].Name = "b"; v.List[0].Count++ },
		sent: []string{"GetItem: Trees", "TransactWriteItems: Update Trees, Update Lists x2"}},
	{name: "deep inside At", changes: edits(lens.Add(lens.Join(lens.At(tList, 1), bLeafN), 1)),
		want: func(v *tree) { v.List[1].Leaf.N++ },
		sent: []string{"GetItem: Trees", "TransactWriteItems: Update Trees, Update Leaves"}},
	{name: "At inside At", changes: edits(lens.Join(lens.At(lens.Join(lens.At(tList, 1), bLeaves), 1), lText).Set("b")),
		want: func(v *tree) { v.List[1].Leaves[1].Text = "b" }},
	{name: "At inside At, Remove", changes: edits(lens.At(lens.Join(lens.At(tList, 1), bLeaves), 0).Remove()),
		want: func(v *tree) { v.List[1].Leaves = v.List[1].Leaves[1:] }},
	{name: "Append inside At", changes: edits(lens.Append(lens.Join(lens.At(tList, 1), bLeaves), leaf{N: 1})),
		want: func(v *tree) { v.List[1].Leaves = append(v.List[1].Leaves, leaf{N: 1}) }},
	{name: "Entry inside At", changes: edits(lens.Entry(lens.Join(lens.At(tList, 1), bByName), "a").Set(leaf{N: 1})),
		want: func(v *tree) { v.List[1].ByName["a"] = leaf{N: 1} }},
	{name: "pointer inside At", changes: edits(lens.Join(lens.At(tList, 1), bOpt).Set(nil), lens.Join(lens.At(tList, 2), bOpt).Set(&leaf{N: 1})),
		want: func(v *tree) { v.List[1].Opt, v.List[2].Opt = nil, &leaf{N: 1} }},
	{name: "Set", changes: edits(tList.Set([]branch{aBranch("a"), {Name: "b"}, {Name: "c"}, {Name: "d"}})),
		want: func(v *tree) { v.List = []branch{aBranch("a"), {Name: "b"}, {Name: "c"}, {Name: "d"}} }},
	{name: "Set, shorter", changes: edits(tList.Set([]branch{{Name: "a"}})), want: func(v *tree) { v.List = []branch{{Name: "a"}} }},
	{name: "Set nil", changes: edits(tList.Set(nil)), want: func(v *tree) { v.List = nil }},
	{name: "Set empty", changes: edits(tList.Set([]branch{})), want: func(v *tree) { v.List = []branch{} }},
	{name: "Set from nil", start: func(v *tree) { v.List = nil }, changes: edits(tList.Set([]branch{aBranch("a")})),
		want: func(v *tree) { v.List = []branch{aBranch("a")} }},
	{name: "Remove", changes: edits(tList.Remove()), want: func(v *tree) { v.List = nil }},

	{name: "pointers, a value for nil", changes: edits(lens.At(tPtrs, 1).Set(&leaf{N: 1})), want: func(v *tree) { v.Ptrs[1] = &leaf{N: 1} }},
	{name: "pointers, nil for a value", changes: edits(lens.At(tPtrs, 0).Set(nil)), want: func(v *tree) { v.Ptrs[0] = nil }},
	{name: "pointers, nil for nil", changes: edits(lens.At(tPtrs, 1).Set(nil)), want: func(*tree) {}},
	{name: "pointers, Remove", changes: edits(lens.At(tPtrs, 0).Remove()), want: func(v *tree) { v.Ptrs = v.Ptrs[1:] }},
	{name: "pointers, Remove of nil", changes: edits(lens.At(tPtrs, 1).Remove()), want: func(v *tree) { v.Ptrs = slices.Delete(v.Ptrs, 1, 2) }},
	{name: "pointers, Append", changes: edits(lens.Append(tPtrs, nil, &leaf{N: 1}, nil)), want: func(v *tree) { v.Ptrs = append(v.Ptrs, nil, &leaf{N: 1}, nil) }},
	{name: "pointers, inside", changes: edits(lens.Join(lens.At(tPtrs, 2), lens.Ptr(lN)).Set(1)), want: func(v *tree) { v.Ptrs[2].N = 1 }},
	{name: "pointers, inside nil", changes: edits(lens.Join(lens.At(tPtrs, 1), lens.Ptr(lN)).Set(1)), err: repo.ErrNoPath},
	{name: "pointers, Set", changes: edits(tPtrs.Set([]*leaf{nil, {N: 1}, nil, {N: 2}})), want: func(v *tree) { v.Ptrs = []*leaf{nil, {N: 1}, nil, {N: 2}} }},
	{name: "pointers, Set to nils", changes: edits(tPtrs.Set([]*leaf{nil, nil})), want: func(v *tree) { v.Ptrs = []*leaf{nil, nil} }},
}

// mapUpdates concern maps whose values are items.
var mapUpdates = []updateCase{
	{name: "Entry, Set of a new one", changes: edits(lens.Entry(tMap, "new").Set(aBranch("new"))),
		want: func(v *tree) { v.Map["new"] = aBranch("new") }},
	{name: "Entry, Set", changes: edits(lens.Entry(tMap, "x").Set(branch{Name: "new"})), want: func(v *tree) { v.Map["x"] = branch{Name: "new"} }},
	{name: "Entry, Remove", changes: edits(lens.Entry(tMap, "x").Remove()), want: func(v *tree) { delete(v.Map, "x") }},
	{name: "Entry, Remove of none", changes: edits(lens.Entry(tMap, "none").Remove()), want: func(*tree) {}},
	{name: "Entry, two at once", changes: edits(lens.Entry(tMap, "x").Remove(), lens.Entry(tMap, "new").Set(branch{})),
		want: func(v *tree) { delete(v.Map, "x"); v.Map["new"] = branch{} }},
	{name: "inside Entry", changes: edits(lens.Join(lens.Entry(tMap, "x"), bName).Set("b"), lens.Join(lens.Entry(tMap, "y/z"), bCount).Set(3)),
		want: func(v *tree) {
			a, b := v.Map["x"], v.Map["y/z"]
			a.Name, b.Count = "b", 3
			v.Map["x"], v.Map["y/z"] = a, b
		},
		sent: []string{"TransactWriteItems: Update Trees, Update Maps x2"}},
	{name: "deep inside Entry", changes: edits(lens.Add(lens.Join(lens.Entry(tMap, "x"), bLeafN), 1)),
		want: func(v *tree) { b := v.Map["x"]; b.Leaf.N++; v.Map["x"] = b },
		sent: []string{"TransactWriteItems: Update Trees, Update Leaves"}},
	{name: "At inside Entry", changes: edits(lens.At(lens.Join(lens.Entry(tMap, "x"), bLeaves), 0).Set(leaf{N: 1})),
		want: func(v *tree) { v.Map["x"].Leaves[0] = leaf{N: 1} }},
	{name: "Append inside Entry", changes: edits(lens.Append(lens.Join(lens.Entry(tMap, "y/z"), bLeaves), leaf{N: 1})),
		want: func(v *tree) { b := v.Map["y/z"]; b.Leaves = []leaf{{N: 1}}; v.Map["y/z"] = b }},
	{name: "inside no Entry", changes: edits(lens.Join(lens.Entry(tMap, "none"), bName).Set("b")), err: repo.ErrNoPath},
	{name: "Entry of nil", start: func(v *tree) { v.Map = nil }, changes: edits(lens.Entry(tMap, "x").Set(branch{})), err: repo.ErrNoPath},
	{name: "inside Entry of nil", start: func(v *tree) { v.Map = nil }, changes: edits(lens.Join(lens.Entry(tMap, "x"), bName).Set("b")), err: repo.ErrNoPath},
	{name: "Set", changes: edits(tMap.Set(map[string]branch{"x": {Name: "x"}, "n": {}})), want: func(v *tree) { v.Map = map[string]branch{"x": {Name: "x"}, "n": {}} }},
	{name: "Set nil", changes: edits(tMap.Set(nil)), want: func(v *tree) { v.Map = nil }},
	{name: "Set empty", changes: edits(tMap.Set(map[string]branch{})), want: func(v *tree) { v.Map = map[string]branch{} }},
	{name: "Set from nil", start: func(v *tree) { v.Map = nil }, changes: edits(tMap.Set(map[string]branch{"x": aBranch("x")})),
		want: func(v *tree) { v.Map = map[string]branch{"x": aBranch("x")} }},
}
