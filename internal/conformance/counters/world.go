// Package counters checks numbers that are spread over slots: what is read after what was
// added, what that costs, and what becomes of slots when their object does.
package counters

import (
	"testing"
	"time"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	// page has two counters, one of them inside of a struct.
	page struct {
		Site  string      `dynamodbav:"site"`
		Name  string      `dynamodbav:"name"`
		Title string      `dynamodbav:"title"`
		Text  body        `dynamodbav:"text"`
		Until time.Time   `dynamodbav:"until,unixtime,omitempty"`
		Views int64       `dynamodbav:"-"`
		Votes votes       `dynamodbav:"votes"`
		More  *more       `dynamodbav:"more"`
		Meta  meta.Record `dynamodbav:"-"`
	}
	body struct{ Text string }
	more struct {
		N int64 `dynamodbav:"-"`
	}
	votes struct {
		Kind   string
		Weight int64
		Sum    int `dynamodbav:"-"`
	}
)

var (
	pageKey = repo.CompositeKeyOf(func(p *page) *string { return &p.Site }, func(p *page) *string { return &p.Name })
	title   = lens.Of(func(p *page) *string { return &p.Title })
	until   = lens.Of(func(p *page) *time.Time { return &p.Until })
	views   = lens.Counter("views", func(p *page) *int64 { return &p.Views })
	sum     = lens.Counter("votes", func(p *page) *int { return &p.Votes.Sum })
	keep    = meta.Keep(func(p *page) *meta.Record { return &p.Meta })
	text    = shard.New(shard.To("Texts"), func(p *page) *body { return &p.Text })
)

// slots are how many slots counters of these tests have, unless they say otherwise.
const slots = 4

// pages is a model with counters of n slots.
func pages(n int, more ...repo.Part[page]) repo.Model[page] {
	to := shard.To("Counts", shard.KeyName("Slot"))
	return repo.TableOf("Pages", pageKey, append(more, keep, text, shard.Spread(to, n, views), shard.Spread(to, n, sum))...)
}

func aPage() *page {
	return &page{Site: "s", Name: "n", Title: "t", Text: body{"long"}, Votes: votes{Kind: "stars"}}
}

// made is a repository with one page.
func made(t *testing.T, x *kit.World, m repo.Model[page]) (*repo.Repo[page], repo.Key[page]) {
	t.Helper()
	r := kit.Open(t, x, m)
	key, err := r.Create(t.Context(), aPage())
	kit.Must(t, err)
	x.Net.Reset()
	return r, key
}

// add adds to both counters n times: 1 to one, and 2 less to the other each time.
func add(t *testing.T, r *repo.Repo[page], key repo.Key[page], n int) {
	t.Helper()
	for range n {
		kit.Must(t, r.Add(t.Context(), key, views, 1))
		kit.Must(t, r.Add(t.Context(), key, sum, -2))
	}
}

// counted fails t unless a page that was read without an error has these counts.
func counted(t *testing.T, what string, wantViews int64, wantVotes int) func(p *page, err error) {
	return func(p *page, err error) {
		t.Helper()
		switch {
		case err != nil:
			t.Errorf("%s: %v", what, err)
		case p.Views != wantViews || p.Votes.Sum != wantVotes:
			t.Errorf("%s: %d views and %d votes; want %d and %d", what, p.Views, p.Votes.Sum, wantViews, wantVotes)
		case p.Title == "" || p.Votes.Kind != "stars":
			t.Errorf("%s: the page is %+v", what, p)
		}
	}
}
