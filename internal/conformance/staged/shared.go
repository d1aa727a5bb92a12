package staged

import (
	"fmt"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// sharedChecks have programs that write in different ways take turns on one object.
var sharedChecks = []kit.Check{
	{Name: "every verb after every way", Run: func(t *testing.T, x *kit.World) {
		all := writers(t, x, books(repo.SoftDelete[book]()))
		for _, first := range ways {
			for _, then := range ways {
				for _, v := range verbs {
					b := newBook(fmt.Sprint(first, then, v.name), 3)
					kit.Must(t, second(all[first].Create(t.Context(), b)))
					what := v.name + ", " + then + " after " + first
					if err := v.run(t, all[then], b); err != nil {
						t.Fatalf("%s: %v", what, err)
					}
					agree(t, x, what, all, b)
					kit.Must(t, all[first].Delete(t.Context(), bookID.Of(b.ID), repo.Permanently(), repo.MustExist()))
				}
			}
		}
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "in turn", Run: func(t *testing.T, x *kit.World) {
		all := writers(t, x, books(repo.SoftDelete[book]()))
		b := newBook("b", 2)
		kit.Must(t, second(all["staged"].Create(t.Context(), b)))
		for i := range 3 * len(verbs) {
			way, v := ways[i%3], verbs[(i*5)%len(verbs)]
			if err := v.run(t, all[way], b); err != nil {
				t.Fatalf("%d: %s, %s: %v", i, v.name, way, err)
			}
			agree(t, x, fmt.Sprintf("%d: %s, %s", i, v.name, way), all, b)
		}
		kit.Must(t, kit.OpenStored(t, x, "Books", "id", allowed).Delete(t.Context(), "b", repo.MustExist()))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "Migrate", Run: func(t *testing.T, x *kit.World) {
		for _, first := range ways {
			for _, then := range ways {
				y := kit.NewWorld(t, x.Engine)
				b := newBook("b", 3)
				kit.Must(t, second(writers(t, y, books())[first].Create(t.Context(), b)))
				all := writers(t, y, booksIn("New"), repo.AllowTables("Pages"))
				p, err := all[then].Migrate(t.Context())
				kit.Must(t, err)
				kit.Equal(t, "migrated", []int64{p.Seen, p.Changed}, []int64{1, 1})
				got, err := all[first].Get(t.Context(), bookID.Of("b"))
				kit.Must(t, err)
				kit.Equal(t, then+" after "+first, bare(got), bare(b))
				kit.CheckOrphans(t, y.Raw, y.Prefix)
				y.Counted(t, "migrated by "+then+" after "+first, map[string]int{"Books": 1, "Covers": 1, "Blurbs": 1, "NewPages": 3, "Terms": 2})
			}
		}
	}},
}

// verb changes a stored book and the value in the same way.
type verb struct {
	name string
	run  func(*testing.T, *repo.Repo[book], *book) error
}

var verbs = []verb{
	{"put", func(t *testing.T, r *repo.Repo[book], b *book) error {
		v, err := r.Get(t.Context(), bookID.Of(b.ID))
		kit.Must(t, err)
		v.Pages[0].N++
		_, err = r.Put(t.Context(), v)
		*b = *v
		return err
	}},
	{"put of nothing new", func(t *testing.T, r *repo.Repo[book], b *book) error {
		v, err := r.Get(t.Context(), bookID.Of(b.ID))
		kit.Must(t, err)
		_, err = r.Put(t.Context(), v)
		return err
	}},
	{"overwrite", func(t *testing.T, r *repo.Repo[book], b *book) error {
		b.Title, b.Pages = "other", append(leaves(4), leaf{Text: "end", Tags: []string{}})
		return second(r.Put(t.Context(), b, repo.Overwrite()))
	}},
	{"reorder", func(t *testing.T, r *repo.Repo[book], b *book) error {
		return r.Modify(t.Context(), bookID.Of(b.ID), func(v *book) error {
			v.Pages = kit.Backwards(v.Pages)
			v.Title = "backwards"
			*b = *v
			return nil
		})
	}},
	{"update of the root", func(t *testing.T, r *repo.Repo[book], b *book) error {
		b.N++
		return r.Update(t.Context(), bookID.Of(b.ID), lens.Add(bN, 1))
	}},
	{"update of a part", func(t *testing.T, r *repo.Repo[book], b *book) error {
		b.Cover.Text += "!"
		return r.Update(t.Context(), bookID.Of(b.ID), bText.Set(b.Cover.Text))
	}},
	{"update with a condition", func(t *testing.T, r *repo.Repo[book], b *book) error {
		b.N++
		return r.Update(t.Context(), bookID.Of(b.ID), lens.Add(bN, 1), repo.If(bText.Eq(b.Cover.Text)))
	}},
	{"append", func(t *testing.T, r *repo.Repo[book], b *book) error {
		b.Pages = append(b.Pages, leaf{N: 77, Tags: []string{}})
		return r.Update(t.Context(), bookID.Of(b.ID), lens.Append(bPages, leaf{N: 77, Tags: []string{}}))
	}},
	{"update of an element", func(t *testing.T, r *repo.Repo[book], b *book) error {
		b.Pages[1].N += 5
		return r.Update(t.Context(), bookID.Of(b.ID), lens.Add(lens.Join(lens.At(bPages, 1), leafN), 5))
	}},
	{"removal of an element", func(t *testing.T, r *repo.Repo[book], b *book) error {
		b.Pages = b.Pages[1:]
		return r.Update(t.Context(), bookID.Of(b.ID), lens.At(bPages, 0).Remove())
	}},
	{"an entry", func(t *testing.T, r *repo.Repo[book], b *book) error {
		terms := map[string]leaf{"new": {N: 5, Tags: []string{}}}
		b.Terms = terms
		return r.Update(t.Context(), bookID.Of(b.ID), bTerms.Set(terms))
	}},
	{"a part that goes and comes", func(t *testing.T, r *repo.Repo[book], b *book) error {
		kit.Must(t, r.Update(t.Context(), bookID.Of(b.ID), bBlurb.Set(nil)))
		b.Blurb = &leaf{Text: "again", Tags: []string{}}
		return r.Update(t.Context(), bookID.Of(b.ID), bBlurb.Set(b.Blurb))
	}},
	{"a part set whole", func(t *testing.T, r *repo.Repo[book], b *book) error {
		b.Cover = leaf{N: 9, Tags: []string{"set"}}
		return r.Update(t.Context(), bookID.Of(b.ID), bCover.Set(b.Cover), repo.If(bN.Ge(0)))
	}},
	{"KeepShards", func(t *testing.T, r *repo.Repo[book], b *book) error {
		b.Title, b.N = "kept", b.N+1
		return second(r.Put(t.Context(), &book{ID: b.ID, Title: b.Title, N: b.N}, repo.KeepShards(), repo.Overwrite()))
	}},
	{"Delete and Restore", func(t *testing.T, r *repo.Repo[book], b *book) error {
		kit.Must(t, r.Delete(t.Context(), bookID.Of(b.ID)))
		return r.Restore(t.Context(), bookID.Of(b.ID))
	}},
	{"Delete and Create", func(t *testing.T, r *repo.Repo[book], b *book) error {
		kit.Must(t, r.Delete(t.Context(), bookID.Of(b.ID)))
		*b = *newBook(b.ID, 2)
		return second(r.Create(t.Context(), b))
	}},
	{"Rewrite", func(t *testing.T, r *repo.Repo[book], b *book) error {
		return r.Modify(t.Context(), bookID.Of(b.ID), func(v *book) error { return nil }, repo.Rewrite())
	}},
}
