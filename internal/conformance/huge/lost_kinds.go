package huge

import (
	"errors"
	"fmt"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// town has places of every kind, one in the other.
type (
	town struct {
		ID      string           `dynamodbav:"id"`
		Hall    house            `dynamodbav:"hall"`
		Mill    *house           `dynamodbav:"mill"`
		Houses  []house          `dynamodbav:"houses"`
		Gates   map[string]house `dynamodbav:"gates"`
		Streets []street         `dynamodbav:"streets"`
		Sheds   []plot           `dynamodbav:"sheds"`
		Meta    meta.Record      `dynamodbav:"-"`
	}
	street struct {
		Name string `dynamodbav:"name"`
		Sign plot   `dynamodbav:"sign"`
	}
	house struct {
		N     int    `dynamodbav:"n"`
		Plot  plot   `dynamodbav:"plot"`
		Rooms []plot `dynamodbav:"rooms"`
	}
	plot struct {
		Text string `dynamodbav:"text"`
	}
)

var townID = repo.KeyOf(func(t *town) *string { return &t.ID })

func towns() repo.Model[town] {
	inside := []shard.Part[house]{
		shard.New(shard.To("Plots"), func(h *house) *plot { return &h.Plot }),
		shard.Each(shard.To("Rooms"), func(h *house) *[]plot { return &h.Rooms }),
	}
	return repo.TableOf("Towns", townID, meta.Keep(func(t *town) *meta.Record { return &t.Meta }),
		shard.New(shard.To("Halls"), func(t *town) *house { return &t.Hall }, inside...),
		shard.Optional(shard.To("Mills", shard.WhenOver(1)), func(t *town) **house { return &t.Mill }, inside...),
		shard.Each(shard.To("Houses"), func(t *town) *[]house { return &t.Houses }, inside...),
		shard.EachValue(shard.To("Gates", shard.WhenOver(1)), func(t *town) *map[string]house { return &t.Gates }, inside...),
		shard.Within(func(t *town) *[]street { return &t.Streets }, shard.New(shard.To("Signs"), func(s *street) *plot { return &s.Sign })),
		shard.Each(shard.To("Sheds", shard.WhenOver(100)), func(t *town) *[]plot { return &t.Sheds }))
}

func aTown() *town {
	room := func(n int) house {
		return house{N: n, Plot: plot{fmt.Sprint("plot ", n)}, Rooms: []plot{{fmt.Sprint("room ", n)}, {"another"}}}
	}
	mill := room(-2)
	v := &town{ID: "t", Hall: room(-1), Mill: &mill, Gates: map[string]house{}}
	for i := range 120 {
		v.Houses = append(v.Houses, room(i))
		v.Gates[fmt.Sprint("gate ", i)] = room(i)
		v.Streets = append(v.Streets, street{fmt.Sprint("street ", i), plot{fmt.Sprint("sign ", i)}})
		v.Sheds = append(v.Sheds, plot{kit.Text(80 + i)})
	}
	return v
}

// everyKind: whichever page is lost, what is left is a value whose parts are those of the
// object, or the object is ErrCorrupt. Repaired it is that value, and nothing is in its way.
func everyKind(t *testing.T, x *kit.World) {
	for i, pages := 0, 1; i < pages; i++ {
		y := kit.NewWorld(t, x.Engine)
		ctx, r, key := t.Context(), kit.Open(t, y, towns()), townID.Of("t")
		_, err := r.Create(ctx, aTown())
		kit.Must(t, err)
		keys := pagesIn(t, y, "Halls", "St//")
		if pages = len(keys); i >= pages {
			break
		}
		lose(t, y, "Halls", func(key string) bool { return key == keys[i] })
		what := fmt.Sprintf("page %d of %d: ", i+1, pages)
		got, err := r.Get(ctx, key, repo.AllowDamaged())
		var damaged *repo.DamageError
		if !errors.As(err, &damaged) {
			kit.WantErr(t, what+"get", err, repo.ErrCorrupt, "") // a list that stays, and its ids are lost
			kit.Must(t, r.Delete(ctx, key, repo.Damaged()))
		} else {
			original(t, what, got)
			_, err = r.Repair(ctx, key, repo.Discard())
			kit.Must(t, err)
			whole, err := r.Get(ctx, key)
			kit.Must(t, err)
			got.Meta, whole.Meta = meta.Record{}, meta.Record{}
			kit.Equal(t, what+"repaired", whole, got)
		}
		for range 2 {
			_, err := r.Sweep(ctx)
			kit.Must(t, err)
		}
		kit.CheckOrphans(t, y.Raw, y.Prefix)
	}
}

// original checks that what is left of a town was there, where it was.
func original(t *testing.T, what string, got *town) {
	t.Helper()
	same := func(where string, h house) {
		if h.Plot.Text != "" && h.Plot.Text != fmt.Sprint("plot ", h.N) {
			t.Errorf("%s%s %d has the plot of another: %q", what, where, h.N, h.Plot.Text)
		}
		for _, room := range h.Rooms {
			if room.Text != "another" && room.Text != fmt.Sprint("room ", h.N) {
				t.Errorf("%s%s %d has the room of another: %q", what, where, h.N, room.Text)
			}
		}
	}
	for i, h := range got.Houses {
		if same("house", h); i > 0 && h.N <= got.Houses[i-1].N {
			t.Errorf("%shouse %d follows house %d", what, h.N, got.Houses[i-1].N)
		}
	}
	for name, h := range got.Gates {
		if same("gate", h); name != fmt.Sprint("gate ", h.N) {
			t.Errorf("%s%s is gate %d", what, name, h.N)
		}
	}
	for i, s := range got.Streets {
		if s.Name != fmt.Sprint("street ", i) || s.Sign.Text != "" && s.Sign.Text != fmt.Sprint("sign ", i) {
			t.Errorf("%sstreet %d is %+v", what, i, s)
		}
	}
	for i, s := range got.Sheds {
		if i > 0 && len(s.Text) <= len(got.Sheds[i-1].Text) {
			t.Errorf("%sshed of %d bytes follows one of %d", what, len(s.Text), len(got.Sheds[i-1].Text))
		}
	}
}
