package repo_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Read takes paths of a shard and of the key itself, under a composite key.
func TestReadOfKeys(t *testing.T) {
	ctx := context.Background()
	type order struct {
		P, S string
		Home house
		Name string
	}
	key := repo.CompositeKeyOf(func(o *order) *string { return &o.P }, func(o *order) *string { return &o.S })
	city := lens.Of(func(o *order) *string { return &o.Home.City })
	r := repoOver(t, embedded.New().Client(), repo.TableOf("Root", key, shard.New(shard.To("Homes"), func(o *order) *house { return &o.Home })))
	k := must(r.Put(ctx, &order{P: "p", S: "s", Home: house{City: "c"}}))(t)
	if v, err := repo.Read(ctx, r, k, city); err != nil || v != "c" {
		t.Error(v, err)
	}
	if v, err := repo.Read(ctx, r, k, lens.Of(func(o *order) *string { return &o.P })); err != nil || v != "p" {
		t.Error(v, err)
	}
	if v, err := repo.Read(ctx, r, k, lens.Of(func(o *order) *string { return &o.S })); err != nil || v != "s" {
		t.Error(v, err)
	}
}

// DynamoDB returns numbers in normal form. Objects are found under a key that was
// written in another one.
func TestNumberKeys(t *testing.T) {
	ctx := context.Background()
	type num struct {
		ID   attributevalue.Number
		Home house
	}
	key := repo.KeyOf(func(o *num) *attributevalue.Number { return &o.ID })
	r, err := repo.New(embedded.New().Client(), repo.TableOf("Root", key, shard.New(shard.To("Homes"), func(o *num) *house { return &o.Home })))
	noErr(t, err)
	noErr(t, r.CreateTables(ctx))
	for _, n := range []attributevalue.Number{"1.50", "1e2", "-0", "007"} {
		if _, err := r.Create(ctx, &num{ID: n, Home: house{City: "c"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Get(ctx, key.Of(n)); err != nil {
			t.Error(err)
		}
	}
	for v, err := range r.Scan(ctx) {
		if err != nil || v.Home.City != "c" {
			t.Error(v, err)
		}
	}
	type flt struct {
		ID   float64
		Home house
	}
	fkey := repo.KeyOf(func(o *flt) *float64 { return &o.ID })
	f, err := repo.New(embedded.New().Client(), repo.TableOf("Root", fkey, shard.New(shard.To("Homes"), func(o *flt) *house { return &o.Home })))
	noErr(t, err)
	noErr(t, f.CreateTables(ctx))
	for _, n := range []float64{1.5, 1e21, 1e-7} {
		if _, err := f.Create(ctx, &flt{ID: n, Home: house{City: "c"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Get(ctx, fkey.Of(n)); err != nil {
			t.Error(err)
		}
	}
	for v, err := range f.Scan(ctx) {
		if err != nil || v.Home.City != "c" {
			t.Error(v, err)
		}
	}
}
