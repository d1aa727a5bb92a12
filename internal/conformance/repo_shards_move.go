package conformance

import (
	"testing"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// A box is divided differently from one declaration to the next.
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

// boxIn is a box whose parts go to tables that begin with name, and were
// before in tables that begin with from, if it is not "".
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

// sized returns a leaf that takes n bytes as an item.
func sized(n int) leaf {
	return leaf{Text: text(n - item.Size(row{"text": str(""), "n": num("0")}))}
}

func aBox(id string) box {
	return box{
		ID: id, Part: aLeaf("part", 1), Opt: &leaf{N: 2}, Parts: []leaf{aLeaf("a", 3), aLeaf("b", 4)},
		ByKey: map[string]leaf{"k": aLeaf("k", 5)}, Deep: branch{Name: "deep", Leaf: aLeaf("leaf", 6), Leaves: []leaf{aLeaf("l", 7)}},
	}
}

var moveChecks = []repoCheck{
	{"WhenOver, at the threshold", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, boxIn("", "", shard.WhenOver(100)))
		for _, c := range []struct {
			name string
			size int
			sent string
		}{
			{"below", 99, "TransactWriteItems: Put Boxes"}, {"at", 100, "TransactWriteItems: Put Boxes"}, {"above", 101, "TransactWriteItems: Put Boxes, Put Part"},
		} {
			b := box{ID: c.name, Part: sized(c.size)}
			key, err := r.Create(ctx, &b)
			must(t, err)
			x.wantSent(t, c.name, c.sent)
			got, err := r.Get(ctx, key)
			must(t, err)
			equal(t, c.name, *got, b)
			x.net.Reset()
		}
	}},
	{"WhenOver, moved by puts", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, boxIn("", "", shard.WhenOver(100)))
		b := box{ID: "b", Part: sized(50), Parts: []leaf{}, ByKey: map[string]leaf{}}
		key, err := r.Create(ctx, &b)
		must(t, err)
		x.net.Reset()
		step := func(name string, change func(*box), sent string) {
			t.Helper()
			got, err := r.Get(ctx, key)
			must(t, err)
			change(got)
			want := *got
			x.net.Reset()
			_, err = r.Put(ctx, got)
			must(t, err)
			x.wantSent(t, name, sent)
			want.Meta = got.Meta
			got, err = r.Get(ctx, key)
			must(t, err)
			equal(t, name, *got, want)
			CheckOrphans(t, x.raw, x.prefix)
		}
		step("grow", func(b *box) { b.Part = sized(200) }, "TransactWriteItems: Put Boxes, Put Part")
		step("shrink", func(b *box) { b.Part = sized(50) }, "TransactWriteItems: Put Boxes, Delete Part")
		step("grow both", func(b *box) { b.Part, b.Opt = sized(200), &leaf{Text: text(200)} }, "TransactWriteItems: Put Boxes, Put Part x2")
		step("stay", func(b *box) {}, "PutItem: Boxes")
		step("shrink both", func(b *box) { b.Part, b.Opt = leaf{}, &leaf{} }, "TransactWriteItems: Put Boxes, Delete Part x2")
		step("a mixed list", func(b *box) { b.Parts = []leaf{sized(50), sized(150), sized(60), sized(160)} }, "TransactWriteItems: Put Boxes, Put Parts x2")
		step("a mixed map", func(b *box) { b.ByKey = map[string]leaf{"a": sized(50), "b": sized(150), "c": sized(60)} }, "TransactWriteItems: Put Boxes, Put ByKey")
		step("elements cross", func(b *box) { b.Parts[0], b.Parts[1] = sized(170), sized(70) }, "TransactWriteItems: Put Boxes, Put Parts, Delete Parts")
		step("elements reordered", func(b *box) { b.Parts[0], b.Parts[1], b.Parts[2] = b.Parts[1], b.Parts[2], b.Parts[0] }, "PutItem: Boxes")
		step("entries cross", func(b *box) { b.ByKey["a"], b.ByKey["b"] = sized(150), sized(50) }, "TransactWriteItems: Put Boxes, Put ByKey, Delete ByKey")
		step("a nested one", func(b *box) { b.Deep.Leaf = sized(150) }, "TransactWriteItems: Put Boxes, Put Leaf")
		step("its parent too", func(b *box) { b.Deep.Name = text(150) }, "TransactWriteItems: Put Boxes, Put Deep")
		step("the nested one back", func(b *box) { b.Deep.Leaf = leaf{} }, "TransactWriteItems: Put Boxes, Put Deep, Delete Leaf")
	}},
	{"WhenOver, updates move nothing", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, boxIn("", "", shard.WhenOver(100)))
		b := box{ID: "b", Part: sized(50), Parts: []leaf{sized(50), sized(150)}, ByKey: map[string]leaf{}}
		key, err := r.Create(ctx, &b)
		must(t, err)
		x.net.Reset()
		must(t, r.Update(ctx, key, lens.Append(xParts, sized(60))))
		x.wantSent(t, "append of a small one", "TransactWriteItems: Update Boxes")
		must(t, r.Update(ctx, key, lens.Append(xParts, sized(160), sized(70))))
		x.wantSent(t, "append of a large one", "TransactWriteItems: Update Boxes, Put Parts")
		must(t, r.Update(ctx, key, lens.Join(xPart, lText).Set(text(300))))
		x.wantSent(t, "growing in place", "TransactWriteItems: Update Boxes")
		must(t, r.Update(ctx, key, lens.Join(lens.At(xParts, 2), lText).Set(text(300)), lens.Join(lens.At(xParts, 1), lText).Set("")))
		must(t, r.Update(ctx, key, lens.Entry(xByKey, "large").Set(sized(150)), lens.Entry(xByKey, "small").Set(sized(50))))
		got, err := r.Get(ctx, key)
		must(t, err)
		b.Part.Text, b.Meta = text(300), got.Meta
		b.Parts = []leaf{sized(50), {}, {Text: text(300)}, sized(160), sized(70)}
		b.ByKey = map[string]leaf{"large": sized(150), "small": sized(50)}
		equal(t, "box", *got, b)
		CheckOrphans(t, x.raw, x.prefix)
		puts(t, x, r, got, "TransactWriteItems: Put Boxes, Put Part, Put Parts, Delete Parts")
		b.Meta = got.Meta
		has(t, r, key, "box put", b)
	}},
}
