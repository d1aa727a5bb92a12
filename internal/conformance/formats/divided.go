package formats

import (
	"bytes"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// oldBook stores an object with parts whose record is of format 1.
func oldBook(t *testing.T, x *kit.World, more ...repo.Part[book]) (*repo.Repo[book], repo.Key[book]) {
	t.Helper()
	r := kit.Open(t, x, books(more...))
	key, err := r.Create(t.Context(), aBook())
	kit.Must(t, err)
	x.Age(t, "Books")
	return r, key
}

func readsBook(t *testing.T, r *repo.Repo[book], key repo.Key[book], want *book) *book {
	t.Helper()
	got, err := r.Get(t.Context(), key)
	kit.Must(t, err)
	want.Meta = got.Meta
	kit.Equal(t, "object", got, want)
	return got
}

var dividedChecks = []kit.Check{
	{Name: "reads", Run: func(t *testing.T, x *kit.World) {
		r, key := oldBook(t, x)
		ctx := t.Context()
		readsBook(t, r, key, aBook())
		c, err := repo.Read(ctx, r, key, lens.Join(cover, lens.Ptr(text)))
		kit.Must(t, err)
		kit.Equal(t, "a path", c, "c")
		_, err = r.Create(ctx, &book{ID: "b", Title: "u"})
		kit.Must(t, err)
		for _, want := range []string{"t", "u"} {
			all := kit.All(t, r.Query(ctx, repo.All[book]().Where(title.Eq(want))))
			if len(all) != 1 || all[0].Title != want {
				t.Errorf("filtered by %s: %v", want, all)
			}
		}
	}},
	{Name: "updates", Run: func(t *testing.T, x *kit.World) {
		r, key := oldBook(t, x)
		ctx, want := t.Context(), aBook()
		kit.Must(t, r.Update(ctx, key, lens.Join(cover, lens.Ptr(text)).Set("d"), lens.Append(pages, leaf{"3"})))
		want.Cover.Text, want.Pages = "d", append(want.Pages, leaf{"3"})
		readsBook(t, r, key, want)
		kit.Must(t, r.Update(ctx, key, lens.Entry(notes, "k").Remove(), lens.At(pages, 0).Remove()))
		delete(want.Notes, "k")
		want.Pages = want.Pages[1:]
		readsBook(t, r, key, want)
		aged(t, x, "Books", "a", "1")
	}},
	{Name: "writes of the whole object", Run: func(t *testing.T, x *kit.World) {
		r, key := oldBook(t, x)
		ctx, want := t.Context(), aBook()
		got := readsBook(t, r, key, want)
		got.Pages[1].Text = "two"
		_, err := r.Put(ctx, got)
		kit.Must(t, err)
		want.Pages[1].Text = "two"
		inFormat(t, x, "Books", "a", "3", 2)
		readsBook(t, r, key, want)
		x.Age(t, "Books")
		kit.Must(t, r.Modify(ctx, key, func(b *book) error { b.Cover = nil; return nil }))
		want.Cover = nil
		inFormat(t, x, "Books", "a", "3", 3)
		readsBook(t, r, key, want)
		x.Age(t, "Books")
		kit.Must(t, r.Delete(ctx, key))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "documents", Run: func(t *testing.T, x *kit.World) {
		r, key := oldBook(t, x)
		ctx := t.Context()
		var doc bytes.Buffer
		kit.Must(t, r.Export(ctx, &doc, key))
		kit.Must(t, r.Delete(ctx, key))
		_, err := r.Import(ctx, &doc)
		kit.Must(t, err)
		inFormat(t, x, "Books", "a", "3", 2)
		readsBook(t, r, key, aBook())
	}},
	{Name: "sweeps", Run: func(t *testing.T, x *kit.World) {
		r, key := oldBook(t, x)
		done, err := r.Sweep(t.Context())
		kit.Must(t, err)
		kit.Equal(t, "removed", done.Changed, 0)
		readsBook(t, r, key, aBook())
	}},
	{Name: "counters", Out: kit.Out{Alone: "a counter is written beside its object"}, Run: func(t *testing.T, x *kit.World) {
		spread := shard.Spread(shard.To("Counts", shard.KeyName("Slot")), 4, views)
		r, key := oldBook(t, x, spread)
		ctx := t.Context()
		for n := int64(1); n <= 4; n++ {
			kit.Must(t, r.Add(ctx, key, views, 1))
			got, err := r.Get(ctx, key)
			kit.Must(t, err)
			kit.Equal(t, "views", got.Views, n)
			switch n { // slots are those of the birth, whatever the record has of it
			case 1:
				kit.Must(t, r.Update(ctx, key, title.Set("new")))
			case 2:
				_, err = r.Put(ctx, got)
				kit.Must(t, err)
				inFormat(t, x, "Books", "a", "3", 3)
			case 3:
				x.Age(t, "Books")
			}
		}
		kit.Must(t, r.Delete(ctx, key))
	}},
}
