package trees

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// ifCase is a condition on a tree, and whether it holds.
type ifCase struct {
	name string
	cond lens.Condition[Tree]
	want bool
}

// operators are all conditions on the number at one path and the text at
// another.
func operators(name string, n lens.Lens[Tree, int], value int, s lens.Lens[Tree, string], text string) []ifCase {
	return []ifCase{
		{name + " Eq", n.Eq(value), true}, {name + " Eq another", n.Eq(value + 1), false},
		{name + " Ne", n.Ne(value), false}, {name + " Ne another", n.Ne(value + 1), true},
		{name + " Lt", n.Lt(value), false}, {name + " Lt more", n.Lt(value + 1), true},
		{name + " Le", n.Le(value), true}, {name + " Le less", n.Le(value - 1), false},
		{name + " Gt", n.Gt(value), false}, {name + " Gt less", n.Gt(value - 1), true},
		{name + " Ge", n.Ge(value), true}, {name + " Ge more", n.Ge(value + 1), false},
		{name + " Between", n.Between(value, value+1), true}, {name + " Between more", n.Between(value+1, value+2), false},
		{name + " In", n.In(value-1, value), true}, {name + " In others", n.In(value-1, value+1), false},
		{name + " Exists", n.Exists(), true}, {name + " NotExists", n.NotExists(), false},
		{name + " text Eq", s.Eq(text), true}, {name + " text Eq another", s.Eq(text + " "), false},
		{name + " text Lt", s.Lt(text + " "), true}, {name + " text In", s.In("a", text), true},
		{name + " And", lens.And(n.Eq(value), s.Eq(text)), true}, {name + " And not both", lens.And(n.Eq(value), s.Eq("")), false},
		{name + " Or", lens.Or(n.Eq(value+1), s.Eq(text)), true}, {name + " Or neither", lens.Or(n.Eq(value+1), s.Ne(text)), false},
		{name + " Not", lens.Not(n.Eq(value + 1)), true}, {name + " Not so", lens.Not(n.Eq(value)), false},
		{name + " Not And", lens.Not(lens.And(n.Eq(value), lens.Or(s.Eq(text), s.Exists()))), false},
	}
}

// ofNothing are conditions on a path without a value.
func ofNothing(name string, n lens.Lens[Tree, int]) []ifCase {
	return []ifCase{
		{name + " Eq", n.Eq(0), false}, {name + " Ne", n.Ne(0), true}, {name + " Lt", n.Lt(9), false}, {name + " Ge", n.Ge(-9), false},
		{name + " Between", n.Between(-9, 9), false}, {name + " In", n.In(0), false},
		{name + " Exists", n.Exists(), false}, {name + " NotExists", n.NotExists(), true},
		{name + " Not Eq", lens.Not(n.Eq(0)), true}, {name + " Or", lens.Or(n.Eq(0), n.NotExists()), true},
		{name + " And", lens.And(n.Ne(0), n.Exists()), false},
	}
}

var conditionCases = func() (all []ifCase) {
	for _, group := range [][]ifCase{
		operators("root", tCount, 7, tTitle, "a tree"),
		operators("struct that stays", tGirth, 3, tTitle, "a tree"),
		operators("part in a struct that stays", tBarkN, 5, lens.Join(tBark, lText), "bark"),
		operators("part", lens.Join(tOne, bCount), 3, lens.Join(tOne, bName), "one"),
		operators("nested part", lens.Join(tOne, bLeafN), 1, lens.Join(oneLeaf, lText), "one leaf"),
		operators("element", lens.Join(lens.At(tList, 1), bCount), 6, lens.Join(lens.At(tList, 1), bName), "list 1"),
		operators("entry", lens.Join(lens.Entry(tMap, "x"), bCount), 5, lens.Join(lens.Entry(tMap, "x"), bName), "map x"),
		operators("element that stays", lens.Join(lens.At(tIn, 0), bCount), 4, lens.Join(lens.At(tIn, 0), bName), "in 0"),
		operators("part of an element that stays", lens.Join(lens.At(tIn, 0), bLeafN), 1, lens.Join(lens.At(tIn, 0), lens.Join(bLeaf, lText)), "in 0 leaf"),
		operators("part of an entry that stays", lens.Join(lens.Entry(tInMap, "p"), bLeafN), 1, lens.Join(lens.Entry(tInMap, "p"), lens.Join(bLeaf, lText)), "inmap p leaf"),
		ofNothing("inside no entry", lens.Join(lens.Entry(tMap, "none"), bCount)),
		ofNothing("inside no entry that stays", lens.Join(lens.Entry(tInMap, "none"), bCount)),
		ofNothing("part of no entry that stays", lens.Join(lens.Entry(tInMap, "none"), bLeafN)),
		ofNothing("inside no element", lens.Join(lens.At(tList, 9), bCount)),
		ofNothing("deep inside no element", lens.Join(lens.At(tList, 9), bLeafN)),
		ofNothing("inside an element that is nil", lens.Join(lens.At(tPtrs, 1), lens.Ptr(lN))),
		ofNothing("inside no element that stays", lens.Join(lens.At(tIn, 9), bCount)),
		ofNothing("part of no element that stays", lens.Join(lens.At(tIn, 9), bLeafN)),
		contentCases,
		{
			{"element Exists", lens.At(tList, 1).Exists(), true}, {"no element of parts Exists", lens.At(tList, 9).Exists(), false},
			{"no element of parts NotExists", lens.At(tList, 9).NotExists(), true}, {"pointer element Exists", lens.At(tPtrs, 2).Exists(), true},
			{"element that is nil Exists", lens.At(tPtrs, 1).Exists(), false}, {"element that is nil NotExists", lens.At(tPtrs, 1).NotExists(), true},
			{"element that stays Exists", lens.At(tIn, 0).Exists(), true}, {"no element that stays Exists", lens.At(tIn, 9).Exists(), false},
			{"struct with parts Exists", tTrunk.Exists(), true}, {"part in it Exists", tBark.Exists(), true}, {"list in it NotExists", tRings.NotExists(), false},
			{"part Exists", tOne.Exists(), true},
			{"list that stays Exists", tIn.Exists(), true}, {"map that stays Exists", tInMap.Exists(), true},
			{"two items", lens.And(tTitle.Eq("a tree"), lens.Join(tOne, bName).Eq("one"), tBarkN.Gt(0)), true},
			{"two items, one fails", lens.And(tTitle.Eq("a tree"), lens.Join(tOne, bName).Eq("two")), false},
			{"list Eq", tWords.Eq([]string{"one", "two"}), true}, {"list Eq another", tWords.Eq([]string{"two", "one"}), false},
			{"map Eq", tProps.Eq(map[string]string{"k": "v"}), true},
			{"entry Eq", lens.Entry(tProps, "k").Eq("v"), true}, {"no entry Eq", lens.Entry(tProps, "none").Eq("v"), false},
			{"element Eq", lens.At(tWords, 1).Eq("two"), true}, {"no element Exists", lens.At(tWords, 2).Exists(), false},
			{"pointer Exists", tOpt.Exists(), true}, {"pointer NotExists", tOpt.NotExists(), false},
			{"pointer that stays Exists", tBough.Exists(), true},
			{"nested part Exists", oneLeaf.Exists(), true}, {"nested part NotExists", oneLeaf.NotExists(), false},
			{"nested pointer Exists", oneOpt.Exists(), true}, {"nested pointer NotExists", oneOpt.NotExists(), false},
			{"nested list Exists", oneLeaves.Exists(), true}, {"nested map Exists", oneByName.Exists(), true}, {"nested map NotExists", oneByName.NotExists(), false},
			{"nested element Exists", lens.At(oneLeaves, 0).Exists(), true}, {"longer nested element Exists", lens.At(oneLeaves, 1).Exists(), true},
			{"nested entry Exists", lens.Entry(oneByName, "a").Exists(), true}, {"no nested entry Exists", lens.Entry(oneByName, "none").Exists(), false},
			{"nested pointer of a pointer Exists", lens.Join(tOpt, lens.Ptr(bOpt)).Exists(), true},
			{"pointer of an element Exists", lens.Join(lens.At(tList, 0), bOpt).Exists(), true}, {"no pointer of an element Exists", lens.Join(lens.At(tList, 2), bOpt).Exists(), false},
			{"no pointer of an element NotExists", lens.Join(lens.At(tList, 2), bOpt).NotExists(), true},
			{"pointer of an entry Exists", lens.Join(lens.Entry(tMap, "x"), bOpt).Exists(), true}, {"no pointer of an entry Exists", lens.Join(lens.Entry(tMap, "y/z"), bOpt).Exists(), false},
			{"list of an entry NotExists", lens.Join(lens.Entry(tMap, "x"), bLeaves).NotExists(), false}, {"list of no entry NotExists", lens.Join(lens.Entry(tMap, "none"), bLeaves).NotExists(), true},
			{"pointer of an element that stays Exists", lens.Join(lens.At(tIn, 0), bOpt).Exists(), true}, {"part of an entry that stays Exists", lens.Join(lens.Entry(tInMap, "p"), bLeaf).Exists(), true},
			{"entry Exists", lens.Entry(tMap, "x").Exists(), true}, {"no entry Exists", lens.Entry(tMap, "none").Exists(), false},
			{"list Exists", tList.Exists(), true}, {"map Exists", tMap.Exists(), true}, {"map NotExists", tMap.NotExists(), false},
		},
	} {
		all = append(all, group...)
	}
	return all
}()

// absentConditions are asked of a tree that holds nothing.
var absentConditions = func() (all []ifCase) {
	for _, group := range [][]ifCase{
		ofNothing("inside a nil pointer", lens.Of(func(v *Tree) *int { return &v.Opt.Count })),
		ofNothing("deep inside a nil pointer", optLeafN),
		ofNothing("inside a nil pointer that stays", lens.Of(func(v *Tree) *int { return &v.Bough.Girth })),
		ofNothing("part below a nil pointer that stays", lens.Of(func(v *Tree) *int { return &v.Bough.Bark.N })),
		ofNothing("inside a nil map", lens.Join(lens.Entry(tMap, "x"), bCount)),
		absentContents,
		{
			{"nil list Exists", tList.Exists(), false}, {"nil list NotExists", tList.NotExists(), true},
			{"nil map Exists", tMap.Exists(), false}, {"nil pointer Exists", tOpt.Exists(), false}, {"nil pointer NotExists", tOpt.NotExists(), true},
			{"nil pointer that stays Exists", tBough.Exists(), false},
			{"nested nil pointer Exists", oneOpt.Exists(), false}, {"nested nil pointer NotExists", oneOpt.NotExists(), true}, {"nested nil map NotExists", oneByName.NotExists(), true},
			{"pointer of a nil pointer Exists", lens.Join(tOpt, lens.Ptr(bOpt)).Exists(), false}, {"list of a nil pointer NotExists", lens.Join(tOpt, lens.Ptr(bLeaves)).NotExists(), true},
			{"nil list that stays Exists", tIn.Exists(), false}, {"nil map that stays Exists", tInMap.Exists(), false},
			{"nil list of texts Exists", tWords.Exists(), false}, {"nil list of texts Eq", tWords.Eq(nil), true}, {"nil list of texts Ne", tWords.Ne(nil), false},
		},
	} {
		all = append(all, group...)
	}
	return all
}()

var conditionChecks = []kit.Check{
	{Name: "of everything", Run: func(t *testing.T, x *kit.World) { conditions(t, x, New("full"), conditionCases) }},
	{Name: "of nothing", Run: func(t *testing.T, x *kit.World) { conditions(t, x, Tree{ID: "bare"}, absentConditions) }},
	{Name: "of two items joined by Or", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, Divided(0))
		v := New("t")
		key, err := r.Create(ctx, &v)
		kit.Must(t, err)
		x.Net.Reset()
		one := lens.Join(tOne, bName).Eq("one")
		kit.WantErr(t, "Or", r.Update(ctx, key, tTitle.Set("b"), repo.If(lens.Or(tTitle.Eq("x"), one))), repo.ErrInvalid,
			"the root and one")
		kit.WantErr(t, "Not And", r.Update(ctx, key, tTitle.Set("b"), repo.If(lens.Not(lens.And(tBarkN.Eq(1), one)))), repo.ErrInvalid,
			"one and trunk.bark")
		kit.WantErr(t, "Eq of a part", r.Update(ctx, key, tTitle.Set("b"), repo.If(tOne.Eq(v.One))), repo.ErrInvalid,
			"exists")
		kit.WantErr(t, "no condition", r.Update(ctx, key, tTitle.Set("b"), repo.If[Tree]()), repo.ErrInvalid, "no condition")
		x.WantSent(t, "refused conditions")
		kit.Must(t, r.Update(ctx, key, tTitle.Set("b"), repo.If(lens.Or(lens.Join(tOne, bName).Eq("x"), lens.Join(tOne, bCount).Eq(3)))))
		x.WantSent(t, "update", "TransactWriteItems: Update Trees, ConditionCheck Ones")
		kit.Must(t, r.Update(ctx, key, lens.Join(tOne, bName).Set("two"), repo.If(one)))
		x.WantSent(t, "update of the same item", "TransactWriteItems: Update Trees, Update Ones")
		kit.WantErr(t, "the same again", r.Update(ctx, key, lens.Join(tOne, bName).Set("two"), repo.If(one)), repo.ErrCondition, "condition does not hold")
	}},
}

func conditions(t *testing.T, x *kit.World, v Tree, cases []ifCase) {
	for _, l := range Layouts {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			ctx, y := t.Context(), kit.NewWorld(t, x.Engine)
			r := kit.Open(t, y, l.Model())
			v := v
			key, err := r.Create(ctx, &v)
			kit.Must(t, err)
			version := int64(1)
			for _, c := range cases {
				t.Run(c.name, func(t *testing.T) {
					for _, cond := range []lens.Change[Tree]{repo.If(c.cond), repo.IfExpr[Tree](Said(c.cond))} {
						err := r.Update(ctx, key, tMark.Set(c.name), cond)
						if c.want {
							kit.Must(t, err)
							version++
							continue
						}
						kit.WantErr(t, "update", err, repo.ErrCondition, "condition does not hold")
					}
				})
			}
			got, err := r.Get(ctx, key)
			kit.Must(t, err)
			kit.Equal(t, "version", got.Meta.Version, version)
		})
	}
}
