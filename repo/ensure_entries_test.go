package repo_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// EnsureParents creates entries of maps, and the maps, alike in every layout.
func TestEnsureEntries(t *testing.T) {
	type sub struct {
		Name  string
		Lines []string
		Deep  map[string]mNote
		Note  *mNote
	}
	type doc struct {
		ID   string
		Subs map[string]sub
	}
	var (
		id    = repo.KeyOf(func(d *doc) *string { return &d.ID })
		subs  = lens.Of(func(d *doc) *map[string]sub { return &d.Subs })
		name  = lens.Of(func(s *sub) *string { return &s.Name })
		lines = lens.Of(func(s *sub) *[]string { return &s.Lines })
		deep  = lens.Of(func(s *sub) *map[string]mNote { return &s.Deep })
		text  = lens.Of(func(s *sub) *string { return &s.Note.Text })

		note     = shard.Optional(shard.To("Notes"), func(s *sub) **mNote { return &s.Note })
		deeper   = shard.EachValue(shard.To("Deep"), func(s *sub) *map[string]mNote { return &s.Deep })
		deepOver = shard.EachValue(shard.To("Deep", shard.WhenOver(30)), func(s *sub) *map[string]mNote { return &s.Deep })
		ofSubs   = func(d *doc) *map[string]sub { return &d.Subs }

		b = lens.Entry(subs, "b")
		c = lens.Entry(subs, "c")
		q = lens.Entry(subs, "q")
		z = lens.Entry(lens.Join(b, deep), "z")
	)
	models := map[string]repo.Model[doc]{
		"one item":       repo.TableOf("Root", id),
		"stays":          repo.TableOf("Root", id, shard.WithinValues(ofSubs, note, deeper)),
		"apart":          repo.TableOf("Root", id, shard.EachValue(shard.To("Subs"), ofSubs)),
		"apart, divided": repo.TableOf("Root", id, shard.EachValue(shard.To("Subs"), ofSubs, note, deeper)),
		"when over":      repo.TableOf("Root", id, shard.EachValue(shard.To("Subs", shard.WhenOver(30)), ofSubs, note, deepOver)),
	}
	stored := map[string]map[string]sub{
		"nil":       nil,
		"empty":     {},
		"small":     {"a": {}},
		"big":       {"a": {Name: strings.Repeat("n", 100)}},
		"there":     {"b": {Lines: []string{"1"}, Note: &mNote{}}},
		"deep":      {"b": {Deep: map[string]mNote{"y": {Text: "1"}}}},
		"big there": {"b": {Name: strings.Repeat("n", 100)}},
	}
	type step struct {
		change lens.Change[doc]
		do     func(*doc) error
	}
	assign := func(l lens.Lens[doc, string], v string) step {
		return step{l.Set(v), func(d *doc) error { return lens.Assign(l, d, v) }}
	}
	x, y, note1 := sub{Name: "x", Note: &mNote{Text: "y"}}, []string{"y"}, mNote{Text: "x"}
	whole := step{b.Set(x), func(d *doc) error { return lens.Assign(b, d, x) }}
	deepest := step{z.Set(note1), func(d *doc) error { return lens.Assign(z, d, note1) }}
	tags := lens.Join(z, inNTags)
	tagged := step{tags.Set(y), func(d *doc) error { return lens.Assign(tags, d, y) }}
	changes := map[string][]step{
		"field":        {assign(lens.Join(b, name), "x")},
		"two fields":   {assign(lens.Join(b, name), "x"), assign(lens.Join(b, text), "y")},
		"two entries":  {assign(lens.Join(b, name), "x"), assign(lens.Join(c, name), "y")},
		"whole":        {whole},
		"whole beside": {whole, assign(lens.Join(c, text), "z")},
		"list": {{lens.Append(lens.Join(b, lines), "2", "3"), func(d *doc) error {
			old, _ := lens.Get(lens.Join(b, lines), d)
			return lens.Assign(lens.Join(b, lines), d, append(old, "2", "3"))
		}}},
		"deep":       {deepest},
		"deeper":     {assign(lens.Join(z, inNText), "x")},
		"deep twice": {assign(lens.Join(z, inNText), "x"), assign(lens.Join(c, name), "z"), tagged},
	}
	ctx := context.Background()
	for layout, m := range models {
		r := repoOver(t, embedded.New().Client(), m)
		for before, was := range stored {
			for what, chs := range changes {
				t.Run(layout+"/"+before+"/"+what, func(t *testing.T) {
					want := &doc{ID: "1", Subs: was}
					key := must(r.Put(ctx, want))(t)
					want = must(r.Get(ctx, key))(t)
					var sent []lens.Change[doc]
					for _, ch := range chs {
						noErr(t, ch.do(want))
						sent = append(sent, ch.change)
					}
					noErr(t, r.With(repo.EnsureParents()).Update(ctx, key, sent...))
					got := must(r.Get(ctx, key))(t)
					if d := cmp.Diff(want, got); d != "" {
						t.Error(d)
					}
					// Removing makes no way, and needs none.
					noErr(t, r.With(repo.EnsureParents()).Update(ctx, key, lens.Join(q, name).Remove()))
					if d := cmp.Diff(want, must(r.Get(ctx, key))(t)); d != "" {
						t.Error(d)
					}
					if err := r.Update(ctx, key, lens.Join(q, name).Remove()); !errors.Is(err, repo.ErrNoPath) {
						t.Errorf("Remove below an absent entry: %v", err)
					}
				})
			}
		}
	}
}
