// Package formats checks that objects whose records are of an earlier stored format are
// read and written by every verb, and that a write of the whole object stores them anew.
package formats

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "objects without parts in format 1", Checks: plainChecks},
		kit.Group{Name: "objects with parts in format 1", Checks: dividedChecks},
		kit.Group{Name: "objects in pieces and pages in format 2", Out: kit.Out{Alone: "pieces are written together"}, Checks: largeChecks},
	)
}

type (
	// slip has no parts.
	slip struct {
		ID   string      `dynamodbav:"id"`
		Text string      `dynamodbav:"text"`
		N    int         `dynamodbav:"n"`
		Meta meta.Record `dynamodbav:"-"`
	}
	// book has parts of all kinds, and a counter.
	book struct {
		ID    string          `dynamodbav:"id"`
		Title string          `dynamodbav:"title"`
		Cover *leaf           `dynamodbav:"cover"`
		Pages []leaf          `dynamodbav:"pages"`
		Notes map[string]leaf `dynamodbav:"notes"`
		Views int64           `dynamodbav:"-"`
		Meta  meta.Record     `dynamodbav:"-"`
	}
	leaf struct {
		Text string `dynamodbav:"text"`
	}
)

var (
	slipID   = repo.KeyOf(func(s *slip) *string { return &s.ID })
	slipText = lens.Of(func(s *slip) *string { return &s.Text })
	slipN    = lens.Of(func(s *slip) *int { return &s.N })

	bookID = repo.KeyOf(func(b *book) *string { return &b.ID })
	title  = lens.Of(func(b *book) *string { return &b.Title })
	pages  = lens.Of(func(b *book) *[]leaf { return &b.Pages })
	notes  = lens.Of(func(b *book) *map[string]leaf { return &b.Notes })
	cover  = lens.Of(func(b *book) **leaf { return &b.Cover })
	text   = lens.Of(func(l *leaf) *string { return &l.Text })
	views  = lens.Counter("views", func(b *book) *int64 { return &b.Views })
)

func slips() repo.Model[slip] {
	return repo.TableOf("Slips", slipID, meta.Keep(func(s *slip) *meta.Record { return &s.Meta }))
}

func books(more ...repo.Part[book]) repo.Model[book] {
	return repo.TableOf("Books", bookID, append(more,
		shard.Optional(shard.To("Covers"), func(b *book) **leaf { return &b.Cover }),
		shard.Each(shard.To("Pages"), func(b *book) *[]leaf { return &b.Pages }),
		shard.EachValue(shard.To("Notes"), func(b *book) *map[string]leaf { return &b.Notes }),
		meta.Keep(func(b *book) *meta.Record { return &b.Meta }))...)
}

func aBook() *book {
	return &book{ID: "a", Title: "t", Cover: &leaf{"c"}, Pages: []leaf{{"1"}, {"2"}}, Notes: map[string]leaf{"k": {"n"}}}
}

// inFormat fails t unless the record of an object is of a format and has a ring of a length.
func inFormat(t *testing.T, x *kit.World, table, id, format string, ring int) {
	t.Helper()
	record := kit.Members(x.Item(t, table, id)["_meta"])
	kit.Equal(t, "format", kit.NumberOf(record["f"]), format)
	kit.Equal(t, "entries of the ring", len(kit.Elements(record["r"])), ring)
}

// aged fails t unless the record is still that of an earlier release. A staged write
// stores the record whole.
func aged(t *testing.T, x *kit.World, table, id, format string) {
	t.Helper()
	if !x.Engine.Staged {
		inFormat(t, x, table, id, format, 8)
	}
}
