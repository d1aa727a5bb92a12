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

// Read of a path in a shard, composite key; and of the key itself.
func TestReviewReadKeys(t *testing.T) {
	ctx := context.Background()
	type order struct {
		P, S string
		Home rvHome
		Name string
	}
	key := repo.CompositeKeyOf(func(o *order) *string { return &o.P }, func(o *order) *string { return &o.S })
	city := lens.Of(func(o *order) *string { return &o.Home.City })
	r := rvRepo(t, embedded.New().Client(), repo.TableOf("Root", key, shard.New(shard.To("Homes"), func(o *order) *rvHome { return &o.Home })))
	k := rvMust(r.Put(ctx, &order{P: "p", S: "s", Home: rvHome{City: "c"}}))(t)
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

// Keys that DynamoDB returns in another form than they were written.
func TestReviewNumberKeys(t *testing.T) {
	ctx := context.Background()
	type num struct {
		ID   attributevalue.Number
		Home rvHome
	}
	key := repo.KeyOf(func(o *num) *attributevalue.Number { return &o.ID })
	r, err := repo.New(embedded.New().Client(), repo.TableOf("Root", key, shard.New(shard.To("Homes"), func(o *num) *rvHome { return &o.Home })))
	rvOK(t, err)
	rvOK(t, r.CreateTables(ctx))
	for _, n := range []attributevalue.Number{"1.50", "1e2", "-0", "007"} {
		if _, err := r.Create(ctx, &num{ID: n, Home: rvHome{City: "c"}}); err != nil {
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
		Home rvHome
	}
	fkey := repo.KeyOf(func(o *flt) *float64 { return &o.ID })
	f, err := repo.New(embedded.New().Client(), repo.TableOf("Root", fkey, shard.New(shard.To("Homes"), func(o *flt) *rvHome { return &o.Home })))
	if err != nil {
		t.Log(err)
		return
	}
	rvOK(t, f.CreateTables(ctx))
	for _, n := range []float64{1.5, 1e21, 1e-7} {
		if _, err := f.Create(ctx, &flt{ID: n, Home: rvHome{City: "c"}}); err != nil {
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

// A read of a path in an object whose parts lie in tables that are now used for
// something else.
func TestReviewReadTablesSwapped(t *testing.T) {
	ctx := context.Background()
	c := embedded.New().Client()
	before := rvRepo(t, c, repo.TableOf("Root", rvID, rvKeep,
		shard.Optional(shard.To("One"), func(d *rvDoc) **rvHome { return &d.Away },
			shard.New(shard.To("Two"), func(h *rvHome) *rvSpot { return &h.Spot }))))
	after := rvRepo(t, c, repo.TableOf("Root", rvID, rvKeep,
		shard.Optional(shard.To("Two"), func(d *rvDoc) **rvHome { return &d.Away },
			shard.New(shard.To("One"), func(h *rvHome) *rvSpot { return &h.Spot }))))
	rvOK(t, rvErr(before.Create(ctx, &rvDoc{ID: "1", Away: &rvHome{City: "c", Spot: rvSpot{Lat: "1"}}})))
	check := func() {
		t.Helper()
		if v, err := repo.Read(ctx, after, rvID.Of("1"), rvLat); v != "1" || err != nil {
			t.Errorf("%q %v", v, err)
		}
		if v, err := repo.Read(ctx, after, rvID.Of("1"), rvACity); v != "c" || err != nil {
			t.Errorf("%q %v", v, err)
		}
	}
	check()
	d := rvMust(after.Get(ctx, rvID.Of("1"), repo.RootOnly()))(t)
	rvOK(t, rvErr(after.Put(ctx, d))) // today's layout, the parts where they were
	check()
	d = rvMust(after.Get(ctx, rvID.Of("1")))(t)
	rvOK(t, rvErr(after.Put(ctx, d)))
	check()
	rvOK(t, after.Delete(ctx, rvID.Of("1")))
	rvEmpty(t, c, "Root", "One", "Two")
}
