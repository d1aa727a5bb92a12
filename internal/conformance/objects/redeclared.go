package objects

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// redeclaredChecks change the declaration of stored objects.
var redeclaredChecks = []kit.Check{
	{Name: "MovedFrom", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		before := kit.Open(t, x, boxIn("Old", ""))
		after := kit.Open(t, x, boxIn("New", "Old", shard.KeyName("pk")))
		b := aBox("b")
		key, err := before.Create(ctx, &b)
		kit.Must(t, err)
		old := map[string]int{"Boxes": 1, "OldPart": 2, "OldParts": 2, "OldByKey": 1, "OldDeep": 1, "OldLeaf": 2}
		x.Counted(t, "created", old)
		x.Net.Reset()

		kit.Has(t, after, key, "box", b)
		x.WantSent(t, "get", "BatchGetItem: Boxes, NewDeep, NewLeaf, NewPart x2",
			"BatchGetItem: Boxes, OldByKey, OldDeep, OldLeaf x2, OldPart x2, OldParts x2")
		n, err := repo.Read(ctx, after, key, xDeepN)
		kit.Must(t, err)
		kit.Equal(t, "path", n, 6)

		kit.Must(t, after.Update(ctx, key, lens.Add(xDeepN, 1), lens.Append(xParts, trees.NewLeaf("c", 8)), lens.Join(lens.Entry(xByKey, "k"), lN).Set(9)))
		old["OldParts"]++
		x.Counted(t, "updated", old)
		b.Deep.Leaf.N, b.Parts, b.ByKey["k"] = 7, append(b.Parts, trees.NewLeaf("c", 8)), leaf{Text: "k", N: 9, Tags: []string{"k"}}
		got, err := before.Get(ctx, key)
		kit.Must(t, err)
		b.Meta = got.Meta
		kit.Equal(t, "box updated", *got, b)

		got, err = after.Get(ctx, key)
		kit.Must(t, err)
		kit.Puts(t, x, after, got, "TransactWriteItems: Put Boxes, Put NewPart x2, Put NewParts x3, Put NewByKey, Put NewDeep, Put NewLeaf x2,"+
			" Delete OldByKey, Delete OldDeep, Delete OldLeaf x2, Delete OldPart x2, Delete OldParts x3")
		x.Counted(t, "put", map[string]int{"Boxes": 1, "NewPart": 2, "NewParts": 3, "NewByKey": 1, "NewDeep": 1, "NewLeaf": 2})
		b.Meta = got.Meta
		kit.Has(t, after, key, "box put", b)

		_, err = before.Get(ctx, key)
		kit.WantErr(t, "get by the old declaration", err, repo.ErrCorrupt,
			"the stored layout puts this part into table NewByKey, which the model does not name; see shard.MovedFrom and repo.AllowTables")
	}},
	{Name: "MovedFrom, put of what was not read", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		before := kit.Open(t, x, boxIn("Old", ""))
		after := kit.Open(t, x, boxIn("New", "Old"))
		b := aBox("b")
		key, err := before.Create(ctx, &b)
		kit.Must(t, err)
		v := box{ID: "b", Opt: &leaf{N: 3}, Parts: []leaf{{N: 1}}}
		_, err = after.Put(ctx, &v)
		kit.Must(t, err)
		x.Counted(t, "put", map[string]int{"Boxes": 1, "NewPart": 2, "NewParts": 1, "NewDeep": 1, "NewLeaf": 1})
		kit.Has(t, after, key, "box", v)
	}},
	{Name: "MovedFrom, delete", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		before := kit.Open(t, x, boxIn("Old", ""))
		after := kit.Open(t, x, boxIn("New", "Old"))
		for _, id := range []string{"by key", "by value"} {
			b := aBox(id)
			_, err := before.Create(ctx, &b)
			kit.Must(t, err)
		}
		kit.Must(t, after.Delete(ctx, boxID.Of("by key")))
		v, err := after.Get(ctx, boxID.Of("by value"))
		kit.Must(t, err)
		kit.Must(t, after.DeleteValue(ctx, v))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "a table that nobody names", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		before := kit.Open(t, x, boxIn("Old", ""))
		after := kit.Open(t, x, boxIn("New", ""))
		b := aBox("b")
		key, err := before.Create(ctx, &b)
		kit.Must(t, err)
		all := map[string]int{"Boxes": 1, "OldPart": 2, "OldParts": 2, "OldByKey": 1, "OldDeep": 1, "OldLeaf": 2}
		const text = "which the model does not name; see shard.MovedFrom and repo.AllowTables"
		_, err = after.Get(ctx, key)
		kit.WantErr(t, "get", err, repo.ErrCorrupt, text)
		for v, err := range after.Scan(ctx) {
			kit.Equal(t, "scanned", v, nil)
			kit.WantErr(t, "scan", err, repo.ErrCorrupt, text)
		}
		_, err = repo.Read(ctx, after, key, xDeepN)
		kit.WantErr(t, "read", err, repo.ErrCorrupt, text)
		kit.WantErr(t, "update", after.Update(ctx, key, xDeepN.Set(1)), repo.ErrCorrupt, text)
		kit.WantErr(t, "delete", after.Delete(ctx, key), repo.ErrCorrupt, text)
		v := aBox("b")
		_, err = after.Put(ctx, &v)
		kit.WantErr(t, "put", err, repo.ErrCorrupt, text)
		x.Counted(t, "left", all)
		kit.Has(t, before, key, "box", b)
	}},
	{Name: "a path that becomes a shard", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		before := kit.Open(t, x, repo.TableOf("Boxes", boxID, keepBox))
		after := kit.Open(t, x, boxIn("", ""))
		b := aBox("b")
		key, err := before.Create(ctx, &b)
		kit.Must(t, err)
		kit.Has(t, after, key, "box", b)
		n, err := repo.Read(ctx, after, key, xDeepN)
		kit.Must(t, err)
		kit.Equal(t, "path", n, 6)
		kit.Must(t, after.Update(ctx, key, lens.Add(xDeepN, 1), lens.Append(xParts, trees.NewLeaf("c", 8)), lens.Entry(xByKey, "new").Set(leaf{}), xOpt.Set(nil)))
		x.Counted(t, "updated", map[string]int{"Boxes": 1})
		got, err := after.Get(ctx, key)
		kit.Must(t, err)
		b.Deep.Leaf.N, b.Parts, b.ByKey["new"], b.Opt, b.Meta = 7, append(b.Parts, trees.NewLeaf("c", 8)), leaf{}, nil, got.Meta
		kit.Equal(t, "box updated", *got, b)
		kit.Puts(t, x, after, got, "TransactWriteItems: Put Boxes, Put Part, Put Parts x3, Put ByKey x2, Put Deep, Put Leaf x2")
		b.Meta = got.Meta
		kit.Has(t, after, key, "box put", b)
	}},
	{Name: "a path that stops being a shard", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		before := kit.Open(t, x, boxIn("", ""))
		after := kit.Open(t, x, repo.TableOf("Boxes", boxID, keepBox), repo.AllowTables("Part", "Parts", "ByKey", "Deep", "Leaf"))
		b := aBox("b")
		key, err := before.Create(ctx, &b)
		kit.Must(t, err)
		kit.Has(t, after, key, "box", b)
		n, err := repo.Read(ctx, after, key, xDeepN)
		kit.Must(t, err)
		kit.Equal(t, "path", n, 6)
		kit.Must(t, after.Update(ctx, key, lens.Add(xDeepN, 1)))
		got, err := after.Get(ctx, key)
		kit.Must(t, err)
		b.Deep.Leaf.N, b.Meta = 7, got.Meta
		kit.Equal(t, "box updated", *got, b)
		kit.Puts(t, x, after, got, "TransactWriteItems: Put Boxes, Delete ByKey, Delete Deep, Delete Leaf x2, Delete Part x2, Delete Parts x2")
		x.Counted(t, "put", map[string]int{"Boxes": 1})
		b.Meta = got.Meta
		kit.Has(t, after, key, "box put", b)
	}},
	{Name: "a table shared with a shard that stays", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		part := func(b *box) *leaf { return &b.Part }
		before := kit.Open(t, x, repo.TableOf("Boxes", boxID, keepBox, shard.New(shard.To("Shared"), part),
			shard.Each(shard.To("Shared"), func(b *box) *[]leaf { return &b.Parts })))
		after := kit.Open(t, x, repo.TableOf("Boxes", boxID, keepBox, shard.New(shard.To("Shared"), part)))
		b := aBox("b")
		key, err := before.Create(ctx, &b)
		kit.Must(t, err)
		got := kit.Has(t, after, key, "box", b)
		kit.Puts(t, x, after, got, "TransactWriteItems: Put Boxes, Delete Shared x2")
		b.Meta = got.Meta
		kit.Has(t, before, key, "box put", b)
	}},
	{Name: "one shard becomes several", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		deep := func(b *box) *branch { return &b.Deep }
		before := kit.Open(t, x, repo.TableOf("Boxes", boxID, keepBox, shard.New(shard.To("Deep"), deep)))
		after := kit.Open(t, x, repo.TableOf("Boxes", boxID, keepBox, shard.New(shard.To("Deep"), deep,
			shard.New(shard.To("Leaf"), func(b *branch) *leaf { return &b.Leaf }))))
		b := aBox("b")
		key, err := before.Create(ctx, &b)
		kit.Must(t, err)
		got := kit.Has(t, after, key, "box", b)
		kit.Puts(t, x, after, got, "TransactWriteItems: Put Boxes, Put Deep, Put Leaf")
		b.Meta = got.Meta
		kit.Has(t, after, key, "box put", b)
	}},
}
