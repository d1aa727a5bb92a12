package conformance

import (
	"testing"

	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// theirs is the item of a box that another program wrote: no record, NULL
// where Go has nil, and an attribute that nobody here knows.
func theirs(id string) row {
	return row{
		"id": str(id), "part": object(row{"text": str("t"), "n": num("1"), "tags": null()}), "opt": null(), "bykey": null(),
		"parts": list(object(row{"text": str("a"), "n": num("2")}), object(row{"n": num("3"), "text": null()})),
		"deep":  object(row{"name": str("d"), "leaf": object(row{"n": num("4")}), "leaves": list()}), "note": str("theirs"),
	}
}

func theirBox(id string) box {
	return box{ID: id, Part: leaf{Text: "t", N: 1}, Parts: []leaf{{Text: "a", N: 2}, {N: 3}}, Deep: branch{Name: "d", Leaf: leaf{N: 4}, Leaves: []leaf{}}}
}

// root is the raw root item of a box.
func (x *world) root(t *testing.T, id string) row {
	t.Helper()
	d, err := DumpTables(t.Context(), x.raw, x.prefix)
	must(t, err)
	for _, item := range d.Table("Boxes").Items {
		if str1(item["id"]) == id {
			return item
		}
	}
	return nil
}

var foreignChecks = []repoCheck{
	{"read", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, boxIn("", ""))
		x.plant(t, "Boxes", theirs("b"))
		key := boxID.Of("b")
		got, err := r.Get(ctx, key)
		must(t, err)
		equal(t, "box", *got, theirBox("b"))
		equal(t, "boxes", all(t, r.Scan(ctx)), []box{theirBox("b")})
		n, err := repo.Read(ctx, r, key, xDeepN)
		must(t, err)
		equal(t, "path", n, 4)
		texts, err := repo.ReadAll(ctx, r, key, lens.Each(xParts, lText))
		must(t, err)
		equal(t, "values", texts, []string{"a", ""})
		ok, err := r.Exists(ctx, key)
		must(t, err)
		equal(t, "exists", ok, true)
		same(t, "item", x.root(t, "b"), theirs("b"))
	}},
	{"the first put adopts", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, boxIn("", ""))
		x.plant(t, "Boxes", theirs("b"))
		got, err := r.Get(ctx, boxID.Of("b"))
		must(t, err)
		got.Part.N = 9
		x.net.Reset()
		_, err = r.Put(ctx, got)
		must(t, err)
		x.wantSent(t, "put", "TransactWriteItems: Update Boxes, Put Part, Put Parts x2, Put Deep, Put Leaf")
		want := theirBox("b")
		want.Part.N, want.Meta = 9, got.Meta
		equal(t, "version", got.Meta.Version, 1)
		// What is stored is what a Create would have stored, and their attribute.
		item := x.root(t, "b")
		same(t, "item", without(item, "_meta"), row{"id": str("b"), "note": str("theirs")})
		again, err := r.Get(ctx, boxID.Of("b"))
		must(t, err)
		equal(t, "box", *again, want)
	}},
	{"the first update adopts", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, boxIn("", ""))
		x.plant(t, "Boxes", theirs("b"))
		key := boxID.Of("b")
		must(t, r.Update(ctx, key, lens.Add(xDeepN, 1), lens.Join(lens.At(xParts, 1), lN).Set(7)))
		item := x.root(t, "b")
		want := theirs("b")
		want["deep"] = object(row{"name": str("d"), "leaf": object(row{"n": num("5")}), "leaves": list()})
		want["parts"] = list(object(row{"text": str("a"), "n": num("2")}), object(row{"n": num("7"), "text": null()}))
		same(t, "item", without(item, "_meta"), want)
		rec, err := stored.Decode(item["_meta"])
		must(t, err)
		equal(t, "version", rec.Version, 1)
		x.counted(t, "stored", map[string]int{"Boxes": 1})
		got, err := r.Get(ctx, key)
		must(t, err)
		box := theirBox("b")
		box.Deep.Leaf.N, box.Parts[1].N, box.Meta = 5, 7, got.Meta
		equal(t, "box", *got, box)
		// What they wrote beside is kept by a tracked put.
		x.net.Reset()
		_, err = r.Put(ctx, got)
		must(t, err)
		x.wantSent(t, "put", "TransactWriteItems: Put Boxes, Put Part, Put Parts x2, Put Deep, Put Leaf")
		same(t, "their attribute", x.root(t, "b")["note"], str("theirs"))
	}},
	{"update of every kind", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, boxIn("", ""))
		x.plant(t, "Boxes", theirs("b"))
		key := boxID.Of("b")
		wantErr(t, "entry of NULL", r.Update(ctx, key, lens.Entry(xByKey, "k").Set(leaf{N: 1})), repo.ErrNoPath, "")
		wantErr(t, "if", r.Update(ctx, key, xDeepN.Set(1), repo.If(xDeepN.Gt(4))), repo.ErrCondition, "")
		must(t, r.Update(ctx, key, lens.Append(xParts, leaf{N: 5}), xOpt.Set(&leaf{N: 6}), xPart.Set(leaf{N: 7}), xByKey.Set(map[string]leaf{}),
			repo.If(xDeepN.Eq(4))))
		must(t, r.Update(ctx, key, lens.Entry(xByKey, "k").Set(leaf{N: 8}), lens.At(xParts, 0).Remove()))
		got, err := r.Get(ctx, key)
		must(t, err)
		want := theirBox("b")
		want.Parts, want.Opt, want.Part, want.ByKey, want.Meta = []leaf{{N: 3}, {N: 5}}, &leaf{N: 6}, leaf{N: 7}, map[string]leaf{"k": {N: 8}}, got.Meta
		equal(t, "box", *got, want)
		equal(t, "version", got.Meta.Version, 2)
	}},
	{"delete, create", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, boxIn("", ""))
		x.plant(t, "Boxes", theirs("b"))
		b := aBox("b")
		_, err := r.Create(ctx, &b)
		wantErr(t, "create", err, repo.ErrExists, "")
		_, err = r.Put(ctx, &b, repo.KeepShards())
		wantErr(t, "put with KeepShards", err, repo.ErrInvalid, "")
		must(t, r.Modify(ctx, boxID.Of("b"), func(b *box) error { b.Opt = &leaf{N: 1}; return nil }))
		x.plant(t, "Boxes", theirs("c"))
		must(t, r.Delete(ctx, boxID.Of("b"), repo.MustExist()))
		must(t, r.Delete(ctx, boxID.Of("c"), repo.MustExist()))
		x.counted(t, "left", map[string]int{})
	}},
	{"NULL counts as absent", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, repo.TableOf("Notes", noteID, keepNote))
		for _, id := range []string{"plain", "adopted"} {
			x.plant(t, "Notes", row{"id": str(id), "text": null(), "n": null(), "opt": null(), "tags": null()})
			key := noteID.Of(id)
			if id == "adopted" {
				must(t, r.Update(ctx, key, nText.Set("x")))
				must(t, r.Update(ctx, key, nText.Remove()))
			}
			v := "v"
			must(t, r.Update(ctx, key, lens.Add(nN, 2)))
			must(t, r.Update(ctx, key, lens.Append(nTags, "a")))
			must(t, r.Update(ctx, key, nOpt.SetIfAbsent(&v)))
			must(t, r.Update(ctx, key, lens.Add(nN, 3), lens.Append(nTags, "b"), nOpt.SetIfAbsent(nil), nText.SetIfAbsent("t")))
			got, err := r.Get(ctx, key)
			must(t, err)
			equal(t, "note", *got, note{ID: id, Text: "t", N: 5, Opt: &v, Tags: []string{"a", "b"}, Meta: got.Meta})
		}
		x.plant(t, "Notes", row{"id": str("typed"), "n": str("one"), "tags": strSet("a")})
		wantErr(t, "add to a text", r.Update(ctx, noteID.Of("typed"), lens.Add(nN, 1)), repo.ErrInvalid, "S")
		wantErr(t, "append to a set", r.Update(ctx, noteID.Of("typed"), lens.Append(nTags, "b")), repo.ErrInvalid, "SS")
		_, err := r.Get(ctx, noteID.Of("typed"))
		wantErr(t, "get", err, repo.ErrCorrupt, "n")
	}},
	{"all NULLs at once", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, repo.TableOf("Notes", noteID, keepNote))
		x.plant(t, "Notes", row{"id": str("n"), "n": null(), "opt": null(), "tags": null()})
		v := "v"
		must(t, r.Update(ctx, noteID.Of("n"), lens.Add(nN, 2), lens.Append(nTags, "a"), nOpt.SetIfAbsent(&v)))
		got, err := r.Get(ctx, noteID.Of("n"))
		must(t, err)
		equal(t, "note", *got, note{ID: "n", N: 2, Opt: &v, Tags: []string{"a"}, Meta: got.Meta})
	}},
	{"EnsureParents", func(t *testing.T, x *world) {
		ctx := t.Context()
		for _, m := range []struct {
			name  string
			model repo.Model[box]
		}{{"flat", repo.TableOf("Flat", boxID, keepBox)}, {"divided", boxIn("", "")}} {
			t.Run(m.name, func(t *testing.T) {
				r := open(t, x, m.model)
				b := box{ID: "b"}
				key, err := r.Create(ctx, &b)
				must(t, err)
				optN := lens.Of(func(b *box) *int { return &b.Opt.N })
				wantErr(t, "update", r.Update(ctx, key, optN.Set(1)), repo.ErrNoPath, "")
				must(t, r.With(repo.EnsureParents()).Update(ctx, key, optN.Set(1)))
				got, err := r.Get(ctx, key)
				must(t, err)
				equal(t, "box", *got, box{ID: "b", Opt: &leaf{N: 1}, Meta: got.Meta})
			})
		}
	}},
}
