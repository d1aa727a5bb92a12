package costs_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// volume is an object whose pages are items of their own.
type (
	volume struct {
		ID    string          `dynamodbav:"id"`
		Text  string          `dynamodbav:"text"`
		Pages map[string]page `dynamodbav:"pages"`
		Meta  meta.Record     `dynamodbav:"-"`
	}
	page struct {
		Text string `dynamodbav:"text"`
	}
)

var (
	volumeID = repo.KeyOf(func(v *volume) *string { return &v.ID })
	volumes  = repo.TableOf("Volumes", volumeID, shard.EachValue(shard.To("Sheets"), func(v *volume) *map[string]page { return &v.Pages }),
		meta.Keep(func(v *volume) *meta.Record { return &v.Meta }))
	firstPage = lens.Join(lens.Entry(lens.Of(func(v *volume) *map[string]page { return &v.Pages }), "0"), lens.Of(func(p *page) *string { return &p.Text }))
)

// shape is how large a volume is: its root, and its pages.
type shape struct{ root, pages, page int } // KB, number, KB

// shapes are those that the two protocols are compared by. The last one is too large for a
// transaction.
var shapes = []shape{{1, 3, 1}, {2, 10, 40}, {2, 30, 100}, {10, 200, 40}}

// of makes a volume. The texts leave room for a record: half a KB in the root, a quarter in
// a page.
func (s shape) of(letter string) *volume {
	v := &volume{ID: "v", Text: strings.Repeat(letter, s.root<<10-512), Pages: map[string]page{}}
	for i := range s.pages {
		v.Pages[fmt.Sprint(i)] = page{strings.Repeat(letter, s.page<<10-256)}
	}
	return v
}

// volumeVerbs are the rows of a shape. Each but Create is about a volume that was read.
var volumeVerbs = []struct {
	name string
	run  func(t *testing.T, r *repo.Repo[volume], s shape, v *volume) error
}{
	{"Create", func(t *testing.T, r *repo.Repo[volume], s shape, _ *volume) error {
		v := s.of("a")
		v.ID = "another"
		return second(r.Create(t.Context(), v))
	}},
	{"Get", func(t *testing.T, r *repo.Repo[volume], _ shape, _ *volume) error {
		return second(r.Get(t.Context(), volumeID.Of("v")))
	}},
	{"Get, Eventually", func(t *testing.T, r *repo.Repo[volume], _ shape, _ *volume) error {
		return second(r.Get(t.Context(), volumeID.Of("v"), repo.Eventually()))
	}},
	{"Put, tracked, all changed", func(t *testing.T, r *repo.Repo[volume], s shape, v *volume) error {
		changed := s.of("b")
		v.Text, v.Pages = changed.Text, changed.Pages
		return second(r.Put(t.Context(), v))
	}},
	{"Put, tracked, one page changed", func(t *testing.T, r *repo.Repo[volume], s shape, v *volume) error {
		v.Pages["0"] = s.of("b").Pages["0"]
		return second(r.Put(t.Context(), v))
	}},
	{"Update of a path in a page", func(t *testing.T, r *repo.Repo[volume], s shape, _ *volume) error {
		return r.Update(t.Context(), volumeID.Of("v"), firstPage.Set(s.of("b").Pages["0"].Text))
	}},
	{"Delete", func(t *testing.T, r *repo.Repo[volume], _ shape, _ *volume) error {
		return r.Delete(t.Context(), volumeID.Of("v"))
	}},
}

// protocols is the table of writes in one transaction and in stages.
func protocols(t *testing.T) string {
	var b strings.Builder
	for _, s := range shapes {
		fmt.Fprintf(&b, "\n| A root of %d KB and %d parts of %d KB | requests | round trips | read units | write units | staged: requests | round trips | read units | write units |\n", s.root, s.pages, s.page)
		b.WriteString("|---|---|---|---|---|---|---|---|---|\n")
		for _, v := range volumeVerbs {
			in := "- | - | - | -" // one transaction does not take it
			if s.pages < 100 {
				in = measured(t, s, v.run)
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", v.name, in, measured(t, s, v.run, repo.Staged()))
		}
	}
	return b.String()
}

// measured is what a verb takes: requests, round trips and units.
func measured(t *testing.T, s shape, run func(*testing.T, *repo.Repo[volume], shape, *volume) error, opts ...repo.Option) (columns string) {
	synctest.Test(t, func(t *testing.T) {
		client, m := metered()
		r := open(t, client, volumes, opts...)
		must(r.Create(t.Context(), s.of("a")))(t)
		v := must(r.Get(t.Context(), volumeID.Of("v")))(t)
		m.reset()
		begin := time.Now()
		if err := run(t, r, s, v); err != nil {
			t.Fatal(err)
		}
		columns = fmt.Sprintf("%d | %d | %v | %v", m.requests, time.Since(begin)/trip, m.read, m.written)
	})
	return columns
}
