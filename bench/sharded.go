package bench

import (
	"context"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Workloads on the person that is divided over four tables. The others' code
// here is written by hand and does less: no encryption, no version, no proof
// that parts read together were written together, no owner of a part.

// ShardedModel is the model of the README, with encrypted fields if there are
// keys.
func ShardedModel(keys cipher.Cipher) repo.Model[Person] {
	parts := []repo.Part[Person]{
		shard.Optional(shard.To("Shard1", shard.KeyName("IDX")), func(p *Person) **Birth { return &p.Birth }),
		shard.New(shard.To("Shard2", shard.KeyName("IDX")), func(p *Person) *Location { return &p.Location },
			shard.New(shard.To("Shard3"), func(l *Location) *Geo { return &l.Geo })),
		shard.Each(shard.To("Past"), func(p *Person) *[]Location { return &p.Past }),
		shard.EachValue(shard.To("Homes", shard.WhenOver(64<<10)), func(p *Person) *map[string]Location { return &p.Homes }),
		meta.Keep(func(p *Person) *meta.Record { return &p.Meta }),
	}
	if keys != nil {
		parts = append(parts, cipher.Protect(keys, first, hospital, city, lens.Each(past, inCity)))
	}
	return repo.TableOf("Root", personID, parts...)
}

func sealedPeople(ctx context.Context, e Engine) (*repo.Repo[Person], error) {
	keys, err := Keys()
	if err != nil {
		return nil, err
	}
	return repository(ctx, e, ShardedModel(keys))
}

func openPeople(ctx context.Context, e Engine) (*repo.Repo[Person], error) {
	return repository(ctx, e, ShardedModel(nil))
}

// sharded is a workload with two contenders of dystore and two of the others.
func sharded(name string, items int, sdk func(*handSDK) (Op, error), gur func(*handGuregu) (Op, error),
	ours func(context.Context, *repo.Repo[Person]) (Op, error)) Workload {
	return Workload{name, items, []Contender{
		onFour(SDK, func(ctx context.Context, e Engine, t fourTables) (Op, error) { return sdk(&handSDK{e.Client, t}) }),
		onFour(Guregu, func(ctx context.Context, e Engine, t fourTables) (Op, error) { return gur(newHandGuregu(e, t)) }),
		onPeople(Unsealed, openPeople, ours),
		onPeople(Dystore, sealedPeople, ours),
	}}
}

// fourTables are the names of the tables of the contenders by hand.
type fourTables struct{ root, birth, location, geo string }

func onFour(name string, do func(context.Context, Engine, fourTables) (Op, error)) Contender {
	return Contender{name, func(ctx context.Context, e Engine) (op Op, err error) {
		var t fourTables
		for _, want := range []struct {
			name, key string
			to        *string
		}{{"Root", "ID", &t.root}, {"Shard1", "IDX", &t.birth}, {"Shard2", "IDX", &t.location}, {"Shard3", "_id", &t.geo}} {
			if *want.to, err = e.table(ctx, want.name, want.key); err != nil {
				return nil, err
			}
		}
		return do(ctx, e, t)
	}}
}

func shardedCreate() Workload {
	return sharded("Sharded: create", 4,
		func(h *handSDK) (Op, error) {
			return func(ctx context.Context) error { _, err := h.create(ctx); return err }, nil
		},
		func(h *handGuregu) (Op, error) {
			return func(ctx context.Context) error { _, err := h.create(ctx); return err }, nil
		},
		func(_ context.Context, r *repo.Repo[Person]) (Op, error) {
			return func(ctx context.Context) error {
				p := NewJohn()
				_, err := r.Create(ctx, &p)
				return err
			}, nil
		})
}

func shardedGet() Workload {
	return sharded("Sharded: get", 4,
		func(h *handSDK) (Op, error) {
			id, err := h.create(context.Background())
			return func(ctx context.Context) error { _, err := h.get(ctx, id); return err }, err
		},
		func(h *handGuregu) (Op, error) {
			id, err := h.create(context.Background())
			return func(ctx context.Context) error { _, err := h.get(ctx, id); return err }, err
		},
		func(ctx context.Context, r *repo.Repo[Person]) (Op, error) {
			p := NewJohn()
			key, err := r.Create(ctx, &p)
			return func(ctx context.Context) error { _, err := r.Get(ctx, key); return err }, err
		})
}

// shardedUpdate changes one attribute of the part in the third table. By hand
// that is an UpdateItem that leaves the rest of the object unchanged.
func shardedUpdate() Workload {
	return sharded("Sharded: update one path", 1,
		func(h *handSDK) (Op, error) {
			id, err := h.create(context.Background())
			n := 0
			return func(ctx context.Context) error { n++; return h.update(ctx, id, cities[n%2]) }, err
		},
		func(h *handGuregu) (Op, error) {
			id, err := h.create(context.Background())
			n := 0
			return func(ctx context.Context) error { n++; return h.update(ctx, id, cities[n%2]) }, err
		},
		func(ctx context.Context, r *repo.Repo[Person]) (Op, error) {
			p := NewJohn()
			key, err := r.Create(ctx, &p)
			n := 0
			return func(ctx context.Context) error { n++; return r.Update(ctx, key, city.Set(cities[n%2])) }, err
		})
}

// shardedPut writes the whole object back after one part of it has changed.
// By hand the program must know which part that is.
func shardedPut() Workload {
	return sharded("Sharded: put, one part changed", 1,
		func(h *handSDK) (Op, error) {
			id, err := h.create(context.Background())
			l, n := NewJohn().Location, 0
			return func(ctx context.Context) error { n++; l.City = cities[n%2]; return h.putLocation(ctx, id, l) }, err
		},
		func(h *handGuregu) (Op, error) {
			id, err := h.create(context.Background())
			l, n := NewJohn().Location, 0
			return func(ctx context.Context) error { n++; l.City = cities[n%2]; return h.putLocation(ctx, id, l) }, err
		},
		func(ctx context.Context, r *repo.Repo[Person]) (Op, error) {
			p := NewJohn()
			_, err := r.Create(ctx, &p)
			n := 0
			return func(ctx context.Context) error {
				n++
				p.Location.City = cities[n%2]
				_, err := r.Put(ctx, &p)
				return err
			}, err
		})
}
