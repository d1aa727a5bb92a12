package conformance

import (
	"slices"
	"strings"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// Encryption from end to end: what is sent, what is stored, and what becomes
// of it when somebody with access to the tables changes it. Trees have their
// texts encrypted one by one, in every layout; vaults have everything encrypted
// but one field.
var sealedChecks = slices.Concat(
	sealedVerbChecks, sealedValueChecks, sealedKeyChecks, sealedWireChecks, sealedRefusalChecks, sealedOpenChecks, forgedChecks, forgedRecordChecks,
)

// inTrunk and inBranch are the texts of a trunk and of a branch, wherever it
// stands. manyOfBranch are the same with all elements and entries.
var (
	trunkBark  = lens.Of(func(k *trunk) *leaf { return &k.Bark })
	trunkRings = lens.Of(func(k *trunk) *[]leaf { return &k.Rings })

	inTrunk = []lens.Lens[trunk, string]{lens.Join(trunkBark, lText), lens.Join(lens.At(trunkRings, 0), lText)}
	inBough = []lens.Lens[*trunk, string]{lens.Ptr(inTrunk[0]), lens.Ptr(inTrunk[1])}

	inBranch = []lens.Lens[branch, string]{bName, lens.Join(bLeaf, lText), lens.Join(bOpt, lens.Ptr(lText)),
		lens.Join(lens.At(bLeaves, 0), lText), lens.Join(lens.Entry(bByName, branchEntry), lText)}
	manyInBranch = []lens.Into[branch, string]{inBranch[0], inBranch[1], inBranch[2], lens.Each(bLeaves, lText), lens.EachValue(bByName, lText)}
	oneBough     = lens.Join(tBough, lens.Ptr(trunkRings))
	optLeaves    = lens.Join(tOpt, lens.Ptr(bLeaves))
	optByName    = lens.Join(tOpt, lens.Ptr(bByName))
)

// protectTexts encrypts all texts of a tree but those in words, props and
// tags: numbers are left to be counted, and lists to be appended to.
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
	return cipher.Protect(testKeys(t), fields...)
}

// sealedLayouts are the layouts with encryption.
func sealedLayouts(t *testing.T) []treeLayout {
	sealed := protectTexts(t)
	return []treeLayout{
		{"flat", func() repo.Model[tree] { return flatTree(sealed) }, false},
		{"divided", func() repo.Model[tree] { return dividedTree(0, sealed) }, false},
		{"divided over 100 bytes", func() repo.Model[tree] { return dividedTree(100, sealed) }, true},
	}
}

// sealedVerbChecks repeat what the suite asks of plain trees: encryption
// changes neither what is read nor how many requests it takes.
var sealedVerbChecks = []repoCheck{
	{"tracked put", func(t *testing.T, x *world) { x.putTrees(t, sealedLayouts(t)) }},
	{"update of structs that stay", func(t *testing.T, x *world) {
		x.updates(t, sealedLayouts(t), trunkUpdates, func(from, v *tree) { v.Trunk, v.Bough = from.Trunk, from.Bough })
	}},
	{"update of one item", func(t *testing.T, x *world) {
		x.updates(t, sealedLayouts(t), oneUpdates, func(from, v *tree) { v.One, v.Opt = from.One, from.Opt })
	}},
	{"update of an item per element", func(t *testing.T, x *world) {
		x.updates(t, sealedLayouts(t), listUpdates, func(from, v *tree) { v.List, v.Ptrs = from.List, from.Ptrs })
	}},
	{"update of an item per entry", func(t *testing.T, x *world) {
		x.updates(t, sealedLayouts(t), mapUpdates, func(from, v *tree) { v.Map = from.Map })
	}},
	{"update inside elements", func(t *testing.T, x *world) {
		x.updates(t, sealedLayouts(t), withinUpdates, func(from, v *tree) { v.In = from.In })
	}},
	{"update inside entries", func(t *testing.T, x *world) {
		x.updates(t, sealedLayouts(t), withinValuesUpdates, func(from, v *tree) { v.InMap = from.InMap })
	}},
	{"update of the root", func(t *testing.T, x *world) { x.updates(t, sealedLayouts(t), rootUpdates, func(from, v *tree) {}) }},
	{"reads", func(t *testing.T, x *world) { x.readPaths(t, sealedLayouts(t), aTree("full"), pathReads) }},
	{"reads of nothing", func(t *testing.T, x *world) { x.readPaths(t, sealedLayouts(t), tree{ID: "bare"}, readsOfNothing) }},
}

const (
	treeEntry   = `x.y/"z"`
	branchEntry = "k"
)

// secretLeaf has a text that no other leaf has, and that says where it is.
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
