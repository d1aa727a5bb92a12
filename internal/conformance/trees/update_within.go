package trees

import (
	"slices"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// withinCases concern lists that stay, with parts inside their elements.
var withinCases = []updateCase{
	{name: "inside At", changes: edits(lens.Join(lens.At(tIn, 1), bName).Set("b"), lens.Add(lens.Join(lens.At(tIn, 0), bCount), 1)),
		want: func(v *Tree) { v.In[1].Name = "b"; v.In[0].Count++ },
		sent: []string{"TransactWriteItems: Update Trees"}},
	{name: "inside At past the end", changes: edits(lens.Join(lens.At(tIn, 2), bName).Set("b")), err: repo.ErrNoPath},
	{name: "inside a part of At", changes: edits(lens.Add(lens.Join(lens.At(tIn, 0), bLeafN), 1)), want: func(v *Tree) { v.In[0].Leaf.N++ },
		sent: []string{"GetItem: Trees", "TransactWriteItems: Update Trees, Update Leaves"}},
	{name: "a part of At", changes: edits(lens.Join(lens.At(tIn, 1), bLeaf).Set(Leaf{N: 1})), want: func(v *Tree) { v.In[1].Leaf = Leaf{N: 1} }},
	{name: "a pointer of At to nil", changes: edits(lens.Join(lens.At(tIn, 0), bOpt).Set(nil)), want: func(v *Tree) { v.In[0].Opt = nil }},
	{name: "a pointer of At from nil", start: func(v *Tree) { v.In[1].Opt = nil }, changes: edits(lens.Join(lens.At(tIn, 1), bOpt).Set(&Leaf{N: 1})),
		want: func(v *Tree) { v.In[1].Opt = &Leaf{N: 1} }},
	{name: "a list of At, Append", changes: edits(lens.Append(lens.Join(lens.At(tIn, 1), bLeaves), Leaf{N: 1})),
		want: func(v *Tree) { v.In[1].Leaves = []Leaf{{N: 1}} }},
	{name: "a list of At, At", changes: edits(lens.At(lens.Join(lens.At(tIn, 0), bLeaves), 1).Set(Leaf{N: 1})),
		want: func(v *Tree) { v.In[0].Leaves[1] = Leaf{N: 1} }},
	{name: "a map of At, Entry", changes: edits(lens.Entry(lens.Join(lens.At(tIn, 0), bByName), "a").Remove()),
		want: func(v *Tree) { delete(v.In[0].ByName, "a") }},
	{name: "At, Set", changes: edits(lens.At(tIn, 0).Set(Branch{Name: "new", Leaf: Leaf{N: 1}})),
		want: func(v *Tree) { v.In[0] = Branch{Name: "new", Leaf: Leaf{N: 1}} }},
	{name: "At, Set past the end", changes: edits(lens.At(tIn, 2).Set(Branch{})), err: repo.ErrNoPath},
	{name: "At, Remove", changes: edits(lens.At(tIn, 0).Remove()), want: func(v *Tree) { v.In = slices.Delete(v.In, 0, 1) }},
	{name: "Append", changes: edits(lens.Append(tIn, Branch{Name: "new"}, aBranch("another"))),
		want: func(v *Tree) { v.In = append(v.In, Branch{Name: "new"}, aBranch("another")) },
		sent: []string{"TransactWriteItems: Update Trees, Put Leaves x7"}},
	{name: "Append to nil", start: func(v *Tree) { v.In = nil }, changes: edits(lens.Append(tIn, Branch{Name: "new"})),
		want: func(v *Tree) { v.In = []Branch{{Name: "new"}} }},
	{name: "Append to empty", start: func(v *Tree) { v.In = []Branch{} }, changes: edits(lens.Append(tIn, Branch{Name: "new"})),
		want: func(v *Tree) { v.In = []Branch{{Name: "new"}} }},
	{name: "Set", changes: edits(tIn.Set([]Branch{{Name: "a"}, aBranch("b"), {Name: "c"}})), want: func(v *Tree) { v.In = []Branch{{Name: "a"}, aBranch("b"), {Name: "c"}} }},
	{name: "Set nil", changes: edits(tIn.Set(nil)), want: func(v *Tree) { v.In = nil }},
	{name: "Set empty", changes: edits(tIn.Set([]Branch{})), want: func(v *Tree) { v.In = []Branch{} }},
}

// withinValuesCases concern maps that stay, with parts inside their values.
var withinValuesCases = []updateCase{
	{name: "inside Entry", changes: edits(lens.Join(lens.Entry(tInMap, "p"), bName).Set("b")),
		want: func(v *Tree) { b := v.InMap["p"]; b.Name = "b"; v.InMap["p"] = b },
		sent: []string{"TransactWriteItems: Update Trees"}},
	{name: "inside no Entry", changes: edits(lens.Join(lens.Entry(tInMap, "none"), bName).Set("b")), err: repo.ErrNoPath},
	{name: "a part in no Entry", changes: edits(lens.Join(lens.Entry(tInMap, "none"), bLeaf).Set(Leaf{})), err: repo.ErrNoPath},
	{name: "inside a part of Entry", changes: edits(lens.Add(lens.Join(lens.Entry(tInMap, "p"), bLeafN), 1)),
		want: func(v *Tree) { b := v.InMap["p"]; b.Leaf.N++; v.InMap["p"] = b },
		sent: []string{"TransactWriteItems: Update Trees, Update Leaves"}},
	{name: "a pointer of Entry", changes: edits(lens.Join(lens.Entry(tInMap, "p"), bOpt).Set(nil), lens.Join(lens.Entry(tInMap, " "), bOpt).Set(&Leaf{N: 1})),
		want: func(v *Tree) {
			a, b := v.InMap["p"], v.InMap[" "]
			a.Opt, b.Opt = nil, &Leaf{N: 1}
			v.InMap["p"], v.InMap[" "] = a, b
		}},
	{name: "Entry, Set", changes: edits(lens.Entry(tInMap, "p").Set(Branch{Name: "new", Leaves: []Leaf{{N: 1}}})),
		want: func(v *Tree) { v.InMap["p"] = Branch{Name: "new", Leaves: []Leaf{{N: 1}}} }},
	{name: "Entry, Set of a new one", changes: edits(lens.Entry(tInMap, "new").Set(aBranch("new"))), want: func(v *Tree) { v.InMap["new"] = aBranch("new") }},
	{name: "Entry, Remove", changes: edits(lens.Entry(tInMap, "p").Remove()), want: func(v *Tree) { delete(v.InMap, "p") }},
	{name: "Entry, Remove of none", changes: edits(lens.Entry(tInMap, "none").Remove()), want: func(*Tree) {}},
	{name: "Entry of nil", start: func(v *Tree) { v.InMap = nil }, changes: edits(lens.Entry(tInMap, "p").Set(Branch{})), err: repo.ErrNoPath},
	{name: "Set", changes: edits(tInMap.Set(map[string]Branch{"p": {Name: "p"}, "q": aBranch("q")})),
		want: func(v *Tree) { v.InMap = map[string]Branch{"p": {Name: "p"}, "q": aBranch("q")} }},
	{name: "Set nil", changes: edits(tInMap.Set(nil)), want: func(v *Tree) { v.InMap = nil }},
	{name: "Set empty", changes: edits(tInMap.Set(map[string]Branch{})), want: func(v *Tree) { v.InMap = map[string]Branch{} }},
}
