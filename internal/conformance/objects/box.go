package objects

import (
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The leaves and branches of trees are parts of other objects as well.
type (
	leaf   = trees.Leaf
	branch = trees.Branch
)

var (
	lText = lens.Of(func(l *leaf) *string { return &l.Text })
	lN    = lens.Of(func(l *leaf) *int { return &l.N })
)

// box is declared in several ways, with other tables and other limits.
type box struct {
	ID    string          `dynamodbav:"id"`
	Part  leaf            `dynamodbav:"part"`
	Opt   *leaf           `dynamodbav:"opt"`
	Parts []leaf          `dynamodbav:"parts"`
	ByKey map[string]leaf `dynamodbav:"bykey"`
	Deep  branch          `dynamodbav:"deep"`
	Meta  meta.Record     `dynamodbav:"-"`
}

var (
	boxID   = repo.KeyOf(func(b *box) *string { return &b.ID })
	xPart   = lens.Of(func(b *box) *leaf { return &b.Part })
	xOpt    = lens.Of(func(b *box) **leaf { return &b.Opt })
	xParts  = lens.Of(func(b *box) *[]leaf { return &b.Parts })
	xByKey  = lens.Of(func(b *box) *map[string]leaf { return &b.ByKey })
	xDeepN  = lens.Of(func(b *box) *int { return &b.Deep.Leaf.N })
	keepBox = meta.Keep(func(b *box) *meta.Record { return &b.Meta })
)

// boxIn declares a box. Its parts are in tables whose names begin with name. If
// from is not "", they have moved from tables whose names begin with that.
func boxIn(name, from string, options ...shard.Option) repo.Model[box] {
	to := func(table string) shard.Placement {
		if from == "" {
			return shard.To(name+table, options...)
		}
		return shard.To(name+table, append([]shard.Option{shard.MovedFrom(from + table)}, options...)...)
	}
	return repo.TableOf("Boxes", boxID, keepBox,
		shard.New(to("Part"), func(b *box) *leaf { return &b.Part }),
		shard.Optional(to("Part"), func(b *box) **leaf { return &b.Opt }),
		shard.Each(to("Parts"), func(b *box) *[]leaf { return &b.Parts }),
		shard.EachValue(to("ByKey"), func(b *box) *map[string]leaf { return &b.ByKey }),
		shard.New(to("Deep"), func(b *box) *branch { return &b.Deep },
			shard.New(to("Leaf"), func(b *branch) *leaf { return &b.Leaf }),
			shard.Each(to("Leaf"), func(b *branch) *[]leaf { return &b.Leaves })))
}

func aBox(id string) box {
	return box{
		ID: id, Part: trees.NewLeaf("part", 1), Opt: &leaf{N: 2}, Parts: []leaf{trees.NewLeaf("a", 3), trees.NewLeaf("b", 4)},
		ByKey: map[string]leaf{"k": trees.NewLeaf("k", 5)}, Deep: branch{Name: "deep", Leaf: trees.NewLeaf("leaf", 6), Leaves: []leaf{trees.NewLeaf("l", 7)}},
	}
}
