package counters

import (
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var refusedChecks = []kit.Check{
	{Name: "declarations", Run: declarations},
	{Name: "calls", Run: calls},
	{Name: "items without a record", Run: bare},
}

// declarations that New refuses, each with its reason.
func declarations(t *testing.T, x *kit.World) {
	to := shard.To("Counts")
	other := lens.Counter("other", func(p *page) *int64 { return &p.Views })
	for _, c := range []struct {
		want  string
		parts []repo.Part[page]
		opts  []repo.Option
	}{
		{want: "a counter has 1 to 256 slots, not 0", parts: []repo.Part[page]{shard.Spread(to, 0, views)}},
		{want: "a counter has 1 to 256 slots, not 257", parts: []repo.Part[page]{shard.Spread(to, 257, views)}},
		{want: "the placement is empty", parts: []repo.Part[page]{shard.Spread(shard.Placement{}, 1, views)}},
		{want: "the table has no name", parts: []repo.Part[page]{shard.Spread(shard.To(""), 1, views)}},
		{want: "WhenOver and Compressed are for parts", parts: []repo.Part[page]{shard.Spread(shard.To("Counts", shard.WhenOver(1)), 1, views)}},
		{want: "MovedFrom is for parts", parts: []repo.Part[page]{shard.Spread(shard.To("Counts", shard.MovedFrom("Before")), 1, views)}},
		{want: "Region is for parts", parts: []repo.Part[page]{shard.Spread(shard.To("Counts", shard.Region("eu-west-1")), 1, views)}},
		{want: "a zero Tally counts nothing", parts: []repo.Part[page]{shard.Spread(to, 1, lens.Tally[page]{})}},
		{want: "is nil, or a zero value", parts: []repo.Part[page]{shard.SpreadCounter[page]{}}},
		{want: "the model has another counter of that name", parts: []repo.Part[page]{shard.Spread(to, 1, views), shard.Spread(to, 1, views)}},
		{want: "the field Views receives another counter", parts: []repo.Part[page]{shard.Spread(to, 1, views), shard.Spread(to, 1, other)}},
		{want: "the name of a counter has 1 to 255 bytes, not 0", parts: []repo.Part[page]{shard.Spread(to, 1, lens.Counter("", func(p *page) *int64 { return &p.Views }))}},
		{want: "is not valid UTF-8", parts: []repo.Part[page]{shard.Spread(to, 1, lens.Counter("\xff", func(p *page) *int64 { return &p.Views }))}},
		{want: `the field must be tagged dynamodbav:"-"`, parts: []repo.Part[page]{shard.Spread(to, 1, lens.Counter("n", func(p *page) *int64 { return &p.Votes.Weight }))}},
		{want: "it is behind a pointer", parts: []repo.Part[page]{shard.Spread(to, 1, lens.Counter("n", func(p *page) *int64 { return &p.More.N }))}},
		{want: "counters have a table of their own", parts: []repo.Part[page]{shard.Spread(shard.To("Pages"), 1, views)}},
		{want: "counters have a table of their own", parts: []repo.Part[page]{text, shard.Spread(shard.To("Texts"), 1, views)}},
		{want: `table "Counts" has the key attribute "B" here and "A"`, parts: []repo.Part[page]{
			shard.Spread(shard.To("Counts", shard.KeyName("A")), 1, views), shard.Spread(shard.To("Counts", shard.KeyName("B")), 1, sum)}},
		{want: "also holds the stored record", parts: []repo.Part[page]{shard.Spread(shard.To("Counts", shard.KeyName("_meta")), 1, views)}},
		{want: "which is the detached key", parts: []repo.Part[page]{shard.Spread(shard.To("Counts", shard.KeyName("n")), 1, views)}},
		{want: "repo.Plain stores no record", parts: []repo.Part[page]{shard.Spread(to, 1, views)}, opts: []repo.Option{repo.Plain()}},
	} {
		_, err := repo.New(x.Client, repo.TableOf("Pages", pageKey, append(c.parts, keep)...), c.opts...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("New: %v; want %q", err, c.want)
		}
	}
}

// calls that are refused before any request.
func calls(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r, key := made(t, x, pages(slots))
	e := kit.WantErr(t, "a counter that is not declared", r.Add(ctx, key, lens.Counter("views", func(p *page) *int64 { return &p.Views }), 1), repo.ErrInvalid, "not one of the model")
	kit.Equal(t, "path", e.Path, "views")
	kit.WantErr(t, "a zero Tally", r.Add(ctx, key, lens.Tally[page]{}, 1), repo.ErrInvalid, "a zero Tally counts nothing")
	kit.WantErr(t, "a zero key", r.Add(ctx, repo.Key[page]{}, views, 1), repo.ErrInvalid, "")
	kit.WantErr(t, "an option of another verb", r.Add(ctx, key, views, 1, repo.EnsureParents()), repo.ErrInvalid, "repo.EnsureParents is no option of Add")
	x.WantSent(t, "refused calls")
}

// bare: nothing tells an item without a record from another that has its key later.
func bare(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, pages(slots))
	x.Plant(t, "Pages", kit.Row{"site": kit.Str("s"), "name": kit.Str("n"), "title": kit.Str("t"), "text": kit.Object(kit.Row{"Text": kit.Str("x")}), "votes": kit.Object(kit.Row{"Kind": kit.Str("stars")})})
	key := pageKey.Of("s", "n")
	got, err := r.Get(ctx, key)
	counted(t, "Get", 0, 0)(got, err)
	kit.WantErr(t, "Add", r.Add(ctx, key, views, 1), repo.ErrInvalid, "the item has no record")
	_, err = r.Put(ctx, got)
	kit.Must(t, err)
	add(t, r, key, 1)
	got, err = r.Get(ctx, key)
	counted(t, "Get after a Put", 1, -2)(got, err)
}
