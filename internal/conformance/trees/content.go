package trees

import "github.com/dystore/dystore/lens"

// contents are conditions on what a text, a list of texts and a list of leaves hold.
func contents(name string, s lens.Lens[Tree, string], text string, words lens.Lens[Tree, []string], word string, n int) []ifCase {
	return []ifCase{
		{name + " HasPrefix", lens.HasPrefix(s, text[:2]), true}, {name + " HasPrefix whole", lens.HasPrefix(s, text), true},
		{name + " HasPrefix none", lens.HasPrefix(s, ""), true}, {name + " HasPrefix more", lens.HasPrefix(s, text+"."), false},
		{name + " HasPrefix of the end", lens.HasPrefix(s, text[1:]), false},
		{name + " ContainsText", lens.ContainsText(s, text[1:3]), true}, {name + " ContainsText another", lens.ContainsText(s, "~"), false},
		{name + " Size Eq", s.Size().Eq(len(text)), true}, {name + " Size Gt", s.Size().Gt(len(text)), false},
		{name + " Contains", lens.Contains(words, word), true}, {name + " Contains part", lens.Contains(words, word[1:]), false},
		{name + " list Size Eq", words.Size().Eq(n), true}, {name + " list Size Eq another", words.Size().Eq(n + 1), false},
		{name + " list Size Ne", words.Size().Ne(n), false}, {name + " list Size Ne another", words.Size().Ne(n + 1), true},
		{name + " list Size Lt", words.Size().Lt(n + 1), true}, {name + " list Size Lt it", words.Size().Lt(n), false},
		{name + " list Size Le", words.Size().Le(n), true}, {name + " list Size Le less", words.Size().Le(n - 1), false},
		{name + " list Size Gt", words.Size().Gt(n - 1), true}, {name + " list Size Ge", words.Size().Ge(n), true}, {name + " list Size Ge more", words.Size().Ge(n + 1), false},
		{name + " list Size Between", words.Size().Between(n, n), true}, {name + " list Size Between more", words.Size().Between(n+1, n+2), false},
		{name + " HasType", s.HasType(lens.TypeString), true}, {name + " HasType another", s.HasType(lens.TypeNumber), false},
		{name + " list HasType", words.HasType(lens.TypeList), true}, {name + " list HasType set", words.HasType(lens.TypeStringSet), false},
		{name + " And", lens.And(lens.HasPrefix(s, text[:1]), lens.Not(lens.Contains(words, "~")), words.Size().Gt(0)), true},
		{name + " Or", lens.Or(lens.HasPrefix(s, "~"), lens.Contains(words, word)), true},
		{name + " Not", lens.Not(words.Size().Eq(n)), false},
	}
}

// noContents are conditions on what is absent.
func noContents(name string, s lens.Lens[Tree, string], words lens.Lens[Tree, []string]) []ifCase {
	return []ifCase{
		{name + " HasPrefix", lens.HasPrefix(s, ""), false}, {name + " ContainsText", lens.ContainsText(s, ""), false},
		{name + " Not HasPrefix", lens.Not(lens.HasPrefix(s, "")), true}, {name + " Contains", lens.Contains(words, "a"), false},
		{name + " Size Eq", words.Size().Eq(0), false}, {name + " Size Ne", words.Size().Ne(0), true}, {name + " Size Lt", words.Size().Lt(9), false},
		{name + " Size Between", words.Size().Between(0, 9), false},
		{name + " HasType", words.HasType(lens.TypeList), false}, {name + " HasType NULL", words.HasType(lens.TypeNull), false},
	}
}

// contentCases are asked of a whole tree. The size of a list is known in every
// layout, of a map if its entries stay.
var contentCases = func() (all []ifCase) {
	for _, group := range [][]ifCase{
		contents("root", tTitle, "a tree", tWords, "two", 2),
		contents("part of a part", lens.Join(oneLeaf, lText), "one leaf", lens.Join(oneLeaf, lTags), "one leaf", 1),
		contents("part of an element", lens.Join(lens.At(tList, 1), lens.Join(bLeaf, lText)), "list 1 leaf", lens.Join(lens.At(tList, 1), lens.Join(bLeaf, lTags)), "list 1 leaf", 1),
		noContents("inside no element", lens.Join(lens.At(tList, 9), bName), lens.Join(lens.At(tList, 9), lens.Join(bLeaf, lTags))),
		noContents("inside an element that is nil", lens.Join(lens.At(tPtrs, 1), lens.Ptr(lText)), lens.Join(lens.At(tPtrs, 1), lens.Ptr(lTags))),
		{
			{"list of items Size", tList.Size().Eq(3), true}, {"list of items Size more", tList.Size().Gt(3), false}, {"list of items Size Ne", tList.Size().Ne(3), false},
			{"list with nil Size", tPtrs.Size().Eq(3), true}, {"list in a struct Size", tRings.Size().Between(1, 1), true},
			{"list that stays Size", tIn.Size().Eq(2), true}, {"list that stays Size less", tIn.Size().Lt(2), false},
			{"map that stays Size", tInMap.Size().Eq(2), true}, {"map of texts Size", tProps.Size().Eq(1), true},
			{"list in a part Size", oneLeaves.Size().Eq(2), true}, {"list in a pointer Size", lens.Join(tOpt, lens.Ptr(bLeaves)).Size().Eq(2), true},
			{"list in an element Size", lens.Join(lens.At(tList, 1), bLeaves).Size().Eq(2), true}, {"nil list in an element Size", lens.Join(lens.At(tList, 2), bLeaves).Size().Ge(0), false},
			{"list in an entry Size", lens.Join(lens.Entry(tMap, "x"), bLeaves).Size().Eq(2), true}, {"empty list in an entry Size", lens.Join(lens.Entry(tMap, "y/z"), bLeaves).Size().Eq(0), true},
			{"list in an element that stays Size", lens.Join(lens.At(tIn, 0), bLeaves).Size().Eq(2), true},
			{"sizes and a text", lens.And(tList.Size().Eq(3), oneLeaves.Size().Le(2), lens.Join(tOne, bName).Eq("one")), true},
			{"either size", lens.Or(tList.Size().Eq(9), tTitle.Eq("a tree")), true},
			{"number HasType", tCount.HasType(lens.TypeNumber), true}, {"map HasType", tProps.HasType(lens.TypeMap), true},
			{"element HasType", lens.At(tWords, 0).HasType(lens.TypeString), true},
		},
	} {
		all = append(all, group...)
	}
	return all
}()

// absentContents are asked of a tree that holds nothing.
var absentContents = func() (all []ifCase) {
	for _, group := range [][]ifCase{
		noContents("inside a nil pointer", lens.Of(func(v *Tree) *string { return &v.Opt.Name }), lens.Of(func(v *Tree) *[]string { return &v.Opt.Leaf.Tags })),
		{
			{"nil list of items Size", tList.Size().Eq(0), false}, {"nil list of items Size Ne", tList.Size().Ne(3), true},
			{"nil list that stays Size", tIn.Size().Le(9), false}, {"nil map that stays Size", tInMap.Size().Le(9), false},
			{"nil list of a nil pointer Size", lens.Join(tOpt, lens.Ptr(bLeaves)).Size().Le(9), false}, {"nil list of texts Size", tWords.Size().Ge(0), false},
			{"empty text Size", tTitle.Size().Eq(0), true}, {"empty text HasPrefix", lens.HasPrefix(tTitle, ""), true},
		},
	} {
		all = append(all, group...)
	}
	return all
}()
