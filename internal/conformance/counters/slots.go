package counters

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var slotChecks = []kit.Check{
	{Name: "changes are spread", Run: spread},
	{Name: "programs that know of other numbers of slots", Run: otherSlots},
	{Name: "many writers", Run: writers},
	{Name: "keys of every kind", Run: keysOfEveryKind},
	{Name: "models that share a table", Run: shared},
	{Name: "sums at the end of their range", Run: ranges},
	{Name: "slots that are damaged", Run: damaged},
	{Name: "an object whose manifest is on pages", Run: paged},
}

func spread(t *testing.T, x *kit.World) {
	r, key := made(t, x, pages(slots))
	add(t, r, key, 60)
	items := kit.Items(t, x, "Counts")
	kit.Equal(t, "slots of two counters", len(items), 2*slots)
	got, err := r.Get(t.Context(), key)
	counted(t, "Get", 60, -120)(got, err)
}

// otherSlots: whatever the number of slots was when something was added, it counts.
func otherSlots(t *testing.T, x *kit.World) {
	few, key := made(t, x, pages(1))
	many := kit.Open(t, x, pages(16))
	want := 0
	for range 3 {
		add(t, few, key, 2)
		add(t, many, key, 20)
		want += 22
		for what, r := range map[string]*repo.Repo[page]{"with 1 slot": few, "with 16 slots": many} {
			got, err := r.Get(t.Context(), key)
			counted(t, what, int64(want), -2*want)(got, err)
		}
	}
}

// writers meet in slots, and none of their changes is lost.
func writers(t *testing.T, x *kit.World) {
	r, key := made(t, x, pages(slots))
	const n, each = 8, 12
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			for range each {
				if err := r.Add(t.Context(), key, views, 1); err != nil {
					t.Errorf("Add: %v", err)
				}
			}
		})
	}
	all.Wait()
	got, err := r.Get(t.Context(), key)
	counted(t, "Get", n*each, 0)(got, err)
}

type plainly struct {
	ID    string `dynamodbav:"id"`
	Count int64  `dynamodbav:"-"`
}

var (
	plainID    = repo.KeyOf(func(p *plainly) *string { return &p.ID })
	plainCount = lens.Counter("how often / ~ 各", func(p *plainly) *int64 { return &p.Count })
)

// keysOfEveryKind: keys that are hashed in the keys of slots, and detached ones.
func keysOfEveryKind(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, repo.TableOf("Plain", plainID, shard.Spread(shard.To("Counts"), 2, plainCount)))
	for _, id := range []string{"a/b~c", kit.Text(2000), "ä"} {
		key, err := r.Create(ctx, &plainly{ID: id})
		kit.Must(t, err)
		for range 5 {
			kit.Must(t, r.Add(ctx, key, plainCount, 7))
		}
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "count", got.Count, int64(35))
		kit.Must(t, r.Delete(ctx, key))
	}
	done, err := r.Sweep(ctx)
	kit.Must(t, err)
	kit.Equal(t, "what a sweep leaves", len(kit.Items(t, x, "Counts")), 0)
	if done.Changed < 3 {
		t.Errorf("a sweep deleted %d slots of 3 objects", done.Changed)
	}

	type detached struct {
		Text  string `dynamodbav:"text"`
		Count int    `dynamodbav:"-"`
	}
	count := lens.Counter("count", func(d *detached) *int { return &d.Count })
	number := repo.DetachedKey[detached, []byte]("no")
	d := kit.Open(t, x, repo.TableOf("Detached", number, shard.Spread(shard.To("Counts"), 2, count)))
	at := number.Of([]byte{0, 255})
	kit.Must(t, d.CreateAt(ctx, at, &detached{Text: "x"}))
	kit.Must(t, d.Add(ctx, at, count, 3))
	got, err := d.Get(ctx, at)
	kit.Must(t, err)
	kit.Equal(t, "of a detached key", got.Count, 3)
}

// shared: two models have counters of one name in one table. Each counts, and each sweep
// deletes what is its own.
func shared(t *testing.T, x *kit.World) {
	ctx := t.Context()
	var all []*repo.Repo[plainly]
	var keys []repo.Key[plainly]
	for i := range 2 {
		r := kit.Open(t, x, repo.TableOf(fmt.Sprint("Plain", i), plainID, shard.Spread(shard.To("Counts"), 1, plainCount)))
		key, err := r.Create(ctx, &plainly{ID: "same"})
		kit.Must(t, err)
		kit.Must(t, r.Add(ctx, key, plainCount, int64(i+1)))
		all, keys = append(all, r), append(keys, key)
	}
	for i, r := range all {
		got, err := r.Get(ctx, keys[i])
		kit.Must(t, err)
		kit.Equal(t, "count", got.Count, int64(i+1))
	}
	kit.Must(t, all[0].Delete(ctx, keys[0]))
	for i, want := range []int64{1, 0} {
		done, err := all[i].Sweep(ctx)
		kit.Must(t, err)
		kit.Equal(t, fmt.Sprint("deleted by sweep ", i), done.Changed, want)
	}
	got, err := all[1].Get(ctx, keys[1])
	kit.Must(t, err)
	kit.Equal(t, "count after the sweeps", got.Count, int64(2))
}

func ranges(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, repo.TableOf("Plain", plainID, shard.Spread(shard.To("Counts"), 2, plainCount)))
	key, err := r.Create(ctx, &plainly{ID: "p"})
	kit.Must(t, err)
	for _, n := range []int64{math.MaxInt64, math.MinInt64, math.MaxInt64} {
		kit.Must(t, r.Add(ctx, key, plainCount, n))
	}
	got, err := r.Get(ctx, key)
	kit.Must(t, err)
	kit.Equal(t, "count", got.Count, math.MaxInt64-1)
	kit.Must(t, r.Add(ctx, key, plainCount, 2))
	_, err = r.Get(ctx, key)
	kit.WantErr(t, "Get of a sum that is too large", err, repo.ErrInvalid, "beyond the range of int64")
	kit.Must(t, r.Add(ctx, key, plainCount, -2))
	got, err = r.Get(ctx, key)
	kit.Must(t, err)
	kit.Equal(t, "count", got.Count, math.MaxInt64-1)
}

// damaged: a slot without a number is not taken for 0, and names the counter.
func damaged(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r, key := made(t, x, pages(1))
	add(t, r, key, 1)
	for _, it := range kit.Items(t, x, "Counts") {
		it["n"] = kit.Str("many")
		x.Plant(t, "Counts", it)
	}
	_, err := r.Get(ctx, key)
	e := kit.WantErr(t, "Get", err, repo.ErrCorrupt, "slot 0 of the counter has no number")
	kit.Equal(t, "path", e.Path, "views")
	if _, err := r.Get(ctx, key, repo.RootOnly()); err != nil {
		t.Errorf("RootOnly: %v", err)
	}
}

// paged: what an object has besides its birth does not matter.
func paged(t *testing.T, x *kit.World) {
	ctx := t.Context()
	type line struct{ Text string }
	type scroll struct {
		ID    string `dynamodbav:"id"`
		Lines []line `dynamodbav:"lines"`
		Reads int    `dynamodbav:"-"`
	}
	reads := lens.Counter("reads", func(s *scroll) *int { return &s.Reads })
	r := kit.Open(t, x, repo.TableOf("Scrolls", repo.KeyOf(func(s *scroll) *string { return &s.ID }),
		shard.Each(shard.To("Lines"), func(s *scroll) *[]line { return &s.Lines }), shard.Spread(shard.To("Counts"), 1, reads)))
	key, err := r.Create(ctx, &scroll{ID: "s", Lines: make([]line, 600)})
	kit.Must(t, err)
	for range 2 {
		kit.Must(t, r.Add(ctx, key, reads, 3))
	}
	x.Net.Reset()
	kit.Must(t, r.Add(ctx, key, reads, 3))
	if sent := x.Net.Count(); !x.Engine.Alone && sent != 2 {
		t.Errorf("Add sent %d requests; no page is read", sent)
	}
	got, err := r.Get(ctx, key)
	kit.Must(t, err)
	kit.Equal(t, "count", got.Reads, 9)
}
