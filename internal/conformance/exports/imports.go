package exports

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var importChecks = []kit.Check{
	{Name: "only where there is no object", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		r := kit.Open(t, x, crates(kit.Keys(t)))
		key, text := stored(t, r)
		x.Net.Reset()
		_, err := r.Import(ctx, strings.NewReader(text))
		kit.WantErr(t, "over itself", err, repo.ErrExists, "")
		x.WantSent(t, "refused", "TransactWriteItems: Put Crates, Put Bys x2, Put Wines, Put Homes, Put Past x2, Put Spares, Put Cities, Put Names")
		kit.Must(t, r.Delete(ctx, key))
		x.Net.Reset()
		_, err = r.Import(ctx, strings.NewReader(text))
		kit.Must(t, err)
		x.WantSent(t, "import", "TransactWriteItems: Put Crates, Put Bys x2, Put Wines, Put Homes, Put Past x2, Put Spares, Put Cities, Put Names")
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "version", got.Meta.Version, int64(2))
		kit.DeleteAll(t, x, r)
		x.Counted(t, "after delete", map[string]int{})
	}},
	{Name: "over an object", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		r := kit.Open(t, x, crates(kit.Keys(t)))
		key, text := stored(t, r)
		for range 3 {
			kit.Must(t, r.Update(ctx, key, crateN.Set(99)))
		}
		_, err := r.Put(ctx, &crate{ID: "c/1~ü", Name: "other", Past: []slot{{}, {}, {}}, By: map[string]slot{"z": {}}}, repo.Overwrite())
		kit.Must(t, err)
		_, err = r.Import(ctx, strings.NewReader(text), repo.Overwrite())
		kit.Must(t, err)
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "version", got.Meta.Version, int64(6))
		want := *aCrate()
		want.Meta, want.Tags, want.Sizes = got.Meta, got.Tags, got.Sizes
		kit.Equal(t, "value", *got, want)
		x.Counted(t, "items", map[string]int{"Crates": 1, "Bys": 2, "Past": 2, "Homes": 1, "Spares": 1, "Wines": 1, "Cities": 1, "Names": 1})
		_, err = r.Create(ctx, &crate{ID: "free", Name: "other", Home: slot{City: "free"}})
		kit.Must(t, err)
		_, err = r.Create(ctx, &crate{ID: "taken", Name: "Ann", Home: slot{City: "taken"}})
		kit.WantErr(t, "claimed", err, repo.ErrDuplicate, "another object has it")
		kit.DeleteAll(t, x, r)
	}},
	{Name: "over what counts as absent", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		r := kit.Open(t, x, crates(kit.Keys(t), crateUntil, repo.SoftDelete[crate]()))
		key, text := stored(t, r)
		for name, end := range map[string]func(){
			"deleted and kept": func() { kit.Must(t, r.Delete(ctx, key)) },
			"expired": func() {
				kit.Must(t, r.Modify(ctx, key, func(c *crate) error { c.Until = time.Unix(1000, 0); c.Past = nil; return nil }))
			},
		} {
			end()
			_, err := r.Import(ctx, strings.NewReader(text))
			kit.Must(t, err)
			got, err := r.Get(ctx, key)
			kit.Must(t, err)
			kit.Equal(t, "version over one that was "+name, got.Meta.Version, int64(2))
			x.Counted(t, "items", map[string]int{"Crates": 1, "Bys": 2, "Past": 2, "Homes": 1, "Spares": 1, "Wines": 1, "Cities": 1, "Names": 1})
		}
		for _, table := range []string{"Past", "Bys", "Homes", "Spares", "Wines", "Cities", "Names"} {
			d, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
			kit.Must(t, err)
			for _, it := range d.Table(table).Items {
				kit.Same(t, "expiry in "+table, it["_ttl"], kit.Num("4000000000"))
			}
		}
	}},
	{Name: "the model declares more by now", Run: func(t *testing.T, x *kit.World) {
		ctx, keys, y := t.Context(), kit.Keys(t), elsewhere(t, x)
		_, text := stored(t, kit.Open(t, x, crates(keys)))
		s := kit.Open(t, y, crates(keys, crateUntil))
		key, err := s.Import(ctx, strings.NewReader(text))
		kit.Must(t, err)
		kit.Same(t, "expiry of a part", y.Item(t, "Homes", "Crates/Sc~11~0ü/home")["_ttl"], kit.Num("4000000000"))
		kit.Must(t, s.Update(ctx, key, crateN.Set(1)))
		kit.DeleteAll(t, y, s)
		z := elsewhere(t, x)
		hashed := repo.TableOf("Crates", crateID, keep, inline, shard.Unique(shard.To("Hashes"), crateName).HashedBy([]byte(kit.Text(32))))
		plain := kit.Open(t, x, repo.TableOf("Others", crateID, keep, inline), repo.Entity("Crates"))
		_, err = plain.Create(ctx, aPlainCrate())
		kit.Must(t, err)
		h := kit.Open(t, z, hashed)
		_, err = h.Import(ctx, strings.NewReader(export(t, plain, crateID.Of("c"))))
		kit.Must(t, err)
		_, err = h.Create(ctx, &crate{ID: "d", Name: "Ann"})
		kit.WantErr(t, "claimed by its hash", err, repo.ErrDuplicate, "")
	}},
	{Name: "what is unique is another's", Run: func(t *testing.T, x *kit.World) {
		ctx, keys, y := t.Context(), kit.Keys(t), elsewhere(t, x)
		_, text := stored(t, kit.Open(t, x, crates(keys)))
		s := kit.Open(t, y, crates(keys))
		_, err := s.Create(ctx, &crate{ID: "other", Name: "Ann"})
		kit.Must(t, err)
		_, err = s.Import(ctx, strings.NewReader(text))
		kit.WantErr(t, "import", err, repo.ErrDuplicate, "another object has it")
		y.Counted(t, "items", map[string]int{"Crates": 1, "Homes": 1, "Names": 1, "Cities": 1})
	}},
	{Name: "without an answer, and again", Run: func(t *testing.T, x *kit.World) {
		ctx, keys, y := t.Context(), kit.Keys(t), elsewhere(t, x)
		_, text := stored(t, kit.Open(t, x, crates(keys)))
		s := kit.Open(t, y, crates(keys))
		for _, f := range []fault.Fault{fault.ReplyLost(), fault.SendError(), fault.ServerErrorAfter()} {
			for _, opts := range [][]repo.CallOption{nil, {repo.Overwrite()}} {
				y.Net.Reset(fault.Inject(f, fault.Op("TransactWriteItems"), fault.Times(1)))
				key, err := s.Import(ctx, strings.NewReader(text), opts...)
				kit.Must(t, err)
				got, err := s.Get(ctx, key)
				kit.Must(t, err)
				kit.Equal(t, "version", got.Meta.Version, int64(2+len(opts)))
				if len(opts) > 0 {
					kit.Must(t, s.Delete(ctx, key))
				}
			}
		}
		y.Net.Reset()
		id := meta.NewWriteID()
		for range 3 {
			key, err := s.Import(ctx, strings.NewReader(text), repo.WithWriteID(id))
			kit.Must(t, err)
			got, err := s.Get(ctx, key)
			kit.Must(t, err)
			kit.Equal(t, "write", got.Meta.WriteID, id)
			kit.Equal(t, "version", got.Meta.Version, int64(2))
		}
	}},
	{Name: "at the same time", Run: func(t *testing.T, x *kit.World) {
		ctx, keys, y := t.Context(), kit.Keys(t), elsewhere(t, x)
		_, text := stored(t, kit.Open(t, x, crates(keys)))
		s := kit.Open(t, y, crates(keys))
		var mu sync.Mutex
		results := map[string]int{}
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				var opts []repo.CallOption
				if i >= 4 {
					opts = append(opts, repo.Overwrite())
				}
				_, err := s.Import(context.WithoutCancel(ctx), strings.NewReader(text), opts...)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					results["done"]++
				case errors.Is(err, repo.ErrExists):
					results["exists"]++
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if results["done"] < 4 || results["done"]+results["exists"] != 8 {
			t.Errorf("results %v", results)
		}
		_, err := s.Get(ctx, crateID.Of("c/1~ü"))
		kit.Must(t, err)
	}},
	{Name: "a context that ends", Run: func(t *testing.T, x *kit.World) {
		r := kit.Open(t, x, crates(kit.Keys(t)))
		key, text := stored(t, r)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		x.Net.Reset()
		_, err := r.Import(ctx, strings.NewReader(text))
		kit.Equal(t, "import", errors.Is(err, context.Canceled), true)
		kit.Equal(t, "export", errors.Is(r.Export(ctx, &strings.Builder{}, key), context.Canceled), true)
		x.WantSent(t, "nothing")
	}},
}

// stored creates a crate, and returns its document.
func stored(t *testing.T, r *repo.Repo[crate]) (repo.Key[crate], string) {
	t.Helper()
	key, err := r.Create(t.Context(), aCrate())
	kit.Must(t, err)
	return key, export(t, r, key)
}
