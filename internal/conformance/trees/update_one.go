package trees

import (
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

var (
	oneLeaf   = lens.Join(tOne, bLeaf)
	oneOpt    = lens.Join(tOne, bOpt)
	oneLeaves = lens.Join(tOne, bLeaves)
	oneByName = lens.Join(tOne, bByName)
	optName   = lens.Join(tOpt, lens.Ptr(bName))
	optLeafN  = lens.Join(tOpt, lens.Ptr(bLeafN))
	optLeaves = lens.Join(tOpt, lens.Ptr(bLeaves))
	optByName = lens.Join(tOpt, lens.Ptr(bByName))
)

// oneCases concern single parts, and what is inside them.
var oneCases = []updateCase{
	{name: "inside", changes: edits(lens.Join(tOne, bName).Set("b"), lens.Add(lens.Join(tOne, bCount), 4)),
		want: func(v *Tree) { v.One.Name, v.One.Count = "b", 7 },
		sent: []string{"TransactWriteItems: Update Trees, Update Ones"}},
	{name: "inside a nested part", changes: edits(lens.Add(lens.Join(tOne, bLeafN), 4)), want: func(v *Tree) { v.One.Leaf.N = 5 },
		sent: []string{"TransactWriteItems: Update Trees, Update Leaves"}},
	{name: "both levels", changes: edits(lens.Join(tOne, bName).Remove(), lens.Append(lens.Join(oneLeaf, lTags), "t")),
		want: func(v *Tree) { v.One.Name, v.One.Leaf.Tags = "", append(v.One.Leaf.Tags, "t") },
		sent: []string{"TransactWriteItems: Update Trees, Update Ones, Update Leaves"}, put: "TransactWriteItems: Put Trees, Put Ones"},
	{name: "a nested part", changes: edits(oneLeaf.Set(Leaf{Text: "new"})), want: func(v *Tree) { v.One.Leaf = Leaf{Text: "new"} }},
	{name: "the whole", changes: edits(tOne.Set(Branch{Name: "new", Opt: &Leaf{N: 3}, Leaves: []Leaf{{N: 1}, {N: 2}, {N: 3}}})),
		want: func(v *Tree) {
			v.One = Branch{Name: "new", Opt: &Leaf{N: 3}, Leaves: []Leaf{{N: 1}, {N: 2}, {N: 3}}}
		}},
	{name: "the whole to the zero value", changes: edits(tOne.Set(Branch{})), want: func(v *Tree) { v.One = Branch{} }},
	{name: "a nested pointer to nil", changes: edits(oneOpt.Set(nil)), want: func(v *Tree) { v.One.Opt = nil },
		sent: []string{"TransactWriteItems: Update Trees, Delete Leaves, Update Ones"}},
	{name: "a nested pointer, removed", changes: edits(oneOpt.Remove()), want: func(v *Tree) { v.One.Opt = nil }},
	{name: "a nested pointer from nil", start: func(v *Tree) { v.One.Opt = nil }, changes: edits(oneOpt.Set(&Leaf{N: 1})),
		want: func(v *Tree) { v.One.Opt = &Leaf{N: 1} }},
	{name: "inside a nested pointer", changes: edits(lens.Add(lens.Join(tOne, bOptN), 1)), want: func(v *Tree) { v.One.Opt.N = 3 },
		sent: []string{"TransactWriteItems: Update Trees, Update Leaves"}},
	{name: "inside a nested nil pointer", start: func(v *Tree) { v.One.Opt = nil }, changes: edits(lens.Join(tOne, bOptN).Set(1)), err: repo.ErrNoPath},
	{name: "a nested list, Append", changes: edits(lens.Append(oneLeaves, Leaf{N: 1})),
		want: func(v *Tree) { v.One.Leaves = append(v.One.Leaves, Leaf{N: 1}) }},
	{name: "a nested list, At, Set", changes: edits(lens.At(oneLeaves, 1).Set(Leaf{N: 1})), want: func(v *Tree) { v.One.Leaves[1] = Leaf{N: 1} }},
	{name: "a nested list, inside At", changes: edits(lens.Join(lens.At(oneLeaves, 1), lN).Set(1)), want: func(v *Tree) { v.One.Leaves[1].N = 1 }},
	{name: "a nested list, At, Remove", changes: edits(lens.At(oneLeaves, 0).Remove()), want: func(v *Tree) { v.One.Leaves = v.One.Leaves[1:] }},
	{name: "a nested list to nil", changes: edits(oneLeaves.Set(nil)), want: func(v *Tree) { v.One.Leaves = nil }},
	{name: "a nested list to empty", changes: edits(oneLeaves.Set([]Leaf{})), want: func(v *Tree) { v.One.Leaves = []Leaf{} }},
	{name: "a nested list from nil", start: func(v *Tree) { v.One.Leaves = nil }, changes: edits(lens.Append(oneLeaves, Leaf{N: 1}, Leaf{N: 2})),
		want: func(v *Tree) { v.One.Leaves = []Leaf{{N: 1}, {N: 2}} }},
	{name: "a nested map, Entry, Set", changes: edits(lens.Entry(oneByName, "new.key~").Set(Leaf{N: 1})),
		want: func(v *Tree) { v.One.ByName["new.key~"] = Leaf{N: 1} }},
	{name: "a nested map, inside Entry", changes: edits(lens.Join(lens.Entry(oneByName, "b.c#d:e~f"), lN).Set(1)),
		want: func(v *Tree) { l := v.One.ByName["b.c#d:e~f"]; l.N = 1; v.One.ByName["b.c#d:e~f"] = l }},
	{name: "a nested map, Entry, Remove", changes: edits(lens.Entry(oneByName, "b.c#d:e~f").Remove()),
		want: func(v *Tree) { delete(v.One.ByName, "b.c#d:e~f") }},
	{name: "a pointer to nil", changes: edits(tOpt.Set(nil)), want: func(v *Tree) { v.Opt = nil }},
	{name: "a pointer, removed", changes: edits(tOpt.Remove()), want: func(v *Tree) { v.Opt = nil }},
	{name: "a nil pointer to nil", start: func(v *Tree) { v.Opt = nil }, changes: edits(tOpt.Set(nil)), want: func(*Tree) {}},
	{name: "a pointer from nil", start: func(v *Tree) { v.Opt = nil }, changes: edits(tOpt.Set(&Branch{Name: "new"})),
		want: func(v *Tree) { v.Opt = &Branch{Name: "new"} }},
	{name: "inside a pointer", changes: edits(optName.Set("b"), lens.Add(optLeafN, 1)), want: func(v *Tree) { v.Opt.Name, v.Opt.Leaf.N = "b", 2 },
		sent: []string{"TransactWriteItems: Update Trees, Update Opts, Update Leaves"}},
	{name: "inside a nil pointer", start: func(v *Tree) { v.Opt = nil }, changes: edits(optName.Set("b")), err: repo.ErrNoPath},
	{name: "deep inside a nil pointer", start: func(v *Tree) { v.Opt = nil }, changes: edits(optLeafN.Set(1)), err: repo.ErrNoPath},
	{name: "SetIfAbsent of a pointer", changes: edits(tOpt.SetIfAbsent(&Branch{Name: "new"})), want: func(*Tree) {},
		refused: true},
	{name: "SetIfAbsent of nil", start: func(v *Tree) { v.Opt = nil }, changes: edits(tOpt.SetIfAbsent(&Branch{Name: "new"})),
		want:    func(v *Tree) { v.Opt = &Branch{Name: "new"} },
		refused: true},
}
