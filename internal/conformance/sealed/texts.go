package sealed

import (
	"slices"
	"strings"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

var checks = slices.Concat(
	verbChecks, valueChecks, keyChecks, tagChecks, wireChecks, refusalChecks, openChecks, forgedChecks, forgedRecordChecks, renamedChecks,
)

// inTrunk and inBranch are the texts of a trunk and of a branch. manyInBranch
// covers all elements and entries of a branch.
var (
	trunkBark  = lens.Of(func(k *trunk) *leaf { return &k.Bark })
	trunkRings = lens.Of(func(k *trunk) *[]leaf { return &k.Rings })

	inTrunk = []lens.Lens[trunk, string]{lens.Join(trunkBark, lText), lens.Join(lens.At(trunkRings, 0), lText)}
	inBough = []lens.Lens[*trunk, string]{lens.Ptr(inTrunk[0]), lens.Ptr(inTrunk[1])}

	inBranch = []lens.Lens[branch, string]{bName, lens.Join(bLeaf, lText), lens.Join(bOpt, lens.Ptr(lText)),
		lens.Join(lens.At(bLeaves, 0), lText), lens.Join(lens.Entry(bByName, branchEntry), lText)}
	manyInBranch = []lens.Into[branch, string]{inBranch[0], inBranch[1], inBranch[2], lens.Each(bLeaves, lText), lens.EachValue(bByName, lText)}
	oneBough     = lens.Join(tBough, lens.Ptr(trunkRings))
)

// protectTexts encrypts all texts of a tree but those in words, props and tags.
// Numbers stay in the clear for Add, and lists for Append.
func protectTexts(t *testing.T) repo.Part[tree] {
	fields := []lens.Field[tree]{tTitle, tMark, lens.Join(tTrunk, inTrunk[0]), lens.Each(tRings, lText), lens.Join(tBough, inBough[0]), lens.Each(oneBough, lText)}
	for _, in := range inBranch[:3] {
		fields = append(fields, lens.Join(tOne, in), lens.Join(tOpt, lens.Ptr(in)))
	}
	fields = append(fields, lens.Each(oneLeaves, lText), lens.Each(optLeaves, lText), lens.EachValue(oneByName, lText), lens.EachValue(optByName, lText),
		lens.Each(tPtrs, lens.Ptr(lText)))
	for _, in := range manyInBranch {
		fields = append(fields, lens.Each(tList, in), lens.Each(tIn, in), lens.EachValue(tMap, in), lens.EachValue(tInMap, in))
	}
	return cipher.Protect(kit.Keys(t), fields...)
}

// layouts are the layouts with encryption.
func layouts(t *testing.T) []trees.Layout {
	sealed := protectTexts(t)
	return []trees.Layout{
		{Name: "flat", Model: func() repo.Model[tree] { return trees.Flat(sealed) }},
		{Name: "divided", Model: func() repo.Model[tree] { return trees.Divided(0, sealed) }},
		{Name: "divided over 100 bytes", Model: func() repo.Model[tree] { return trees.Divided(100, sealed) }, Spills: true},
	}
}

// verbChecks repeat the checks of package trees. Encryption changes neither the
// values nor the requests.
var verbChecks = []kit.Check{
	{Name: "tracked put", Run: func(t *testing.T, x *kit.World) { trees.Put(t, x, layouts(t)) }},
	{Name: "update of structs that stay", Run: func(t *testing.T, x *kit.World) {
		trees.Update(t, x, layouts(t), trees.TrunkUpdates)
	}},
	{Name: "update of one item", Run: func(t *testing.T, x *kit.World) {
		trees.Update(t, x, layouts(t), trees.OneUpdates)
	}},
	{Name: "update of an item per element", Run: func(t *testing.T, x *kit.World) {
		trees.Update(t, x, layouts(t), trees.ListUpdates)
	}},
	{Name: "update of an item per entry", Run: func(t *testing.T, x *kit.World) {
		trees.Update(t, x, layouts(t), trees.MapUpdates)
	}},
	{Name: "update inside elements", Run: func(t *testing.T, x *kit.World) {
		trees.Update(t, x, layouts(t), trees.WithinUpdates)
	}},
	{Name: "update inside entries", Run: func(t *testing.T, x *kit.World) {
		trees.Update(t, x, layouts(t), trees.WithinValuesUpdates)
	}},
	{Name: "update of the root", Run: func(t *testing.T, x *kit.World) { trees.Update(t, x, layouts(t), trees.RootUpdates) }},
	{Name: "reads", Run: func(t *testing.T, x *kit.World) { trees.ReadEverything(t, x, layouts(t)) }},
	{Name: "reads of nothing", Run: func(t *testing.T, x *kit.World) { trees.ReadNothing(t, x, layouts(t)) }},
}

const (
	treeEntry   = `x.y/"z"`
	branchEntry = "k"
)

// secretLeaf has a unique text, which says where the leaf is.
func secretLeaf(at string, more int) leaf {
	return leaf{Text: canary + " " + at + strings.Repeat(" ", more), N: len(at)}
}

func secretBranch(at string) branch {
	opt := secretLeaf(at+" opt", 100)
	return branch{Name: canary + " " + at + " name", Count: 1, Leaf: secretLeaf(at+" leaf", 0), Opt: &opt,
		Leaves: []leaf{secretLeaf(at+" leaves", 100)}, ByName: map[string]leaf{branchEntry: secretLeaf(at+" byname", 0)}}
}

func secretTrunk(at string) trunk {
	return trunk{Girth: 1, Bark: secretLeaf(at+" bark", 0), Rings: []leaf{secretLeaf(at+" rings", 100)}}
}

// secretTree has one value in every place that a tree has, 33 parts in all.
func secretTree(id string) tree {
	bough, opt, pointed := secretTrunk(id+" bough"), secretBranch(id+" opt"), secretLeaf(id+" ptrs", 0)
	return tree{
		ID: id, Title: canary + " " + id + " title", Mark: canary + " " + id + " mark", Words: []string{"w"}, Props: map[string]string{"k": "v"},
		Trunk: secretTrunk(id + " trunk"), Bough: &bough, One: secretBranch(id + " one"), Opt: &opt,
		List: []branch{secretBranch(id + " list")}, Ptrs: []*leaf{&pointed, nil}, Map: map[string]branch{treeEntry: secretBranch(id + " map")},
		In: []branch{secretBranch(id + " in")}, InMap: map[string]branch{treeEntry: secretBranch(id + " inmap")},
	}
}

// secretPaths are the paths of all secrets of a secretTree.
func secretPaths() []lens.Lens[tree, string] {
	paths := []lens.Lens[tree, string]{tTitle, tMark, lens.Join(lens.At(tPtrs, 0), lens.Ptr(lText))}
	for i := range inTrunk {
		paths = append(paths, lens.Join(tTrunk, inTrunk[i]), lens.Join(tBough, inBough[i]))
	}
	for _, in := range inBranch {
		paths = append(paths, lens.Join(tOne, in), lens.Join(tOpt, lens.Ptr(in)), lens.Join(lens.At(tList, 0), in),
			lens.Join(lens.Entry(tMap, treeEntry), in), lens.Join(lens.At(tIn, 0), in), lens.Join(lens.Entry(tInMap, treeEntry), in))
	}
	return paths
}
