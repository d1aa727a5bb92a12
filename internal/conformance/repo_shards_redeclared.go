package conformance

import (
	"testing"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// counted fails t unless the tables hold so many items each.
func (x *world) counted(t *testing.T, what string, want map[string]int) {
	t.Helper()
	d, err := DumpTables(t.Context(), x.raw, x.prefix)
	must(t, err)
	equal(t, "items "+what, d.Count(), want)
}

// What happens to stored objects when the declaration changes.
var redeclaredChecks = []repoCheck{
	{"MovedFrom", func(t *testing.T, x *world) {
		ctx := t.Context()
		before := open(t, x, boxIn("Old", ""))
		after := open(t, x, boxIn("New", "Old", shard.KeyName("pk")))
		b := aBox("b")
		key, err := before.Create(ctx, &b)
		must(t, err)
		old := map[string]int{"Boxes": 1, "OldPart": 2, "OldParts": 2, "OldByKey": 1, "OldDeep": 1, "OldLeaf": 2}
		x.counted(t, "created", old)
		x.net.Reset()

		has(t, after, key, "box", b)
		x.wantSent(t, "get", "BatchGetItem: Boxes, NewDeep, NewLeaf, NewPart x2",
			"BatchGetItem: Boxes, OldByKey, OldDeep, OldLeaf x2, OldPart x2, OldParts x2")
		n, err := repo.Read(ctx, after, key, xDeepN)
		must(t, err)
		equal(t, "path", n, 6)

		must(t, after.Update(ctx, key, lens.Add(xDeepN, 1), lens.Append(xParts, aLeaf("c", 8)), lens.Join(lens.Entry(xByKey, "k"), lN).Set(9)))
		old["OldParts"]++
		x.counted(t, "updated", old)
		b.Deep.Leaf.N, b.Parts, b.ByKey["k"] = 7, append(b.Parts, aLeaf("c", 8)), leaf{Text: "k", N: 9, Tags: []string{"k"}}
		got, err := before.Get(ctx, key)
		must(t, err)
		b.Meta = got.Meta
		equal(t, "box updated", *got, b)

		got, err = after.Get(ctx, key)
		must(t, err)
		puts(t, x, after, got, "TransactWriteItems: Put Boxes, Put NewPart x2, Put NewParts x3, Put NewByKey, Put NewDeep, Put NewLeaf x2,"+
			" Delete OldByKey, Delete OldDeep, Delete OldLeaf x2, Delete OldPart x2, Delete OldParts x3")
		x.counted(t, "put", map[string]int{"Boxes": 1, "NewPart": 2, "NewParts": 3, "NewByKey": 1, "NewDeep": 1, "NewLeaf": 2})
		b.Meta = got.Meta
		has(t, after, key, "box put", b)

		_, err = before.Get(ctx, key)
		wantErr(t, "get by the old declaration", err, repo.ErrCorrupt,
			"the stored layout puts this part into table NewByKey, which the model does not name; see shard.MovedFrom and repo.AllowTables")
	}},
	{"MovedFrom, put of what was not read", func(t *testing.T, x *world) {
		ctx := t.Context()
		before := open(t, x, boxIn("Old", ""))
		after := open(t, x, boxIn("New", "Old"))
		b := aBox("b")
		key, err := before.Create(ctx, &b)
		must(t, err)
		v := box{ID: "b", Opt: &leaf{N: 3}, Parts: []leaf{{N: 1}}}
		_, err = after.Put(ctx, &v)
		must(t, err)
		x.counted(t, "put", map[string]int{"Boxes": 1, "NewPart": 2, "NewParts": 1, "NewDeep": 1, "NewLeaf": 1})
		has(t, after, key, "box", v)
	}},
	{"MovedFrom, delete", func(t *testing.T, x *world) {
		ctx := t.Context()
		before := open(t, x, boxIn("Old", ""))
		after := open(t, x, boxIn("New", "Old"))
		for _, id := range []string{"by key", "by value"} {
			b := aBox(id)
			_, err := before.Create(ctx, &b)
			must(t, err)
		}
		must(t, after.Delete(ctx, boxID.Of("by key")))
		v, err := after.Get(ctx, boxID.Of("by value"))
		must(t, err)
		must(t, after.DeleteValue(ctx, v))
		x.counted(t, "left", map[string]int{})
	}},
	{"a table that nobody names", func(t *testing.T, x *world) {
		ctx := t.Context()
		before := open(t, x, boxIn("Old", ""))
		after := open(t, x, boxIn("New", ""))
		b := aBox("b")
		key, err := before.Create(ctx, &b)
		must(t, err)
		all := map[string]int{"Boxes": 1, "OldPart": 2, "OldParts": 2, "OldByKey": 1, "OldDeep": 1, "OldLeaf": 2}
		const text = "which the model does not name; see shard.MovedFrom and repo.AllowTables"
		_, err = after.Get(ctx, key)
		wantErr(t, "get", err, repo.ErrCorrupt, text)
		for v, err := range after.Scan(ctx) {
			equal(t, "scanned", v, nil)
			wantErr(t, "scan", err, repo.ErrCorrupt, text)
		}
		_, err = repo.Read(ctx, after, key, xDeepN)
		wantErr(t, "read", err, repo.ErrCorrupt, text)
		wantErr(t, "update", after.Update(ctx, key, xDeepN.Set(1)), repo.ErrCorrupt, text)
		wantErr(t, "delete", after.Delete(ctx, key), repo.ErrCorrupt, text)
		v := aBox("b")
		_, err = after.Put(ctx, &v)
		wantErr(t, "put", err, repo.ErrCorrupt, text)
		x.counted(t, "left", all)
		has(t, before, key, "box", b)
	}},
	{"a path that becomes a shard", func(t *testing.T, x *world) {
		ctx := t.Context()
		before := open(t, x, repo.TableOf("Boxes", boxID, keepBox))
		after := open(t, x, boxIn("", ""))
		b := aBox("b")
		key, err := before.Create(ctx, &b)
		must(t, err)
		has(t, after, key, "box", b)
		n, err := repo.Read(ctx, after, key, xDeepN)
		must(t, err)
		equal(t, "path", n, 6)
		must(t, after.Update(ctx, key, lens.Add(xDeepN, 1), lens.Append(xParts, aLeaf("c", 8)), lens.Entry(xByKey, "new").Set(leaf{}), xOpt.Set(nil)))
		x.counted(t, "updated", map[string]int{"Boxes": 1})
		got, err := after.Get(ctx, key)
		must(t, err)
		b.Deep.Leaf.N, b.Parts, b.ByKey["new"], b.Opt, b.Meta = 7, append(b.Parts, aLeaf("c", 8)), leaf{}, nil, got.Meta
		equal(t, "box updated", *got, b)
		puts(t, x, after, got, "TransactWriteItems: Put Boxes, Put Part, Put Parts x3, Put ByKey x2, Put Deep, Put Leaf x2")
		b.Meta = got.Meta
		has(t, after, key, "box put", b)
	}},
	{"a path that stops being a shard", func(t *testing.T, x *world) {
		ctx := t.Context()
		before := open(t, x, boxIn("", ""))
		after := open(t, x, repo.TableOf("Boxes", boxID, keepBox), repo.AllowTables("Part", "Parts", "ByKey", "Deep", "Leaf"))
		b := aBox("b")
		key, err := before.Create(ctx, &b)
		must(t, err)
		has(t, after, key, "box", b)
		n, err := repo.Read(ctx, after, key, xDeepN)
		must(t, err)
		equal(t, "path", n, 6)
		must(t, after.Update(ctx, key, lens.Add(xDeepN, 1)))
		got, err := after.Get(ctx, key)
		must(t, err)
		b.Deep.Leaf.N, b.Meta = 7, got.Meta
		equal(t, "box updated", *got, b)
		puts(t, x, after, got, "TransactWriteItems: Put Boxes, Delete ByKey, Delete Deep, Delete Leaf x2, Delete Part x2, Delete Parts x2")
		x.counted(t, "put", map[string]int{"Boxes": 1})
		b.Meta = got.Meta
		has(t, after, key, "box put", b)
	}},
	{"a table shared with a shard that stays", func(t *testing.T, x *world) {
		ctx := t.Context()
		part := func(b *box) *leaf { return &b.Part }
		before := open(t, x, repo.TableOf("Boxes", boxID, keepBox, shard.New(shard.To("Shared"), part),
			shard.Each(shard.To("Shared"), func(b *box) *[]leaf { return &b.Parts })))
		after := open(t, x, repo.TableOf("Boxes", boxID, keepBox, shard.New(shard.To("Shared"), part)))
		b := aBox("b")
		key, err := before.Create(ctx, &b)
		must(t, err)
		got := has(t, after, key, "box", b)
		puts(t, x, after, got, "TransactWriteItems: Put Boxes, Delete Shared x2")
		b.Meta = got.Meta
		has(t, before, key, "box put", b)
	}},
	{"one shard becomes several", func(t *testing.T, x *world) {
		ctx := t.Context()
		deep := func(b *box) *branch { return &b.Deep }
		before := open(t, x, repo.TableOf("Boxes", boxID, keepBox, shard.New(shard.To("Deep"), deep)))
		after := open(t, x, repo.TableOf("Boxes", boxID, keepBox, shard.New(shard.To("Deep"), deep,
			shard.New(shard.To("Leaf"), func(b *branch) *leaf { return &b.Leaf }))))
		b := aBox("b")
		key, err := before.Create(ctx, &b)
		must(t, err)
		got := has(t, after, key, "box", b)
		puts(t, x, after, got, "TransactWriteItems: Put Boxes, Put Deep, Put Leaf")
		b.Meta = got.Meta
		has(t, after, key, "box put", b)
	}},
}
