package regions

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// largeChecks are about parts in pieces and manifests on pages.
var largeChecks = []check{
	{"parts in the other region", func(t *testing.T, w *world) {
		ctx := t.Context()
		packed := shard.Optional(shard.To("Photos", shard.Region(ireland), shard.Compressed()), func(p *person) **leaf { return &p.Photo })
		for name, m := range map[string]repo.Model[person]{"cut": people(), "compressed": peopleIn(packed, past)} {
			r := open(t, w, m)
			p := newPerson("a")
			p.Photo.Text = strings.Repeat("0123456789abcdef", 40<<10)
			key, err := r.Create(ctx, p)
			kit.Must(t, err)
			got := kit.Has(t, r, key, name, *p)
			w.outage(fault.SendError())
			kit.Must(t, r.Update(ctx, key, pName.Set("Ada")))
			unreachable(t, name+", Put", second(r.Put(within(t), &person{ID: "a", Photo: &leaf{Text: "new"}, Meta: got.Meta})), "past", "photo")
			w.reset()
			kit.Must(t, r.Update(ctx, key, pShot.Set("small")))
			kit.Must(t, r.Delete(ctx, key))
			w.counted(t, "left", map[string]int{})
		}
	}},
	{"manifests", func(t *testing.T, w *world) {
		ctx, r := t.Context(), open(t, w, people())
		p := newPerson("a")
		p.Past = nil
		for i := range 600 {
			p.Past = append(p.Past, leaf{Text: fmt.Sprint(i)})
		}
		key, err := r.Create(ctx, p)
		kit.Must(t, err)
		kit.Has(t, r, key, "created", *p)
		w.outage(fault.SendError())
		part, err := r.Get(ctx, key, repo.Skip(photo, past))
		kit.Must(t, err)
		part.Name = "Eve"
		kit.Must(t, second(r.Put(ctx, part)))
		kit.Equal(t, "sent to the other region", len(w.far.net.Operations()), 0)
		w.reset()
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "put back", []any{got.Name, len(got.Past), got.Past[599].Text}, []any{"Eve", 600, "599"})
		kit.Must(t, r.Delete(ctx, key))
		w.counted(t, "left", map[string]int{})
	}},
}
