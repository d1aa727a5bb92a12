package conformance

import (
	"slices"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// withinUpdates concern lists that stay, with parts inside their elements.
var withinUpdates = []updateCase{
	{name: "inside At", changes: edits(lens.Join(lens.At(tIn, 1), bName).Set("b"), lens.Add(lens.Join(lens.At(tIn, 0), bCount), 1)),
		want: func(v *tree) { v.In[1].Name = "b"; v.In[0].Count++ },
		sent: []string{"TransactWriteItems: Update Trees"}},
	{name: "inside At past the end", changes: edits(lens.Join(lens.At(tIn, 2), bName).Set("b")), err: repo.ErrNoPath},
	{name: "inside a part of At", changes: edits(lens.Add(lens.Join(lens.At(tIn, 0), bLeafN), 1)), want: func(v *tree) { v.In[0].Leaf.N++ },
		sent: []string{"GetItem: Trees", "TransactWriteItems: Update Trees, Update Leaves"}},
	{name: "a part of At", changes: edits(lens.Join(lens.At(tIn, 1), bLeaf).Set(leaf{N: 1})), want: func(v *tree) { v.In[1].Leaf = leaf{N: 1} }},
	{name: "a pointer of At to nil", changes: edits(lens.Join(lens.At(tIn, 0), bOpt).Set(nil)), want: func(v *tree) { v.In[0].Opt = nil }},
	{name: "a pointer of At from nil", start: func(v *tree) { v.In[1].Opt = nil }, changes: edits(lens.Join(lens.At(tIn, 1), bOpt).Set(&leaf{N: 1})),
		want: func(v *tree) { v.In[1].Opt = &leaf{N: 1} }},
	{name: "a list of At, Append", changes: edits(lens.Append(lens.Join(lens.At(tIn, 1), bLeaves), leaf{N: 1})),
		want: func(v *tree) { v.In[1].Leaves = []leaf{{N: 1}} }},
	{name: "a list of At, At", changes: edits(lens.At(lens.Join(lens.At(tIn, 0), bLeaves), 1).Set(leaf{N: 1})),
		want: func(v *tree) { v.In[0].Leaves[1] = leaf{N: 1} }},
	{name: "a map of At, Entry", changes: edits(lens.Entry(lens.Join(lens.At(tIn, 0), bByName), "a").Remove()),
		want: func(v *tree) { delete(v.In[0].ByName, "a") }},
	{name: "At, Set", changes: edits(lens.At(tIn, 0).Set(branch{Name: "new", Leaf: leaf{N: 1}})),
		want: func(v *tree) { v.In[0] = branch{Name: "new", Leaf: leaf{N: 1}} }},
	{name: "At, Set past the end", changes: edits(lens.At(tIn, 2).Set(branch{})), err: repo.ErrNoPath},
	{name: "At, Remove", changes: edits(lens.At(tIn, 0).Remove()), want: func(v *tree) { v.In = slices.Delete(v.In, 0, 1) }},
	{name: "Append", changes: edits(lens.Append(tIn, branch{Name: "new"}, aBranch("another"))),
		want: func(v *tree) { v.In = append(v.In, branch{Name: "new"}, aBranch("another")) },
		sent: []string{"TransactWriteItems: Update Trees, Put Leaves x7"}},
	{name: "Append to nil", start: func(v *tree) { v.In = nil }, changes: edits(lens.Append(tIn, branch{Name: "new"})),
		want: func(v *tree) { v.In = []branch{{Name: "new"}} }},
	{name: "Append to empty", start: func(v *tree) { v.In = []branch{} }, changes: edits(lens.Append(tIn, branch{Name: "new"})),
		want: func(v *tree) { v.In = []branch{{Name: "new"}} }},
	{name: "Set", changes: edits(tIn.Set([]branch{{Name: "a"}, aBranch("b"), {Name: "c"}})), want: func(v *tree) { v.In = []branch{{Name: "a"}, aBranch("b"), {Name: "c"}} }},
	{name: "Set nil", changes: edits(tIn.Set(nil)), want: func(v *tree) { v.In = nil }},
	{name: "Set empty", changes: edits(tIn.Set([]branch{})), want: func(v *tree) { v.In = []branch{} }},
}

// withinValuesUpdates concern maps that stay, with parts inside their values.
var withinValuesUpdates = []updateCase{
	{name: "inside Entry", changes: edits(lens.Join(lens.Entry(tInMap, "p"), bName).Set("b")),
		want: func(v *tree) { b := v.InMap["p"]; b.Name = "b"; v.InMap["p"] = b },
		sent: []string{"TransactWriteItems: Update Trees"}},
	{name: "inside no Entry", changes: edits(lens.Join(lens.Entry(tInMap, "none"), bName).Set("b")), err: repo.ErrNoPath},
	{name: "a part in no Entry", changes: edits(lens.Join(lens.Entry(tInMap, "none"), bLeaf).Set(leaf{})), err: repo.ErrNoPath},
	{name: "inside a part of Entry", changes: edits(lens.Add(lens.Join(lens.Entry(tInMap, "p"), bLeafN), 1)),
		want: func(v *tree) { b := v.InMap["p"]; b.Leaf.N++; v.InMap["p"] = b },
		sent: []string{"TransactWriteItems: Update Trees, Update Leaves"}},
	{name: "a pointer of Entry", changes: edits(lens.Join(lens.Entry(tInMap, "p"), bOpt).Set(nil), lens.Join(lens.Entry(tInMap, " "), bOpt).Set(&leaf{N: 1})),
		want: func(v *tree) {
			a, b := v.InMap["p"], v.InMap[" "]
			a.Opt, b.Opt = nil, &leaf{N: 1}
			v.InMap["p"], v.InMap[" "] = a, b
		}},
	{name: "Entry, Set", changes: edits(lens.Entry(tInMap, "p").Set(branch{Name: "new", Leaves: []leaf{{N: 1}}})),
		want: func(v *tree) { v.InMap["p"] = branch{Name: "new", Leaves: []leaf{{N: 1}}} }},
	{name: "Entry, Set of a new one", changes: edits(lens.Entry(tInMap, "new").Set(aBranch("new"))), want: func(v *tree) { v.InMap["new"] = aBranch("new") }},
	{name: "Entry, Remove", changes: edits(lens.Entry(tInMap, "p").Remove()), want: func(v *tree) { delete(v.InMap, "p") }},
	{name: "Entry, Remove of none", changes: edits(lens.Entry(tInMap, "none").Remove()), want: func(*tree) {}},
	{name: "Entry of nil", start: func(v *tree) { v.InMap = nil }, changes: edits(lens.Entry(tInMap, "p").Set(branch{})), err: repo.ErrNoPath},
	{name: "Set", changes: edits(tInMap.Set(map[string]branch{"p": {Name: "p"}, "q": aBranch("q")})),
		want: func(v *tree) { v.InMap = map[string]branch{"p": {Name: "p"}, "q": aBranch("q")} }},
	{name: "Set nil", changes: edits(tInMap.Set(nil)), want: func(v *tree) { v.InMap = nil }},
	{name: "Set empty", changes: edits(tInMap.Set(map[string]branch{})), want: func(v *tree) { v.InMap = map[string]branch{} }},
}
