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
// here is written by hand. Except for the contender with the same guarantees, it
// does less: no version, no proof that parts read together were written together,
// no owner of a part. None of it encrypts.

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

// byHand is the code of a contender that divides the person itself.
type byHand interface {
	create(ctx context.Context) (string, error)
	get(ctx context.Context, id string) (*Person, error)
	update(ctx context.Context, id, city string) error
	putLocation(ctx context.Context, id string, l Location) error
}

// sharded is a workload with two contenders of dystore and three of the others.
func sharded(name string, items int, hand func(context.Context, byHand) (Op, error),
	ours func(context.Context, *repo.Repo[Person]) (Op, error)) Workload {
	return Workload{name, items, []Contender{
		onFour(SDK, hand, func(e Engine, t fourTables) byHand { return &handSDK{e.Client, t} }),
		onFour(SDKSame, hand, func(e Engine, t fourTables) byHand { return &guardedSDK{c: e.Client, t: t} }),
		onFour(Guregu, hand, func(e Engine, t fourTables) byHand { return newHandGuregu(e, t) }),
		onPeople(Unsealed, openPeople, ours),
		onPeople(Dystore, sealedPeople, ours),
	}}
}

// fourTables are the names of the tables of the contenders by hand.
type fourTables struct{ root, birth, location, geo string }

func onFour(name string, do func(context.Context, byHand) (Op, error), open func(Engine, fourTables) byHand) Contender {
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
		return do(ctx, open(e, t))
	}}
}

func shardedCreate() Workload {
	return sharded("Sharded: create", 4,
		func(_ context.Context, h byHand) (Op, error) {
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
		func(ctx context.Context, h byHand) (Op, error) {
			id, err := h.create(ctx)
			return func(ctx context.Context) error { _, err := h.get(ctx, id); return err }, err
		},
		func(ctx context.Context, r *repo.Repo[Person]) (Op, error) {
			p := NewJohn()
			key, err := r.Create(ctx, &p)
			return func(ctx context.Context) error { _, err := r.Get(ctx, key); return err }, err
		})
}

// shardedUpdate changes one attribute of the part in the third table. By hand
// that is an UpdateItem that leaves the rest of the object unchanged, or two in
// a transaction.
func shardedUpdate() Workload {
	return sharded("Sharded: update one path", 1,
		func(ctx context.Context, h byHand) (Op, error) {
			id, err := h.create(ctx)
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
		func(ctx context.Context, h byHand) (Op, error) {
			id, err := h.create(ctx)
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
