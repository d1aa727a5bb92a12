package conformance

import (
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// A tree has everything that can be divided, three levels deep. The same Go
// type is declared in several ways; what a verb does to the value must not
// depend on which.
type (
	leaf struct {
		Text string   `dynamodbav:"text"`
		N    int      `dynamodbav:"n"`
		Tags []string `dynamodbav:"tags"`
	}
	branch struct {
		Name   string          `dynamodbav:"name"`
		Count  int             `dynamodbav:"count"`
		Leaf   leaf            `dynamodbav:"leaf"`
		Opt    *leaf           `dynamodbav:"opt"`
		Leaves []leaf          `dynamodbav:"leaves"`
		ByName map[string]leaf `dynamodbav:"byname"`
	}
	// trunk stays in the root item; what is inside it is divided.
	trunk struct {
		Girth int    `dynamodbav:"girth"`
		Bark  leaf   `dynamodbav:"bark"`
		Rings []leaf `dynamodbav:"rings"`
	}
	tree struct {
		ID    string            `dynamodbav:"id"`
		Title string            `dynamodbav:"title"`
		Count int               `dynamodbav:"count"`
		Words []string          `dynamodbav:"words"`
		Props map[string]string `dynamodbav:"props"`
		Mark  string            `dynamodbav:"mark"`
		Trunk trunk             `dynamodbav:"trunk"`
		Bough *trunk            `dynamodbav:"bough"`
		One   branch            `dynamodbav:"one"`
		Opt   *branch           `dynamodbav:"opt"`
		List  []branch          `dynamodbav:"list"`
		Ptrs  []*leaf           `dynamodbav:"ptrs"`
		Map   map[string]branch `dynamodbav:"map"`
		In    []branch          `dynamodbav:"in"`
		InMap map[string]branch `dynamodbav:"inmap"`
		Meta  meta.Record       `dynamodbav:"-"`
	}
)

var (
	treeID = repo.KeyOf(func(v *tree) *string { return &v.ID })
	tTitle = lens.Of(func(v *tree) *string { return &v.Title })
	tCount = lens.Of(func(v *tree) *int { return &v.Count })
	tWords = lens.Of(func(v *tree) *[]string { return &v.Words })
	tProps = lens.Of(func(v *tree) *map[string]string { return &v.Props })
	tMark  = lens.Of(func(v *tree) *string { return &v.Mark })
	tTrunk = lens.Of(func(v *tree) *trunk { return &v.Trunk })
	tGirth = lens.Of(func(v *tree) *int { return &v.Trunk.Girth })
	tBark  = lens.Of(func(v *tree) *leaf { return &v.Trunk.Bark })
	tBarkN = lens.Of(func(v *tree) *int { return &v.Trunk.Bark.N })
	tRings = lens.Of(func(v *tree) *[]leaf { return &v.Trunk.Rings })
	tBough = lens.Of(func(v *tree) **trunk { return &v.Bough })
	tOne   = lens.Of(func(v *tree) *branch { return &v.One })
	tOpt   = lens.Of(func(v *tree) **branch { return &v.Opt })
	tList  = lens.Of(func(v *tree) *[]branch { return &v.List })
	tPtrs  = lens.Of(func(v *tree) *[]*leaf { return &v.Ptrs })
	tMap   = lens.Of(func(v *tree) *map[string]branch { return &v.Map })
	tIn    = lens.Of(func(v *tree) *[]branch { return &v.In })
	tInMap = lens.Of(func(v *tree) *map[string]branch { return &v.InMap })

	bName   = lens.Of(func(b *branch) *string { return &b.Name })
	bCount  = lens.Of(func(b *branch) *int { return &b.Count })
	bLeaf   = lens.Of(func(b *branch) *leaf { return &b.Leaf })
	bLeafN  = lens.Of(func(b *branch) *int { return &b.Leaf.N })
	bOpt    = lens.Of(func(b *branch) **leaf { return &b.Opt })
	bOptN   = lens.Of(func(b *branch) *int { return &b.Opt.N })
	bLeaves = lens.Of(func(b *branch) *[]leaf { return &b.Leaves })
	bByName = lens.Of(func(b *branch) *map[string]leaf { return &b.ByName })
	lText   = lens.Of(func(l *leaf) *string { return &l.Text })
	lN      = lens.Of(func(l *leaf) *int { return &l.N })
	lTags   = lens.Of(func(l *leaf) *[]string { return &l.Tags })
)

var keepTree = meta.Keep(func(v *tree) *meta.Record { return &v.Meta })

// flatTree keeps everything in the root item. more is what else is declared.
func flatTree(more ...repo.Part[tree]) repo.Model[tree] {
	return repo.TableOf("Trees", treeID, append(more, keepTree)...)
}

// dividedTree puts every part into a table, or only parts of more than over
// bytes. All leaves share one table.
func dividedTree(over int, more ...repo.Part[tree]) repo.Model[tree] {
	to := func(table string) shard.Placement { return shard.To(table, shard.WhenOver(over)) }
	leaves := shard.To("Leaves", shard.KeyName("leafID"), shard.WhenOver(over))
	inBranch := []shard.Part[branch]{
		shard.New(leaves, func(b *branch) *leaf { return &b.Leaf }),
		shard.Optional(leaves, func(b *branch) **leaf { return &b.Opt }),
		shard.Each(leaves, func(b *branch) *[]leaf { return &b.Leaves }),
		shard.EachValue(leaves, func(b *branch) *map[string]leaf { return &b.ByName }),
	}
	return repo.TableOf("Trees", treeID, append(more, keepTree,
		shard.New(leaves, func(v *tree) *leaf { return &v.Trunk.Bark }),
		shard.Each(leaves, func(v *tree) *[]leaf { return &v.Trunk.Rings }),
		shard.New(leaves, func(v *tree) *leaf { return &v.Bough.Bark }),
		shard.New(to("Ones"), func(v *tree) *branch { return &v.One }, inBranch...),
		shard.Optional(to("Opts"), func(v *tree) **branch { return &v.Opt }, inBranch...),
		shard.Each(to("Lists"), func(v *tree) *[]branch { return &v.List }, inBranch...),
		shard.EachPtr(to("Ptrs"), func(v *tree) *[]*leaf { return &v.Ptrs }),
		shard.EachValue(to("Maps"), func(v *tree) *map[string]branch { return &v.Map }, inBranch...),
		shard.Within(func(v *tree) *[]branch { return &v.In }, inBranch...),
		shard.WithinValues(func(v *tree) *map[string]branch { return &v.InMap }, inBranch...),
	)...)
}

// treeLayout is a declaration of a tree.
type treeLayout struct {
	name   string
	model  func() repo.Model[tree]
	spills bool // parts may stand in their parent or not
}

// layouts are the declarations that most checks run with.
var layouts = []treeLayout{
	{"flat", func() repo.Model[tree] { return flatTree() }, false},
	{"divided", func() repo.Model[tree] { return dividedTree(0) }, false},
	{"divided over 40 bytes", func() repo.Model[tree] { return dividedTree(40) }, true},
	{"divided over 100 bytes", func() repo.Model[tree] { return dividedTree(100) }, true},
	{"divided over 100 KB", func() repo.Model[tree] { return dividedTree(100 << 10) }, true},
}

func aLeaf(text string, n int) leaf { return leaf{Text: text, N: n, Tags: []string{text}} }

// aBranch has parts of every kind, some over and some under 40 bytes.
func aBranch(name string) branch {
	return branch{
		Name: name, Count: len(name),
		Leaf:   aLeaf(name+" leaf", 1),
		Opt:    &leaf{Text: name + " optional leaf, which is somewhat longer", N: 2},
		Leaves: []leaf{aLeaf(name+" first", 3), {Text: name + " second, which is somewhat longer than that"}},
		ByName: map[string]leaf{"a": aLeaf(name+" a", 4), "b.c#d:e~f": {Text: name + " b, which is somewhat longer than the other"}},
	}
}

// aTree has 59 parts when everything is divided.
func aTree(id string) tree {
	opt := aBranch("opt")
	first, third := aLeaf("first", 1), leaf{Text: "third, which is somewhat longer than the first"}
	return tree{
		ID: id, Title: "a tree", Count: 7, Words: []string{"one", "two"}, Props: map[string]string{"k": "v"},
		Trunk: trunk{Girth: 3, Bark: aLeaf("bark", 5), Rings: []leaf{aLeaf("ring", 6)}},
		Bough: &trunk{Girth: 2, Bark: aLeaf("twig", 8), Rings: []leaf{}},
		One:   aBranch("one"), Opt: &opt,
		List:  []branch{aBranch("list 0"), aBranch("list 1"), {Name: "bare"}},
		Ptrs:  []*leaf{&first, nil, &third},
		Map:   map[string]branch{"x": aBranch("map x"), "y/z": {Name: "bare", Leaves: []leaf{}}},
		In:    []branch{aBranch("in 0"), {Name: "in 1", Opt: &leaf{}}},
		InMap: map[string]branch{"p": aBranch("inmap p"), " ": {Name: "a blank"}},
	}
}
