package staged

import (
	"fmt"
	"testing"
	"time"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type leaf = trees.Leaf

// book has parts of every kind.
type book struct {
	ID    string          `dynamodbav:"id"`
	Title string          `dynamodbav:"title"`
	N     int             `dynamodbav:"n"`
	Until time.Time       `dynamodbav:"until,unixtime,omitempty"`
	Cover leaf            `dynamodbav:"cover"`
	Blurb *leaf           `dynamodbav:"blurb"`
	Pages []leaf          `dynamodbav:"pages"`
	Terms map[string]leaf `dynamodbav:"terms"`
	Meta  meta.Record     `dynamodbav:"-"`
}

var (
	bookID   = repo.KeyOf(func(b *book) *string { return &b.ID })
	bTitle   = lens.Of(func(b *book) *string { return &b.Title })
	bN       = lens.Of(func(b *book) *int { return &b.N })
	bUntil   = lens.Of(func(b *book) *time.Time { return &b.Until })
	bCover   = lens.Of(func(b *book) *leaf { return &b.Cover })
	bText    = lens.Of(func(b *book) *string { return &b.Cover.Text })
	bBlurb   = lens.Of(func(b *book) **leaf { return &b.Blurb })
	bPages   = lens.Of(func(b *book) *[]leaf { return &b.Pages })
	bTerms   = lens.Of(func(b *book) *map[string]leaf { return &b.Terms })
	leafText = lens.Of(func(l *leaf) *string { return &l.Text })
	leafN    = lens.Of(func(l *leaf) *int { return &l.N })
	allowed  = repo.AllowTables("Covers", "Blurbs", "Pages", "Terms")

	future, later = time.Unix(4_000_000_000, 0).UTC(), time.Unix(4_100_000_000, 0).UTC()
)

// books declares a book, with more parts.
func books(more ...repo.Part[book]) repo.Model[book] { return booksIn("", more...) }

// booksIn is books with the pages in tables whose names begin so.
func booksIn(name string, more ...repo.Part[book]) repo.Model[book] {
	return booksPaged(shard.To(name+"Pages"), more...)
}

func booksPaged(pages shard.Placement, more ...repo.Part[book]) repo.Model[book] {
	return repo.TableOf("Books", bookID, append(more, meta.Keep(func(b *book) *meta.Record { return &b.Meta }),
		shard.New(shard.To("Covers"), func(b *book) *leaf { return &b.Cover }),
		shard.Optional(shard.To("Blurbs"), func(b *book) **leaf { return &b.Blurb }),
		shard.Each(pages, func(b *book) *[]leaf { return &b.Pages }),
		shard.EachValue(shard.To("Terms"), func(b *book) *map[string]leaf { return &b.Terms }))...)
}

func leaves(n int) []leaf {
	all := make([]leaf, n)
	for i := range all {
		all[i] = leaf{Text: fmt.Sprint("page ", i), N: i, Tags: []string{}}
	}
	return all
}

func newBook(id string, pages int) *book {
	return &book{ID: id, Title: "title", N: 1, Cover: leaf{Text: "cover", Tags: []string{}}, Blurb: &leaf{Text: "blurb", Tags: []string{}}, Pages: leaves(pages),
		Terms: map[string]leaf{"a": {Text: "term", Tags: []string{}}, "b/~": {N: 2, Tags: []string{}}}}
}

// bare is a book without its record.
func bare(b *book) book {
	v := *b
	v.Meta = meta.Record{}
	return v
}

// writers are repositories of the same objects that write in the three ways.
func writers(t *testing.T, x *kit.World, m repo.Model[book], opts ...repo.Option) map[string]*repo.Repo[book] {
	t.Helper()
	return map[string]*repo.Repo[book]{
		"transactions":         kit.Open(t, x, m, opts...),
		"staged":               kit.Open(t, x, m, append(opts, repo.Staged())...),
		"without transactions": kit.Open(t, x, m, append(opts, repo.WithoutTransactions())...),
	}
}

var ways = []string{"staged", "transactions", "without transactions"}

// agree fails t unless all writers read the book, and Open does, and nothing is left
// beside it.
func agree(t *testing.T, x *kit.World, what string, all map[string]*repo.Repo[book], want *book) {
	t.Helper()
	kit.CheckOrphans(t, x.Raw, x.Prefix)
	read(t, what, all, want)
	doc, err := kit.OpenStored(t, x, "Books", "id", allowed).Get(t.Context(), want.ID)
	if err != nil {
		t.Fatalf("%s, by Open: %v", what, err)
	}
	kit.Equal(t, what+", pages by Open", len(doc["pages"].([]any)), len(want.Pages))
	kit.Equal(t, what+", cover by Open", doc["cover"].(map[string]any)["text"], any(want.Cover.Text))
}

// read fails t unless all writers read the book.
func read(t *testing.T, what string, all map[string]*repo.Repo[book], want *book) {
	t.Helper()
	for _, way := range ways {
		got, err := all[way].Get(t.Context(), bookID.Of(want.ID))
		if err != nil {
			t.Fatalf("%s, read by %s: %v", what, way, err)
		}
		kit.Equal(t, what+", read by "+way, bare(got), bare(want))
	}
}

// second is the error of a verb that also returns something.
func second[V any](_ V, err error) error { return err }
