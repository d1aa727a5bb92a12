package regions

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// readChecks run the verbs that read, and compare what they send to each region.
var readChecks = []check{
	{"of one object", func(t *testing.T, w *world) {
		ctx, r := t.Context(), open(t, w, people())
		p := newPerson("a")
		key, err := r.Create(ctx, p)
		kit.Must(t, err)
		w.reset()
		kit.Has(t, r, key, "Get", *p)
		w.sent(t, "Get", "BatchGetItem BatchGetItem", "BatchGetItem")
		part, err := r.Get(ctx, key, repo.Skip(photo, past))
		kit.Must(t, err)
		kit.Equal(t, "the rest", []any{part.Name, part.Note.Text, part.Photo, len(part.Past)}, []any{"Ada", "note", (*leaf)(nil), 0})
		w.sent(t, "Get without the other region's parts", "BatchGetItem BatchGetItem", "")
		_, err = r.Get(ctx, key, repo.Skip(photo))
		kit.Must(t, err)
		w.sent(t, "Get without one of them", "BatchGetItem BatchGetItem", "BatchGetItem")

		first, err := repo.Read(ctx, r, key, pFirst)
		kit.Must(t, err)
		shot, err := repo.Read(ctx, r, key, pShot)
		kit.Must(t, err)
		all, err := repo.ReadAll(ctx, r, key, lens.Each(pPast, text))
		kit.Must(t, err)
		kit.Equal(t, "paths", []any{first, shot, all}, []any{"one", "photo", []string{"one", "two"}})
		w.reset()
		name, err := repo.Read(ctx, r, key, pName)
		kit.Must(t, err)
		kit.Equal(t, "a path of the root", name, "Ada")
		w.sent(t, "Read of the root", "GetItem", "")
		there, err := r.Exists(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "exists", there, true)
		w.sent(t, "Exists", "GetItem", "")

		none := &person{ID: "none"}
		_, err = r.Create(ctx, none)
		kit.Must(t, err)
		w.reset()
		kit.Has(t, r, pID.Of("none"), "an object without parts there", *none)
		w.sent(t, "Get of it", "BatchGetItem", "")
		kit.Must(t, r.Delete(ctx, pID.Of("none")))
		kit.Must(t, r.Delete(ctx, key))
	}},
	{"of ranges", func(t *testing.T, w *world) {
		ctx, r := t.Context(), open(t, w, people())
		for _, id := range []string{"a", "b", "c"} {
			kit.Must(t, second(r.Create(ctx, newPerson(id))))
		}
		kit.Equal(t, "Scan", len(kit.All(t, r.Scan(ctx))), 3)
		n, err := r.Count(ctx, repo.All[person]())
		kit.Must(t, err)
		page, err := r.Page(ctx, repo.All[person](), repo.PageSize(2))
		kit.Must(t, err)
		kit.Equal(t, "Count and Page", []int{int(n), len(page.Objects), len(page.Objects[0].Past)}, []int{3, 2, 2})
		other, err := repo.New(w.near.client, people(), w.others(), repo.Entity("Others"))
		kit.Must(t, err)
		for o, err := range repo.Union(ctx, repo.All[person](), []repo.Member{r, other}) {
			kit.Must(t, err)
			kit.Equal(t, "a member", texts(o.(*person).Past), "[one two]")
		}
		alone, err := repo.New(w.near.client, repo.TableOf("People", pID, meta.Keep(func(p *person) *meta.Record { return &p.Meta })), repo.Entity("Alone"))
		kit.Must(t, err)
		for _, err := range repo.Union(ctx, repo.All[person](), []repo.Member{r, alone}) {
			kit.WantErr(t, "a member without regions", err, repo.ErrInvalid, "other clients in repo.WithRegions")
		}
		w.reset()
		for p, err := range r.Scan(ctx, repo.Skip(photo, past)) {
			kit.Must(t, err)
			p.Name = "Eve"
			kit.Must(t, second(r.Put(ctx, p)))
		}
		kit.Equal(t, "sent to the other region", len(w.far.net.Operations()), 0)
		for p, err := range r.Scan(ctx) {
			kit.Must(t, err)
			kit.Equal(t, "put back without a part", []string{p.Name, p.Photo.Text, texts(p.Past)}, []string{"Eve", "photo", "[one two]"})
			kit.Must(t, r.DeleteValue(ctx, p))
		}
		w.counted(t, "left", map[string]int{})
	}},
	{"at one moment", func(t *testing.T, w *world) {
		ctx, r := t.Context(), open(t, w, people())
		key, err := r.Create(ctx, newPerson("a"))
		kit.Must(t, err)
		w.reset()
		var p *person
		err = repo.TransactGet(ctx, r.GetOp(key, &p, repo.Skip(photo)))
		where := kit.WantErr(t, "with a part of another region", err, repo.ErrInvalid, "no transaction spans regions; leave it out with repo.Skip")
		kit.Equal(t, "path", where.Path, "past")
		w.sent(t, "refused", "", "")
		kit.Must(t, repo.TransactGet(ctx, r.GetOp(key, &p, repo.Skip(photo, past))))
		kit.Equal(t, "without", p.Note.Text, "note")
		w.sent(t, "TransactGet", "TransactGetItems TransactGetItems", "")
		kit.Must(t, r.Delete(ctx, key))
	}},
}
