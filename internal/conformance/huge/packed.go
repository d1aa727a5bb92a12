package huge

import (
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/shard"
)

var packed = shard.To("Reels", shard.Compressed())

// packedChecks are about shards with Compressed.
var packedChecks = []kit.Check{
	{Name: "every verb", Run: func(t *testing.T, x *kit.World) {
		r := kit.Open(t, x, films(packed))
		for what, v := range map[string]reel{
			"small":          {Name: "n", Text: "small"},
			"a text":         {Name: "n", Text: strings.Repeat("all work and no play ", 1000)},
			"a long text":    {Name: "n", Text: strings.Repeat("all work and no play ", 100_000)},
			"noise":          {Name: "n", Data: noise(20_000)},
			"much noise":     {Name: "n", Data: noise(900_000), Text: strings.Repeat("x", 900_000)},
			"many small":     {Name: "n", List: strings.Fields(strings.Repeat("w ", 9000))},
			"empty but long": {Name: strings.Repeat("n", 5000), List: []string{}, Tags: map[string]string{}},
		} {
			verbs(t, x, r, what, v)
		}
	}},
	{Name: "it takes less", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		f := &film{ID: "f", Reel: reel{Name: "n", Text: strings.Repeat("all work and no play ", 100_000)}}
		kit.Must(t, errOf(kit.Open(t, x, films(packed)).Create(ctx, f)))
		size := 0
		for _, it := range kit.Items(t, x, "Reels") {
			size += item.Size(it)
		}
		if size > 10_000 {
			t.Errorf("2 MB of one sentence take %d bytes", size)
		}
	}},
	{Name: "declared later", Run: func(t *testing.T, x *kit.World) {
		ctx, key := t.Context(), filmID.Of("f")
		before, after := kit.Open(t, x, films(reels)), kit.Open(t, x, films(packed))
		f := &film{ID: "f", Reel: reel{Name: "n", Text: strings.Repeat("word ", 20_000)}}
		kit.Must(t, errOf(before.Create(ctx, f)))
		has(t, after, "read by the other", f)
		for _, changed := range []int64{1, 0} {
			p, err := after.Migrate(ctx)
			kit.Must(t, err)
			kit.Equal(t, "migrated", p.Changed, changed)
			has(t, after, "migrated", f)
			has(t, before, "migrated, and read by the other", f)
		}
		kit.Must(t, before.Update(ctx, key, fName.Set("m")))
		f.Reel.Name = "m"
		has(t, after, "updated by the other", f)
	}},
}
