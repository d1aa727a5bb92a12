package sealed

import (
	"time"

	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// The trees of package trees, and the paths in them that the checks use.
type (
	tree   = trees.Tree
	branch = trees.Branch
	trunk  = trees.Trunk
	leaf   = trees.Leaf
)

var (
	tTitle = lens.Of(func(v *tree) *string { return &v.Title })
	tCount = lens.Of(func(v *tree) *int { return &v.Count })
	tMark  = lens.Of(func(v *tree) *string { return &v.Mark })
	tWords = lens.Of(func(v *tree) *[]string { return &v.Words })
	tTrunk = lens.Of(func(v *tree) *trunk { return &v.Trunk })
	tRings = lens.Of(func(v *tree) *[]leaf { return &v.Trunk.Rings })
	tBark  = lens.Of(func(v *tree) *leaf { return &v.Trunk.Bark })
	tBough = lens.Of(func(v *tree) **trunk { return &v.Bough })
	tOne   = lens.Of(func(v *tree) *branch { return &v.One })
	tOpt   = lens.Of(func(v *tree) **branch { return &v.Opt })
	tList  = lens.Of(func(v *tree) *[]branch { return &v.List })
	tPtrs  = lens.Of(func(v *tree) *[]*leaf { return &v.Ptrs })
	tMap   = lens.Of(func(v *tree) *map[string]branch { return &v.Map })
	tIn    = lens.Of(func(v *tree) *[]branch { return &v.In })
	tInMap = lens.Of(func(v *tree) *map[string]branch { return &v.InMap })

	bName   = lens.Of(func(b *branch) *string { return &b.Name })
	bLeaf   = lens.Of(func(b *branch) *leaf { return &b.Leaf })
	bOpt    = lens.Of(func(b *branch) **leaf { return &b.Opt })
	bLeaves = lens.Of(func(b *branch) *[]leaf { return &b.Leaves })
	bByName = lens.Of(func(b *branch) *map[string]leaf { return &b.ByName })
	lText   = lens.Of(func(l *leaf) *string { return &l.Text })

	oneLeaf   = lens.Join(tOne, bLeaf)
	oneOpt    = lens.Join(tOne, bOpt)
	oneLeaves = lens.Join(tOne, bLeaves)
	oneByName = lens.Join(tOne, bByName)
	optName   = lens.Join(tOpt, lens.Ptr(bName))
	optLeaves = lens.Join(tOpt, lens.Ptr(bLeaves))
	optByName = lens.Join(tOpt, lens.Ptr(bByName))
)

// Objects with a sort key, and with a key of any type.
type (
	order struct {
		Customer string      `dynamodbav:"customer"`
		At       time.Time   `dynamodbav:"at"`
		Note     leaf        `dynamodbav:"note"`
		Meta     meta.Record `dynamodbav:"-"`
	}
	keyed[K any] struct {
		ID   K           `dynamodbav:"id"`
		Part leaf        `dynamodbav:"part"`
		Meta meta.Record `dynamodbav:"-"`
	}
)

var orderKey = repo.CompositeKeyOf(func(o *order) *string { return &o.Customer }, func(o *order) *time.Time { return &o.At })
