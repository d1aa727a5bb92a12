package objects

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/shard"
)

// sized returns a leaf that takes n bytes as an item.
func sized(n int) leaf {
	return leaf{Text: kit.Text(n - item.Size(kit.Row{"text": kit.Str(""), "n": kit.Num("0")}))}
}

var moveChecks = []kit.Check{
	{Name: "WhenOver, at the threshold", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, boxIn("", "", shard.WhenOver(100)))
		for _, c := range []struct {
			name string
			size int
			sent string
		}{
			{"below", 99, "TransactWriteItems: Put Boxes"}, {"at", 100, "TransactWriteItems: Put Boxes"}, {"above", 101, "TransactWriteItems: Put Boxes, Put Part"},
		} {
			b := box{ID: c.name, Part: sized(c.size)}
			key, err := r.Create(ctx, &b)
			kit.Must(t, err)
			x.WantSent(t, c.name, c.sent)
			got, err := r.Get(ctx, key)
			kit.Must(t, err)
			kit.Equal(t, c.name, *got, b)
			x.Net.Reset()
		}
	}},
	{Name: "WhenOver, moved by puts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, boxIn("", "", shard.WhenOver(100)))
		b := box{ID: "b", Part: sized(50), Parts: []leaf{}, ByKey: map[string]leaf{}}
		key, err := r.Create(ctx, &b)
		kit.Must(t, err)
		x.Net.Reset()
		step := func(name string, change func(*box), sent string) {
			t.Helper()
			got, err := r.Get(ctx, key)
			kit.Must(t, err)
			change(got)
			want := *got
			x.Net.Reset()
			_, err = r.Put(ctx, got)
			kit.Must(t, err)
			x.WantSent(t, name, sent)
			want.Meta = got.Meta
			got, err = r.Get(ctx, key)
			kit.Must(t, err)
			kit.Equal(t, name, *got, want)
			kit.CheckOrphans(t, x.Raw, x.Prefix)
		}
		step("grow", func(b *box) { b.Part = sized(200) }, "TransactWriteItems: Put Boxes, Put Part")
		step("shrink", func(b *box) { b.Part = sized(50) }, "TransactWriteItems: Put Boxes, Delete Part")
		step("grow both", func(b *box) { b.Part, b.Opt = sized(200), &leaf{Text: kit.Text(200)} }, "TransactWriteItems: Put Boxes, Put Part x2")
		step("stay", func(b *box) {}, "PutItem: Boxes")
		step("shrink both", func(b *box) { b.Part, b.Opt = leaf{}, &leaf{} }, "TransactWriteItems: Put Boxes, Delete Part x2")
		step("a mixed list", func(b *box) { b.Parts = []leaf{sized(50), sized(150), sized(60), sized(160)} }, "TransactWriteItems: Put Boxes, Put Parts x2")
		step("a mixed map", func(b *box) { b.ByKey = map[string]leaf{"a": sized(50), "b": sized(150), "c": sized(60)} }, "TransactWriteItems: Put Boxes, Put ByKey")
		step("elements cross", func(b *box) { b.Parts[0], b.Parts[1] = sized(170), sized(70) }, "TransactWriteItems: Put Boxes, Put Parts, Delete Parts")
		step("elements reordered", func(b *box) { b.Parts[0], b.Parts[1], b.Parts[2] = b.Parts[1], b.Parts[2], b.Parts[0] }, "PutItem: Boxes")
		step("entries cross", func(b *box) { b.ByKey["a"], b.ByKey["b"] = sized(150), sized(50) }, "TransactWriteItems: Put Boxes, Put ByKey, Delete ByKey")
		step("a nested one", func(b *box) { b.Deep.Leaf = sized(150) }, "TransactWriteItems: Put Boxes, Put Leaf")
		step("its parent too", func(b *box) { b.Deep.Name = kit.Text(150) }, "TransactWriteItems: Put Boxes, Put Deep")
		step("the nested one back", func(b *box) { b.Deep.Leaf = leaf{} }, "TransactWriteItems: Put Boxes, Put Deep, Delete Leaf")
	}},
	{Name: "WhenOver, updates move nothing", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, boxIn("", "", shard.WhenOver(100)))
		b := box{ID: "b", Part: sized(50), Parts: []leaf{sized(50), sized(150)}, ByKey: map[string]leaf{}}
		key, err := r.Create(ctx, &b)
		kit.Must(t, err)
		x.Net.Reset()
		kit.Must(t, r.Update(ctx, key, lens.Append(xParts, sized(60))))
		x.WantSent(t, "append of a small one", "TransactWriteItems: Update Boxes")
		kit.Must(t, r.Update(ctx, key, lens.Append(xParts, sized(160), sized(70))))
		x.WantSent(t, "append of a large one", "TransactWriteItems: Update Boxes, Put Parts")
		kit.Must(t, r.Update(ctx, key, lens.Join(xPart, lText).Set(kit.Text(300))))
		x.WantSent(t, "growing in place", "TransactWriteItems: Update Boxes")
		kit.Must(t, r.Update(ctx, key, lens.Join(lens.At(xParts, 2), lText).Set(kit.Text(300)), lens.Join(lens.At(xParts, 1), lText).Set("")))
		kit.Must(t, r.Update(ctx, key, lens.Entry(xByKey, "large").Set(sized(150)), lens.Entry(xByKey, "small").Set(sized(50))))
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		b.Part.Text, b.Meta = kit.Text(300), got.Meta
		b.Parts = []leaf{sized(50), {}, {Text: kit.Text(300)}, sized(160), sized(70)}
		b.ByKey = map[string]leaf{"large": sized(150), "small": sized(50)}
		kit.Equal(t, "box", *got, b)
		kit.CheckOrphans(t, x.Raw, x.Prefix)
		kit.Puts(t, x, r, got, "TransactWriteItems: Put Boxes, Put Part, Put Parts, Delete Parts")
		b.Meta = got.Meta
		kit.Has(t, r, key, "box put", b)
	}},
}
