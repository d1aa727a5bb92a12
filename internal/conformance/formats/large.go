package formats

import (
	"strconv"
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// oldLarge stores an object that needs format 2 or 4, and whose record is of format 2.
func oldLarge(t *testing.T, x *kit.World, b *book) (*repo.Repo[book], repo.Key[book]) {
	t.Helper()
	r := kit.Open(t, x, books())
	key, err := r.Create(t.Context(), b)
	kit.Must(t, err)
	inFormat(t, x, "Books", "a", "4", 1)
	x.Age(t, "Books")
	inFormat(t, x, "Books", "a", "2", 8)
	return r, key
}

// inPieces has a part of more than an item.
func inPieces() *book {
	b := aBook()
	b.Cover.Text = strings.Repeat("c", 500_000)
	return b
}

// onPages has a manifest of more than a record.
func onPages() *book {
	b := aBook()
	b.Pages = nil
	for i := range 900 {
		b.Pages = append(b.Pages, leaf{strconv.Itoa(i)})
	}
	return b
}

var largeChecks = []kit.Check{
	{Name: "a part in pieces", Run: func(t *testing.T, x *kit.World) {
		ctx, want := t.Context(), inPieces()
		r, key := oldLarge(t, x, inPieces())
		readsBook(t, r, key, want)
		kit.Must(t, r.Update(ctx, key, title.Set("u"), lens.At(pages, 0).Set(leaf{"one"})))
		want.Title, want.Pages[0].Text = "u", "one"
		got := readsBook(t, r, key, want)
		got.Title, want.Title = "v", "v"
		_, err := r.Put(ctx, got)
		kit.Must(t, err)
		inFormat(t, x, "Books", "a", "4", 3)
		readsBook(t, r, key, want)

		x.Age(t, "Books")
		kit.Must(t, r.Modify(ctx, key, func(b *book) error { b.Cover.Text = "small"; return nil }))
		want.Cover.Text = "small"
		readsBook(t, r, key, want)
		kit.Must(t, r.Delete(ctx, key))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "a manifest on pages", Run: func(t *testing.T, x *kit.World) {
		ctx, want := t.Context(), onPages()
		r, key := oldLarge(t, x, onPages())
		readsBook(t, r, key, want)
		kit.Must(t, r.Update(ctx, key, lens.At(pages, 500).Set(leaf{"new"})))
		want.Pages[500].Text = "new"
		readsBook(t, r, key, want)
		kit.Must(t, r.Update(ctx, key, pages.Set([]leaf{{"1"}}))) // the manifest comes back into the record
		want.Pages = []leaf{{"1"}}
		readsBook(t, r, key, want)
		kit.Must(t, r.Delete(ctx, key))
		x.Counted(t, "left", map[string]int{})
	}},
}
