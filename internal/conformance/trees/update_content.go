package trees

import (
	"slices"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// ContentUpdates are Prepend and Merge, of everything.
var ContentUpdates = UpdateGroup{contentUpdates, func(from, v *Tree) {
	v.Trunk, v.One, v.Opt, v.List, v.Ptrs, v.In = from.Trunk, from.One, from.Opt, from.List, from.Ptrs, from.In
}}

func inFront[E any](list []E, more ...E) []E { return slices.Concat(more, list) }

var contentUpdates = []updateCase{
	{name: "Prepend", changes: edits(lens.Prepend(tWords, "minus one", "zero")), want: func(v *Tree) { v.Words = inFront(v.Words, "minus one", "zero") },
		sent: []string{"TransactWriteItems: Update Trees"}},
	{name: "Prepend to nil", start: func(v *Tree) { v.Words = nil }, changes: edits(lens.Prepend(tWords, "w")), want: func(v *Tree) { v.Words = []string{"w"} }},
	{name: "Prepend to empty", start: func(v *Tree) { v.Words = []string{} }, changes: edits(lens.Prepend(tWords, "w")), want: func(v *Tree) { v.Words = []string{"w"} }},
	{name: "Prepend of items", changes: edits(lens.Prepend(tList, Branch{Name: "new"}, aBranch("another"))),
		want: func(v *Tree) { v.List = inFront(v.List, Branch{Name: "new"}, aBranch("another")) },
		sent: []string{"TransactWriteItems: Update Trees, Put Lists, Put Leaves, Put Lists, Put Leaves x6"}},
	{name: "Prepend of items to nil", start: func(v *Tree) { v.List = nil }, changes: edits(lens.Prepend(tList, Branch{Name: "new"})),
		want: func(v *Tree) { v.List = []Branch{{Name: "new"}} }},
	{name: "Prepend of pointers", changes: edits(lens.Prepend(tPtrs, nil, &Leaf{N: 1}, nil)), want: func(v *Tree) { v.Ptrs = inFront(v.Ptrs, nil, &Leaf{N: 1}, nil) }},
	{name: "Prepend to a list in a struct", changes: edits(lens.Prepend(tRings, Leaf{N: 1}, NewLeaf("a leaf that is somewhat longer than the others are", 2))),
		want: func(v *Tree) {
			v.Trunk.Rings = inFront(v.Trunk.Rings, Leaf{N: 1}, NewLeaf("a leaf that is somewhat longer than the others are", 2))
		},
		sent: []string{"TransactWriteItems: Update Trees, Put Leaves x2"}},
	{name: "Prepend to a list that stays", changes: edits(lens.Prepend(tIn, Branch{Name: "new"}, aBranch("another"))),
		want: func(v *Tree) { v.In = inFront(v.In, Branch{Name: "new"}, aBranch("another")) }},
	{name: "Prepend in a part", changes: edits(lens.Prepend(oneLeaves, Leaf{N: 1})), want: func(v *Tree) { v.One.Leaves = inFront(v.One.Leaves, Leaf{N: 1}) }},
	{name: "Prepend inside At", changes: edits(lens.Prepend(lens.Join(lens.At(tList, 1), bLeaves), Leaf{N: 1})),
		want: func(v *Tree) { v.List[1].Leaves = inFront(v.List[1].Leaves, Leaf{N: 1}) }},
	{name: "Prepend and Append", changes: edits(lens.Prepend(tList, Branch{Name: "new"}), lens.Append(tPtrs, nil), lens.Append(oneLeaves, Leaf{N: 1}), lens.Prepend(tRings, Leaf{N: 2})),
		want: func(v *Tree) {
			v.List, v.Ptrs, v.One.Leaves, v.Trunk.Rings = inFront(v.List, Branch{Name: "new"}), append(v.Ptrs, nil), append(v.One.Leaves, Leaf{N: 1}), inFront(v.Trunk.Rings, Leaf{N: 2})
		}},
	{name: "Prepend and Append of one list", changes: edits(lens.Prepend(tList, Branch{}), lens.Append(tList, Branch{})), err: repo.ErrInvalid, sent: []string{}},
	{name: "Prepend of nothing", changes: edits(lens.Prepend(tWords)), err: repo.ErrInvalid, sent: []string{}},
	{name: "Prepend below a nil pointer", start: func(v *Tree) { v.Opt = nil }, changes: edits(lens.Prepend(lens.Join(tOpt, lens.Ptr(bLeaves)), Leaf{})), err: repo.ErrNoPath},
	{name: "Prepend below a nil pointer that is made", start: func(v *Tree) { v.Opt = nil }, parents: true,
		changes: edits(lens.Prepend(lens.Join(tOpt, lens.Ptr(bLeaves)), Leaf{N: 1})),
		want:    func(v *Tree) { v.Opt = &Branch{Leaves: []Leaf{{N: 1}}} }, put: "TransactWriteItems: Put Trees, Put Opts, Put Leaves"},

	{name: "Merge into a struct that stays", changes: edits(lens.Merge(tTrunk, Trunk{Girth: 9})), want: func(v *Tree) { v.Trunk.Girth = 9 },
		sent: []string{"TransactWriteItems: Update Trees"}},
	{name: "Merge of a part", changes: edits(lens.Merge(tTrunk, Trunk{Girth: 9, Bark: Leaf{N: 1}})), want: func(v *Tree) { v.Trunk.Girth, v.Trunk.Bark = 9, Leaf{N: 1} },
		sent: []string{"TransactWriteItems: Update Trees, Put Leaves"}},
	{name: "Merge into a part", changes: edits(lens.Merge(tBark, Leaf{Text: "new", Tags: []string{}})), want: func(v *Tree) { v.Trunk.Bark.Text, v.Trunk.Bark.Tags = "new", []string{} },
		sent: []string{"TransactWriteItems: Update Trees, Update Leaves"}},
	{name: "Merge into a part with parts", changes: edits(lens.Merge(tOne, Branch{Count: 9, Leaf: Leaf{Text: "new"}})), want: func(v *Tree) { v.One.Count, v.One.Leaf = 9, Leaf{Text: "new"} },
		sent: []string{"TransactWriteItems: Update Trees, Update Ones, Put Leaves"}},
	{name: "Merge into a pointer", changes: edits(lens.Merge(tOpt, &Branch{Name: "new"})), want: func(v *Tree) { v.Opt.Name = "new" },
		sent: []string{"TransactWriteItems: Update Trees, Update Opts"}},
	{name: "Merge into an element", changes: edits(lens.Merge(lens.At(tList, 1), Branch{Name: "new", Opt: &Leaf{N: 1}})),
		want: func(v *Tree) { v.List[1].Name, v.List[1].Opt = "new", &Leaf{N: 1} }},
	{name: "Merge into an element that stays", changes: edits(lens.Merge(lens.At(tIn, 0), Branch{Name: "new"})), want: func(v *Tree) { v.In[0].Name = "new" }},
	{name: "Merge into a pointer element", changes: edits(lens.Merge(lens.At(tPtrs, 2), &Leaf{N: 7})), want: func(v *Tree) { v.Ptrs[2].N = 7 }},
	{name: "Merge into a nil element", changes: edits(lens.Merge(lens.At(tPtrs, 1), &Leaf{N: 7})), err: repo.ErrNoPath},
	{name: "Merge into nil", start: func(v *Tree) { v.Opt = nil }, changes: edits(lens.Merge(tOpt, &Branch{Name: "new"})), err: repo.ErrNoPath},
	{name: "Merge into nil that is made", start: func(v *Tree) { v.Opt = nil }, parents: true, changes: edits(lens.Merge(tOpt, &Branch{Name: "new", Count: 3, Leaf: Leaf{N: 1}})),
		want: func(v *Tree) { v.Opt = &Branch{Name: "new", Count: 3, Leaf: Leaf{N: 1}} }},
	{name: "Merge beside a change in it", changes: edits(lens.Merge(tTrunk, Trunk{Girth: 9}), lens.Add(tBarkN, 1)), want: func(v *Tree) { v.Trunk.Girth = 9; v.Trunk.Bark.N++ }},
	{name: "Merge of what is changed too", changes: edits(lens.Merge(tTrunk, Trunk{Girth: 9}), tGirth.Set(1)), err: repo.ErrInvalid, sent: []string{}},
	{name: "Merge of nothing", changes: edits(lens.Merge(tTrunk, Trunk{})), err: repo.ErrInvalid, sent: []string{}},
	{name: "Merge of nil", changes: edits(lens.Merge(tOpt, nil)), err: repo.ErrInvalid, sent: []string{}},
}
