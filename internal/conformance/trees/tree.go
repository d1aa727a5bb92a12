package trees

import (
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	// Leaf is the innermost part of a [Tree].
	Leaf struct {
		Text string   `dynamodbav:"text"`
		N    int      `dynamodbav:"n"`
		Tags []string `dynamodbav:"tags"`
	}
	// Branch is a part with parts of every kind.
	Branch struct {
		Name   string          `dynamodbav:"name"`
		Count  int             `dynamodbav:"count"`
		Leaf   Leaf            `dynamodbav:"leaf"`
		Opt    *Leaf           `dynamodbav:"opt"`
		Leaves []Leaf          `dynamodbav:"leaves"`
		ByName map[string]Leaf `dynamodbav:"byname"`
	}
	// Trunk stays in the root item. Its leaves are parts.
	Trunk struct {
		Girth int    `dynamodbav:"girth"`
		Bark  Leaf   `dynamodbav:"bark"`
		Rings []Leaf `dynamodbav:"rings"`
	}
	// Tree has everything that can be divided, three levels deep. The same Go
	// type is declared in several ways. A verb must do the same to the value
	// under each declaration.
	Tree struct {
		ID    string            `dynamodbav:"id"`
		Title string            `dynamodbav:"title"`
		Count int               `dynamodbav:"count"`
		Words []string          `dynamodbav:"words"`
		Props map[string]string `dynamodbav:"props"`
		Mark  string            `dynamodbav:"mark"`
		Trunk Trunk             `dynamodbav:"trunk"`
		Bough *Trunk            `dynamodbav:"bough"`
		One   Branch            `dynamodbav:"one"`
		Opt   *Branch           `dynamodbav:"opt"`
		List  []Branch          `dynamodbav:"list"`
		Ptrs  []*Leaf           `dynamodbav:"ptrs"`
		Map   map[string]Branch `dynamodbav:"map"`
		In    []Branch          `dynamodbav:"in"`
		InMap map[string]Branch `dynamodbav:"inmap"`
		Meta  meta.Record       `dynamodbav:"-"`
	}
)

// ID is the key of a tree.
var ID = repo.KeyOf(func(v *Tree) *string { return &v.ID })

var (
	tTitle = lens.Of(func(v *Tree) *string { return &v.Title })
	tCount = lens.Of(func(v *Tree) *int { return &v.Count })
	tWords = lens.Of(func(v *Tree) *[]string { return &v.Words })
	tProps = lens.Of(func(v *Tree) *map[string]string { return &v.Props })
	tMark  = lens.Of(func(v *Tree) *string { return &v.Mark })
	tTrunk = lens.Of(func(v *Tree) *Trunk { return &v.Trunk })
	tGirth = lens.Of(func(v *Tree) *int { return &v.Trunk.Girth })
	tBark  = lens.Of(func(v *Tree) *Leaf { return &v.Trunk.Bark })
	tBarkN = lens.Of(func(v *Tree) *int { return &v.Trunk.Bark.N })
	tRings = lens.Of(func(v *Tree) *[]Leaf { return &v.Trunk.Rings })
	tBough = lens.Of(func(v *Tree) **Trunk { return &v.Bough })
	tOne   = lens.Of(func(v *Tree) *Branch { return &v.One })
	tOpt   = lens.Of(func(v *Tree) **Branch { return &v.Opt })
	tList  = lens.Of(func(v *Tree) *[]Branch { return &v.List })
	tPtrs  = lens.Of(func(v *Tree) *[]*Leaf { return &v.Ptrs })
	tMap   = lens.Of(func(v *Tree) *map[string]Branch { return &v.Map })
	tIn    = lens.Of(func(v *Tree) *[]Branch { return &v.In })
	tInMap = lens.Of(func(v *Tree) *map[string]Branch { return &v.InMap })

	bName   = lens.Of(func(b *Branch) *string { return &b.Name })
	bCount  = lens.Of(func(b *Branch) *int { return &b.Count })
	bLeaf   = lens.Of(func(b *Branch) *Leaf { return &b.Leaf })
	bLeafN  = lens.Of(func(b *Branch) *int { return &b.Leaf.N })
	bOpt    = lens.Of(func(b *Branch) **Leaf { return &b.Opt })
	bOptN   = lens.Of(func(b *Branch) *int { return &b.Opt.N })
	bLeaves = lens.Of(func(b *Branch) *[]Leaf { return &b.Leaves })
	bByName = lens.Of(func(b *Branch) *map[string]Leaf { return &b.ByName })
	lText   = lens.Of(func(l *Leaf) *string { return &l.Text })
	lN      = lens.Of(func(l *Leaf) *int { return &l.N })
	lTags   = lens.Of(func(l *Leaf) *[]string { return &l.Tags })
)

var keepTree = meta.Keep(func(v *Tree) *meta.Record { return &v.Meta })

// Flat keeps everything in the root item. more adds to the declaration.
func Flat(more ...repo.Part[Tree]) repo.Model[Tree] {
	return repo.TableOf("Trees", ID, append(more, keepTree)...)
}

// Divided puts every part of more than over bytes into a table; with 0, every
// part. All leaves share one table. more adds to the declaration.
func Divided(over int, more ...repo.Part[Tree]) repo.Model[Tree] {
	to := func(table string) shard.Placement { return shard.To(table, shard.WhenOver(over)) }
	leaves := shard.To("Leaves", shard.KeyName("leafID"), shard.WhenOver(over))
	inBranch := []shard.Part[Branch]{
		shard.New(leaves, func(b *Branch) *Leaf { return &b.Leaf }),
		shard.Optional(leaves, func(b *Branch) **Leaf { return &b.Opt }),
		shard.Each(leaves, func(b *Branch) *[]Leaf { return &b.Leaves }),
		shard.EachValue(leaves, func(b *Branch) *map[string]Leaf { return &b.ByName }),
	}
	return repo.TableOf("Trees", ID, append(more, keepTree,
		shard.New(leaves, func(v *Tree) *Leaf { return &v.Trunk.Bark }),
		shard.Each(leaves, func(v *Tree) *[]Leaf { return &v.Trunk.Rings }),
		shard.New(leaves, func(v *Tree) *Leaf { return &v.Bough.Bark }),
		shard.New(to("Ones"), func(v *Tree) *Branch { return &v.One }, inBranch...),
		shard.Optional(to("Opts"), func(v *Tree) **Branch { return &v.Opt }, inBranch...),
		shard.Each(to("Lists"), func(v *Tree) *[]Branch { return &v.List }, inBranch...),
		shard.EachPtr(to("Ptrs"), func(v *Tree) *[]*Leaf { return &v.Ptrs }),
		shard.EachValue(to("Maps"), func(v *Tree) *map[string]Branch { return &v.Map }, inBranch...),
		shard.Within(func(v *Tree) *[]Branch { return &v.In }, inBranch...),
		shard.WithinValues(func(v *Tree) *map[string]Branch { return &v.InMap }, inBranch...),
	)...)
}

// Layout is a declaration of a tree.
type Layout struct {
	Name   string
	Model  func() repo.Model[Tree]
	Spills bool // small parts are inline
}

// Layouts are the declarations that most checks run with. In all of them nothing
// is encrypted.
var Layouts = []Layout{
	{"flat", func() repo.Model[Tree] { return Flat() }, false},
	{"divided", func() repo.Model[Tree] { return Divided(0) }, false},
	{"divided over 40 bytes", func() repo.Model[Tree] { return Divided(40) }, true},
	{"divided over 100 bytes", func() repo.Model[Tree] { return Divided(100) }, true},
	{"divided over 100 KB", func() repo.Model[Tree] { return Divided(100 << 10) }, true},
}

// Tables are the tables of a tree's parts.
var Tables = repo.AllowTables("Leaves", "Ones", "Opts", "Lists", "Ptrs", "Maps")

// NewLeaf returns a leaf with one tag.
func NewLeaf(text string, n int) Leaf { return Leaf{Text: text, N: n, Tags: []string{text}} }

// aBranch has parts of every kind, some over and some under 40 bytes.
func aBranch(name string) Branch {
	return Branch{
		Name: name, Count: len(name),
		Leaf:   NewLeaf(name+" leaf", 1),
		Opt:    &Leaf{Text: name + " optional leaf, which is somewhat longer", N: 2},
		Leaves: []Leaf{NewLeaf(name+" first", 3), {Text: name + " second, which is somewhat longer than that"}},
		ByName: map[string]Leaf{"a": NewLeaf(name+" a", 4), "b.c#d:e~f": {Text: name + " b, which is somewhat longer than the other"}},
	}
}

// New returns a tree that has 59 parts when everything is divided.
func New(id string) Tree {
	opt := aBranch("opt")
	first, third := NewLeaf("first", 1), Leaf{Text: "third, which is somewhat longer than the first"}
	return Tree{
		ID: id, Title: "a tree", Count: 7, Words: []string{"one", "two"}, Props: map[string]string{"k": "v"},
		Trunk: Trunk{Girth: 3, Bark: NewLeaf("bark", 5), Rings: []Leaf{NewLeaf("ring", 6)}},
		Bough: &Trunk{Girth: 2, Bark: NewLeaf("twig", 8), Rings: []Leaf{}},
		One:   aBranch("one"), Opt: &opt,
		List:  []Branch{aBranch("list 0"), aBranch("list 1"), {Name: "bare"}},
		Ptrs:  []*Leaf{&first, nil, &third},
		Map:   map[string]Branch{"x": aBranch("map x"), "y/z": {Name: "bare", Leaves: []Leaf{}}},
		In:    []Branch{aBranch("in 0"), {Name: "in 1", Opt: &Leaf{}}},
		InMap: map[string]Branch{"p": aBranch("inmap p"), " ": {Name: "a blank"}},
	}
}
