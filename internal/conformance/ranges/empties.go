package ranges

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// card has values that its indexes cannot have.
type card struct {
	ID     string  `dynamodbav:"id"`
	Suit   string  `dynamodbav:"suit"`
	Raw    []byte  `dynamodbav:"raw"`
	Nick   *string `dynamodbav:"nick"`
	Points int     `dynamodbav:"points,omitempty"`
	N      int     `dynamodbav:"n"`
}

var (
	cardID   = repo.KeyOf(func(c *card) *string { return &c.ID })
	cardSuit = lens.Of(func(c *card) *string { return &c.Suit })
	cardRaw  = lens.Of(func(c *card) *[]byte { return &c.Raw })
	cardNick = lens.Of(func(c *card) **string { return &c.Nick })
	cardN    = lens.Of(func(c *card) *int { return &c.N })
	bySuit   = repo.IndexOf("by-suit", func(c *card) *string { return &c.Suit }, func(c *card) *int { return &c.Points })
	byRaw    = repo.SimpleIndexOf("by-raw", func(c *card) *[]byte { return &c.Raw })
	byNick   = repo.SimpleIndexOf("by-nick", func(c *card) *string { return c.Nick })
)

// emptyChecks: what an index keeps from being stored is to conditions what it was before
// there was an index. What was stored before that is the same as what is not stored.
var emptyChecks = []kit.Check{
	{Name: "conditions", Run: func(t *testing.T, x *kit.World) {
		ctx, before := t.Context(), kit.Open(t, x, repo.TableOf("Cards", cardID))
		_, err := before.Create(ctx, &card{ID: "old", Raw: []byte{}})
		kit.Must(t, err)
		// The table has no index yet: one in which an index cannot have what is stored.
		r, err := repo.New(x.Client, repo.TableOf("Cards", cardID, bySuit, byRaw, byNick), x.Options(nil)...)
		kit.Must(t, err)
		for _, c := range []card{{ID: "new"}, {ID: "full", Suit: "hearts", Raw: []byte("x"), Nick: new("h")}, {ID: "nick", Suit: "clubs", Raw: []byte("y"), Nick: new("")}} {
			_, err := r.Create(ctx, &c)
			kit.Must(t, err)
		}
		for name, c := range map[string]struct {
			cond lens.Condition[card]
			want [4]bool // full, new, nick, old
		}{
			"Eq":             {cardSuit.Eq(""), [4]bool{false, true, false, true}},
			"Eq of another":  {cardSuit.Eq("hearts"), [4]bool{true, false, false, false}},
			"Ne":             {cardSuit.Ne(""), [4]bool{true, false, true, false}},
			"Ne of another":  {cardSuit.Ne("hearts"), [4]bool{false, true, true, true}},
			"Not":            {lens.Not(cardSuit.Eq("")), [4]bool{true, false, true, false}},
			"In":             {cardSuit.In("", "clubs"), [4]bool{false, true, true, true}},
			"Lt":             {cardSuit.Lt("d"), [4]bool{false, true, true, true}},
			"Ge":             {cardSuit.Ge(""), [4]bool{true, true, true, true}},
			"Gt":             {cardSuit.Gt(""), [4]bool{true, false, true, false}},
			"Between":        {cardSuit.Between("", "d"), [4]bool{false, true, true, true}},
			"binary":         {cardRaw.Eq([]byte{}), [4]bool{false, true, false, true}},
			"not binary":     {cardRaw.Ne([]byte{}), [4]bool{true, false, true, false}},
			"nil":            {cardNick.Eq(nil), [4]bool{false, true, true, true}},
			"behind nil":     {cardNick.Eq(new("")), [4]bool{false, false, false, false}},
			"another or nil": {cardNick.Ne(new("h")), [4]bool{false, true, true, true}},
		} {
			found := map[string]bool{}
			for c, err := range r.Query(ctx, repo.All[card]().Where(c.cond)) {
				kit.Must(t, err)
				found[c.ID] = true
			}
			var filtered, updated [4]bool
			for i, id := range []string{"full", "new", "nick", "old"} {
				filtered[i] = found[id]
				err := r.Update(ctx, cardID.Of(id), lens.Add(cardN, 1), repo.If(c.cond))
				if updated[i] = err == nil; err != nil {
					kit.WantErr(t, name, err, repo.ErrCondition, "")
				}
			}
			kit.Equal(t, name+", filtered", filtered, c.want)
			kit.Equal(t, name+", updated", updated, c.want)
		}
	}},
	{Name: "bounds", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Cards", cardID, bySuit))
		for n, id := range []string{"a", "b", "c"} {
			_, err := r.Create(ctx, &card{ID: id, Suit: "clubs", Points: n - 1})
			kit.Must(t, err)
		}
		for name, c := range map[string]struct {
			in   repo.Range[card]
			want int64
		}{
			"all":    {bySuit.In("clubs"), 2}, // a zero under omitempty is not there
			"From":   {bySuit.In("clubs").From(0), 1},
			"Before": {bySuit.In("clubs").Before(0), 1},
			"both":   {bySuit.In("clubs").After(-1).UpTo(0), 0},
		} {
			n, err := r.Count(ctx, c.in)
			kit.Must(t, err)
			kit.Equal(t, name, n, c.want)
		}
	}},
}
