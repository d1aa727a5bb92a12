package objects

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// theirs is the item of a box from another program. It has no record, NULL where
// Go has nil, and an attribute that no Go type has.
func theirs(id string) kit.Row {
	return kit.Row{
		"id": kit.Str(id), "part": kit.Object(kit.Row{"text": kit.Str("t"), "n": kit.Num("1"), "tags": kit.Null()}), "opt": kit.Null(), "bykey": kit.Null(),
		"parts": kit.List(kit.Object(kit.Row{"text": kit.Str("a"), "n": kit.Num("2")}), kit.Object(kit.Row{"n": kit.Num("3"), "text": kit.Null()})),
		"deep":  kit.Object(kit.Row{"name": kit.Str("d"), "leaf": kit.Object(kit.Row{"n": kit.Num("4")}), "leaves": kit.List()}), "note": kit.Str("theirs"),
	}
}

func theirBox(id string) box {
	return box{ID: id, Part: leaf{Text: "t", N: 1}, Parts: []leaf{{Text: "a", N: 2}, {N: 3}}, Deep: branch{Name: "d", Leaf: leaf{N: 4}, Leaves: []leaf{}}}
}

// root returns the stored root item of a box.
func root(t *testing.T, x *kit.World, id string) kit.Row {
	t.Helper()
	d, err := kit.DumpTables(t.Context(), x.Raw, x.Prefix)
	kit.Must(t, err)
	for _, item := range d.Table("Boxes").Items {
		if kit.StringOf(item["id"]) == id {
			return item
		}
	}
	return nil
}

var foreignChecks = []kit.Check{
	{Name: "read", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, boxIn("", ""))
		x.Plant(t, "Boxes", theirs("b"))
		key := boxID.Of("b")
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "box", *got, theirBox("b"))
		kit.Equal(t, "boxes", kit.All(t, r.Scan(ctx)), []box{theirBox("b")})
		n, err := repo.Read(ctx, r, key, xDeepN)
		kit.Must(t, err)
		kit.Equal(t, "path", n, 4)
		texts, err := repo.ReadAll(ctx, r, key, lens.Each(xParts, lText))
		kit.Must(t, err)
		kit.Equal(t, "values", texts, []string{"a", ""})
		ok, err := r.Exists(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "exists", ok, true)
		kit.Same(t, "item", root(t, x, "b"), theirs("b"))
	}},
	{Name: "the first put adopts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, boxIn("", ""))
		x.Plant(t, "Boxes", theirs("b"))
		got, err := r.Get(ctx, boxID.Of("b"))
		kit.Must(t, err)
		got.Part.N = 9
		x.Net.Reset()
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		x.WantSent(t, "put", "TransactWriteItems: Update Boxes, Put Part, Put Parts x2, Put Deep, Put Leaf")
		want := theirBox("b")
		want.Part.N, want.Meta = 9, got.Meta
		kit.Equal(t, "version", got.Meta.Version, 1)
		// The item is what a Create would have stored, with their attribute added.
		item := root(t, x, "b")
		kit.Same(t, "item", kit.Without(item, "_meta"), kit.Row{"id": kit.Str("b"), "note": kit.Str("theirs")})
		again, err := r.Get(ctx, boxID.Of("b"))
		kit.Must(t, err)
		kit.Equal(t, "box", *again, want)
	}},
	{Name: "the first update adopts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, boxIn("", ""))
		x.Plant(t, "Boxes", theirs("b"))
		key := boxID.Of("b")
		kit.Must(t, r.Update(ctx, key, lens.Add(xDeepN, 1), lens.Join(lens.At(xParts, 1), lN).Set(7)))
		item := root(t, x, "b")
		want := theirs("b")
		want["deep"] = kit.Object(kit.Row{"name": kit.Str("d"), "leaf": kit.Object(kit.Row{"n": kit.Num("5")}), "leaves": kit.List()})
		want["parts"] = kit.List(kit.Object(kit.Row{"text": kit.Str("a"), "n": kit.Num("2")}), kit.Object(kit.Row{"n": kit.Num("7"), "text": kit.Null()}))
		kit.Same(t, "item", kit.Without(item, "_meta"), want)
		rec, err := stored.Decode(item["_meta"])
		kit.Must(t, err)
		kit.Equal(t, "version", rec.Version, 1)
		x.Counted(t, "stored", map[string]int{"Boxes": 1})
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		box := theirBox("b")
		box.Deep.Leaf.N, box.Parts[1].N, box.Meta = 5, 7, got.Meta
		kit.Equal(t, "box", *got, box)
		// A tracked put keeps their attribute.
		x.Net.Reset()
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		x.WantSent(t, "put", "TransactWriteItems: Put Boxes, Put Part, Put Parts x2, Put Deep, Put Leaf")
		kit.Same(t, "their attribute", root(t, x, "b")["note"], kit.Str("theirs"))
	}},
	{Name: "update of every kind", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, boxIn("", ""))
		x.Plant(t, "Boxes", theirs("b"))
		key := boxID.Of("b")
		kit.WantErr(t, "entry of NULL", r.Update(ctx, key, lens.Entry(xByKey, "k").Set(leaf{N: 1})), repo.ErrNoPath, "")
		kit.WantErr(t, "if", r.Update(ctx, key, xDeepN.Set(1), repo.If(xDeepN.Gt(4))), repo.ErrCondition, "")
		kit.Must(t, r.Update(ctx, key, lens.Append(xParts, leaf{N: 5}), xOpt.Set(&leaf{N: 6}), xPart.Set(leaf{N: 7}), xByKey.Set(map[string]leaf{}),
			repo.If(xDeepN.Eq(4))))
		kit.Must(t, r.Update(ctx, key, lens.Entry(xByKey, "k").Set(leaf{N: 8}), lens.At(xParts, 0).Remove()))
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		want := theirBox("b")
		want.Parts, want.Opt, want.Part, want.ByKey, want.Meta = []leaf{{N: 3}, {N: 5}}, &leaf{N: 6}, leaf{N: 7}, map[string]leaf{"k": {N: 8}}, got.Meta
		kit.Equal(t, "box", *got, want)
		kit.Equal(t, "version", got.Meta.Version, 2)
	}},
	{Name: "delete, create", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, boxIn("", ""))
		x.Plant(t, "Boxes", theirs("b"))
		b := aBox("b")
		_, err := r.Create(ctx, &b)
		kit.WantErr(t, "create", err, repo.ErrExists, "")
		_, err = r.Put(ctx, &b, repo.KeepShards())
		kit.WantErr(t, "put with KeepShards", err, repo.ErrInvalid, "")
		kit.Must(t, r.Modify(ctx, boxID.Of("b"), func(b *box) error { b.Opt = &leaf{N: 1}; return nil }))
		x.Plant(t, "Boxes", theirs("c"))
		kit.Must(t, r.Delete(ctx, boxID.Of("b"), repo.MustExist()))
		kit.Must(t, r.Delete(ctx, boxID.Of("c"), repo.MustExist()))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "NULL counts as absent", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote))
		for _, id := range []string{"plain", "adopted"} {
			x.Plant(t, "Notes", kit.Row{"id": kit.Str(id), "text": kit.Null(), "n": kit.Null(), "opt": kit.Null(), "tags": kit.Null()})
			key := noteID.Of(id)
			if id == "adopted" {
				kit.Must(t, r.Update(ctx, key, nText.Set("x")))
				kit.Must(t, r.Update(ctx, key, nText.Remove()))
			}
			v := "v"
			kit.Must(t, r.Update(ctx, key, lens.Add(nN, 2)))
			kit.Must(t, r.Update(ctx, key, lens.Append(nTags, "a")))
			kit.Must(t, r.Update(ctx, key, nOpt.SetIfAbsent(&v)))
			kit.Must(t, r.Update(ctx, key, lens.Add(nN, 3), lens.Append(nTags, "b"), nOpt.SetIfAbsent(nil), nText.SetIfAbsent("t")))
			got, err := r.Get(ctx, key)
			kit.Must(t, err)
			kit.Equal(t, "note", *got, note{ID: id, Text: "t", N: 5, Opt: &v, Tags: []string{"a", "b"}, Meta: got.Meta})
		}
		x.Plant(t, "Notes", kit.Row{"id": kit.Str("typed"), "n": kit.Str("one"), "tags": kit.StrSet("a")})
		kit.WantErr(t, "add to a text", r.Update(ctx, noteID.Of("typed"), lens.Add(nN, 1)), repo.ErrInvalid, "S")
		kit.WantErr(t, "append to a set", r.Update(ctx, noteID.Of("typed"), lens.Append(nTags, "b")), repo.ErrInvalid, "SS")
		_, err := r.Get(ctx, noteID.Of("typed"))
		kit.WantErr(t, "get", err, repo.ErrCorrupt, "n")
	}},
	{Name: "all NULLs at once", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote))
		x.Plant(t, "Notes", kit.Row{"id": kit.Str("n"), "n": kit.Null(), "opt": kit.Null(), "tags": kit.Null()})
		v := "v"
		kit.Must(t, r.Update(ctx, noteID.Of("n"), lens.Add(nN, 2), lens.Append(nTags, "a"), nOpt.SetIfAbsent(&v)))
		got, err := r.Get(ctx, noteID.Of("n"))
		kit.Must(t, err)
		kit.Equal(t, "note", *got, note{ID: "n", N: 2, Opt: &v, Tags: []string{"a"}, Meta: got.Meta})
	}},
	{Name: "EnsureParents", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		for _, m := range []struct {
			name  string
			model repo.Model[box]
		}{{"flat", repo.TableOf("Flat", boxID, keepBox)}, {"divided", boxIn("", "")}} {
			t.Run(m.name, func(t *testing.T) {
				r := kit.Open(t, x, m.model)
				b := box{ID: "b"}
				key, err := r.Create(ctx, &b)
				kit.Must(t, err)
				optN := lens.Of(func(b *box) *int { return &b.Opt.N })
				kit.WantErr(t, "update", r.Update(ctx, key, optN.Set(1)), repo.ErrNoPath, "")
				kit.Must(t, r.With(repo.EnsureParents()).Update(ctx, key, optN.Set(1)))
				got, err := r.Get(ctx, key)
				kit.Must(t, err)
				kit.Equal(t, "box", *got, box{ID: "b", Opt: &leaf{N: 1}, Meta: got.Meta})
			})
		}
	}},
}
