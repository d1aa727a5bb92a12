package objects

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// refusedChecks are about the object that comes with a refusal.
var refusedChecks = []kit.Check{
	{Name: "by the root", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		key, err := r.Create(ctx, &p)
		kit.Must(t, err)
		kit.Must(t, r.Update(ctx, key, pVisits.Set(3), lens.Append(pTags, "vip")))

		stored, err := r.Get(ctx, key)
		kit.Must(t, err)
		root := *stored
		root.Location, root.Birth, root.Past, root.Homes = location{}, nil, nil, stored.Homes
		again := john()
		again.ID = p.ID
		fresh := p
		fresh.Location.Country = "elsewhere"
		for what, refused := range map[string]error{
			"Create":      second(r.Create(ctx, &again)),
			"If":          r.Update(ctx, key, pFirst.Set("x"), repo.If(pVisits.Ge(4))),
			"IfUnchanged": r.Update(ctx, key, pFirst.Set("x"), repo.IfUnchanged(&p)),
			"Put":         second(r.Put(ctx, &fresh)),
			"DeleteValue": r.DeleteValue(ctx, &p),
		} {
			x.Net.Reset()
			got, err := r.Refused(ctx, refused)
			if x.Engine.Staged && what == "IfUnchanged" { // the record was read, and nothing sent
				kit.WantErr(t, what, err, repo.ErrNotLoaded, "no object came with the error")
				continue
			}
			if err != nil {
				t.Errorf("%s: %v: %v", what, refused, err)
				continue
			}
			x.WantSent(t, what)
			if got.Meta.Version != 2 || got.Meta.WriteID != stored.Meta.WriteID {
				t.Errorf("%s: version %d", what, got.Meta.Version)
			}
			root.Meta = got.Meta
			kit.Equal(t, what, *got, root)
		}

		// What came with a refusal can be changed and put: the parts stay.
		got, err := r.Refused(ctx, second(r.Create(ctx, &again)))
		kit.Must(t, err)
		got.Visits = 9
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		after, err := r.Get(ctx, key)
		kit.Must(t, err)
		stored.Visits, stored.Meta = 9, after.Meta
		kit.Equal(t, "put", *after, *stored)
		got.Location.Country = "elsewhere"
		kit.WantErr(t, "put of a part that was not read", second(r.Put(ctx, got)), repo.ErrNotLoaded, "")
	}},
	{Name: "after another plan", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, shardedBox())
		b := aBox("b")
		b.Opt = nil
		key, err := r.Create(ctx, &b)
		kit.Must(t, err)
		// The first plan takes the part to exist. Its refusal decides the condition.
		optN := lens.Of(func(b *box) *int { return &b.Opt.N })
		refused := r.Update(ctx, key, lens.Of(func(b *box) *leaf { return &b.Part }).Set(leaf{}), repo.If(optN.Eq(1)))
		kit.WantErr(t, "update", refused, repo.ErrCondition, "")
		got, err := r.Refused(ctx, refused)
		if x.Engine.Staged { // the record was read, and nothing sent
			kit.WantErr(t, "refused", err, repo.ErrNotLoaded, "no object came with the error")
			return
		}
		kit.Must(t, err)
		kit.Equal(t, "version", got.Meta.Version, 1)
	}},
	{Name: "by nothing, or by a part", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		key, err := r.Create(ctx, &p)
		kit.Must(t, err)
		where := kit.WantErr(t, "part", second(r.Refused(ctx, r.Update(ctx, key, pVisits.Set(1), repo.If(pLat.Eq("?"))))), repo.ErrNotLoaded, "no object came with the error")
		kit.Equal(t, "op", where.Op, "Refused")
		kit.Must(t, r.Delete(ctx, key))
		kit.WantErr(t, "update", second(r.Refused(ctx, r.Update(ctx, key, pVisits.Set(1)))), repo.ErrNotFound, "")
		kit.WantErr(t, "tracked put", second(r.Refused(ctx, second(r.Put(ctx, &p)))), repo.ErrNotFound, "")
		kit.WantErr(t, "get", second(r.Refused(ctx, second(r.Get(ctx, key)))), repo.ErrNotFound, "")
		kit.WantErr(t, "no error", second(r.Refused(ctx, nil)), repo.ErrInvalid, "there is no error")
		kit.WantErr(t, "another error", second(r.Refused(ctx, repo.ErrConflict)), repo.ErrNotLoaded, "")
		notes := kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote))
		_, err = notes.Create(ctx, &note{ID: "n"})
		kit.Must(t, err)
		kit.WantErr(t, "another repository", second(r.Refused(ctx, second(notes.Create(ctx, &note{ID: "n"})))), repo.ErrInvalid, "of another repository")
	}},
	{Name: "with lists that are divided between the root and its parts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		p.Homes = map[string]location{"small": {City: "a"}, "large": {City: kit.Text(70 << 10)}}
		_, err := r.Create(ctx, &p)
		kit.Must(t, err)
		kit.WantErr(t, "create", second(r.Refused(ctx, second(r.Create(ctx, &p)))), repo.ErrNotLoaded, "cannot be left out")
	}},
	{Name: "without a record", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote))
		x.Plant(t, "Notes", kit.Row{"id": kit.Str("n"), "text": kit.Str("theirs"), "more": kit.Str("unknown")})
		got, err := r.Refused(ctx, second(r.Create(ctx, &note{ID: "n"})))
		kit.Must(t, err)
		kit.Equal(t, "note", *got, note{ID: "n", Text: "theirs", Meta: got.Meta})
		got.Text = "ours"
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		item := x.Item(t, "Notes", "n")
		kit.Equal(t, "unknown", kit.StringOf(item["more"]), "unknown")
		kit.Equal(t, "text", kit.StringOf(item["text"]), "ours")
	}},
}

func second[V any](_ V, err error) error { return err }

// updateGetChecks are about what UpdateGet sends.
var updateGetChecks = []kit.Check{
	{Name: "of an object without parts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote))
		n := note{ID: "n", Text: "a", Tags: []string{"x"}}
		key, err := r.Create(ctx, &n)
		kit.Must(t, err)
		x.Net.Reset()

		got, err := repo.UpdateGet(ctx, r, key, nText.Set("b"), lens.Prepend(nTags, "y"), repo.IfUnchanged(&n))
		kit.Must(t, err)
		x.WantSent(t, "over a version", "UpdateItem: Notes")
		kit.Equal(t, "note", *got, note{ID: "n", Text: "b", Tags: []string{"y", "x"}, Meta: got.Meta})
		kit.Equal(t, "version", got.Meta.Version, 2)

		got.Text = "c" // it is tracked
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		x.WantSent(t, "put", "PutItem: Notes")

		got, err = repo.UpdateGet(ctx, r.With(repo.Relaxed()), key, lens.Add(nN, 1))
		kit.Must(t, err)
		x.WantSent(t, "relaxed", "UpdateItem: Notes")
		kit.Equal(t, "note", *got, note{ID: "n", Text: "c", N: 1, Tags: []string{"y", "x"}, Meta: got.Meta})
		kit.Equal(t, "version", got.Meta.Version, 4)

		got, err = repo.UpdateGet(ctx, r, key, lens.Add(nN, 1))
		kit.Must(t, err)
		x.WantSent(t, "under a token", "TransactWriteItems: Update Notes", "GetItem: Notes")
		kit.Equal(t, "n", got.N, 2)
		kit.Equal(t, "version", got.Meta.Version, 5)
	}},
	{Name: "of an object with parts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		key, err := r.Create(ctx, &p)
		kit.Must(t, err)
		want := p
		x.Net.Reset()

		got, err := repo.UpdateGet(ctx, r, key, pVisits.Set(3), repo.IfUnchanged(&p))
		kit.Must(t, err)
		x.WantSent(t, "of the root", "UpdateItem: Root", "BatchGetItem: Shard1, Shard2, Shard3")
		want.Visits, want.Meta = 3, got.Meta
		kit.Equal(t, "person", *got, want)

		got, err = repo.UpdateGet(ctx, r.With(repo.RootOnly()), key, pVisits.Set(4), repo.IfUnchanged(got))
		kit.Must(t, err)
		x.WantSent(t, "of the root alone", "UpdateItem: Root")
		kit.Equal(t, "visits", got.Visits, 4)
		kit.Equal(t, "location", got.Location, location{})

		got, err = repo.UpdateGet(ctx, r, key, pLat.Set("1"), repo.IfUnchanged(got))
		kit.Must(t, err)
		x.WantSent(t, "of a part", "TransactWriteItems: Update Root, Update Shard3", "BatchGetItem: Root, Shard1, Shard2, Shard3")
		want.Visits, want.Location.Geo.Lat, want.Meta = 4, "1", got.Meta
		kit.Equal(t, "person", *got, want)

		x.Net.Reset()
		kit.WantErr(t, "refused", second(repo.UpdateGet(ctx, r, key, pVisits.Set(5), repo.IfUnchanged(&p))), repo.ErrConflict, "")
		x.WantSent(t, "refused", "UpdateItem: Root")
	}},
}
