package conformance

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
)

// oneUpdates concern parts with a place of their own, and what is inside them.
var oneUpdates = []updateCase{
	{name: "inside", changes: edits(lens.Join(tOne, bName).Set("b"), lens.Add(lens.Join(tOne, bCount), 4)),
		want: func(v *tree) { v.One.Name, v.One.Count = "b", 7 },
		sent: []string{"TransactWriteItems: Update Trees, Update Ones"}},
	{name: "inside a nested part", changes: edits(lens.Add(lens.Join(tOne, bLeafN), 4)), want: func(v *tree) { v.One.Leaf.N = 5 },
		sent: []string{"TransactWriteItems: Update Trees, Update Leaves"}},
	{name: "both levels", changes: edits(lens.Join(tOne, bName).Remove(), lens.Append(lens.Join(oneLeaf, lTags), "t")),
		want: func(v *tree) { v.One.Name, v.One.Leaf.Tags = "", append(v.One.Leaf.Tags, "t") },
		sent: []string{"TransactWriteItems: Update Trees, Update Ones, Update Leaves"}, put: "TransactWriteItems: Put Trees, Put Ones"},
	{name: "a nested part", changes: edits(oneLeaf.Set(leaf{Text: "new"})), want: func(v *tree) { v.One.Leaf = leaf{Text: "new"} }},
	{name: "the whole", changes: edits(tOne.Set(branch{Name: "new", Opt: &leaf{N: 3}, Leaves: []leaf{{N: 1}, {N: 2}, {N: 3}}})),
		want: func(v *tree) {
			v.One = branch{Name: "new", Opt: &leaf{N: 3}, Leaves: []leaf{{N: 1}, {N: 2}, {N: 3}}}
		}},
	{name: "the whole to the zero value", changes: edits(tOne.Set(branch{})), want: func(v *tree) { v.One = branch{} }},
	{name: "a nested pointer to nil", changes: edits(oneOpt.Set(nil)), want: func(v *tree) { v.One.Opt = nil },
		sent: []string{"TransactWriteItems: Update Trees, Delete Leaves, Update Ones"}},
	{name: "a nested pointer, removed", changes: edits(oneOpt.Remove()), want: func(v *tree) { v.One.Opt = nil }},
	{name: "a nested pointer from nil", start: func(v *tree) { v.One.Opt = nil }, changes: edits(oneOpt.Set(&leaf{N: 1})),
		want: func(v *tree) { v.One.Opt = &leaf{N: 1} }},
	{name: "inside a nested pointer", changes: edits(lens.Add(lens.Join(tOne, bOptN), 1)), want: func(v *tree) { v.One.Opt.N = 3 },
		sent: []string{"TransactWriteItems: Update Trees, Update Leaves"}},
	{name: "inside a nested nil pointer", start: func(v *tree) { v.One.Opt = nil }, changes: edits(lens.Join(tOne, bOptN).Set(1)), err: repo.ErrNoPath},
	{name: "a nested list, Append", changes: edits(lens.Append(oneLeaves, leaf{N: 1})),
		want: func(v *tree) { v.One.Leaves = append(v.One.Leaves, leaf{N: 1}) }},
	{name: "a nested list, At, Set", changes: edits(lens.At(oneLeaves, 1).Set(leaf{N: 1})), want: func(v *tree) { v.One.Leaves[1] = leaf{N: 1} }},
	{name: "a nested list, inside At", changes: edits(lens.Join(lens.At(oneLeaves, 1), lN).Set(1)), want: func(v *tree) { v.One.Leaves[1].N = 1 }},
	{name: "a nested list, At, Remove", changes: edits(lens.At(oneLeaves, 0).Remove()), want: func(v *tree) { v.One.Leaves = v.One.Leaves[1:] }},
	{name: "a nested list to nil", changes: edits(oneLeaves.Set(nil)), want: func(v *tree) { v.One.Leaves = nil }},
	{name: "a nested list to empty", changes: edits(oneLeaves.Set([]leaf{})), want: func(v *tree) { v.One.Leaves = []leaf{} }},
	{name: "a nested list from nil", start: func(v *tree) { v.One.Leaves = nil }, changes: edits(lens.Append(oneLeaves, leaf{N: 1}, leaf{N: 2})),
		want: func(v *tree) { v.One.Leaves = []leaf{{N: 1}, {N: 2}} }},
	{name: "a nested map, Entry, Set", changes: edits(lens.Entry(oneByName, "new.key~").Set(leaf{N: 1})),
		want: func(v *tree) { v.One.ByName["new.key~"] = leaf{N: 1} }},
	{name: "a nested map, inside Entry", changes: edits(lens.Join(lens.Entry(oneByName, "b.c#d:e~f"), lN).Set(1)),
		want: func(v *tree) { l := v.One.ByName["b.c#d:e~f"]; l.N = 1; v.One.ByName["b.c#d:e~f"] = l }},
	{name: "a nested map, Entry, Remove", changes: edits(lens.Entry(oneByName, "b.c#d:e~f").Remove()),
		want: func(v *tree) { delete(v.One.ByName, "b.c#d:e~f") }},
	{name: "a pointer to nil", changes: edits(tOpt.Set(nil)), want: func(v *tree) { v.Opt = nil }},
	{name: "a pointer, removed", changes: edits(tOpt.Remove()), want: func(v *tree) { v.Opt = nil }},
	{name: "a nil pointer to nil", start: func(v *tree) { v.Opt = nil }, changes: edits(tOpt.Set(nil)), want: func(*tree) {}},
	{name: "a pointer from nil", start: func(v *tree) { v.Opt = nil }, changes: edits(tOpt.Set(&branch{Name: "new"})),
		want: func(v *tree) { v.Opt = &branch{Name: "new"} }},
	{name: "inside a pointer", changes: edits(optName.Set("b"), lens.Add(optLeafN, 1)), want: func(v *tree) { v.Opt.Name, v.Opt.Leaf.N = "b", 2 },
		sent: []string{"TransactWriteItems: Update Trees, Update Opts, Update Leaves"}},
	{name: "inside a nil pointer", start: func(v *tree) { v.Opt = nil }, changes: edits(optName.Set("b")), err: repo.ErrNoPath},
	{name: "deep inside a nil pointer", start: func(v *tree) { v.Opt = nil }, changes: edits(optLeafN.Set(1)), err: repo.ErrNoPath},
	{name: "SetIfAbsent of a pointer", changes: edits(tOpt.SetIfAbsent(&branch{Name: "new"})), want: func(*tree) {},
		refused: true},
	{name: "SetIfAbsent of nil", start: func(v *tree) { v.Opt = nil }, changes: edits(tOpt.SetIfAbsent(&branch{Name: "new"})),
		want:    func(v *tree) { v.Opt = &branch{Name: "new"} },
		refused: true},
}
