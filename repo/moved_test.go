package repo_test

import (
	"context"
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// A condition and a change find the part in the table from which the shard has
// moved.
func TestConditionOnMovedPart(t *testing.T) {
	ctx := context.Background()
	c := embedded.New().Client()
	old := repoOver(t, c, repo.TableOf("Root", estateID, keepEstate,
		shard.New(shard.To("Old"), func(d *estate) *house { return &d.Home })))
	now := repoOver(t, c, repo.TableOf("Root", estateID, keepEstate,
		shard.New(shard.To("New", shard.MovedFrom("Old")), func(d *estate) *house { return &d.Home })))
	d := estate{ID: "1", Home: house{City: "x"}}
	noErr(t, errOf(old.Create(ctx, &d)))
	got := must(now.Get(ctx, estateID.Of("1"), repo.RootOnly()))(t)
	got.Name = "n"
	noErr(t, errOf(now.Put(ctx, got))) // the new layout, the part in its old table
	noErr(t, now.Update(ctx, estateID.Of("1"), estateName.Set("m"), repo.If(homeCity.Eq("x"))))
	noErr(t, now.Update(ctx, estateID.Of("1"), homeCity.Set("y"), repo.If(homeCity.Eq("x"))))
	sameEstate(t, now, estate{ID: "1", Name: "m", Home: house{City: "y"}})
	if v := must(repo.Read(ctx, now, estateID.Of("1"), homeCity))(t); v != "y" {
		t.Fatal(v)
	}
	noErr(t, now.Update(ctx, estateID.Of("1"), estateHome.Set(house{City: "z"})))
	sameEstate(t, now, estate{ID: "1", Name: "m", Home: house{City: "z"}})
	noErr(t, now.Delete(ctx, estateID.Of("1")))
	emptyTables(t, c, "Old", "New")
}

// Two shards have swapped their tables. Read finds each part where it was
// written.
func TestReadAfterTablesAreSwapped(t *testing.T) {
	ctx := context.Background()
	c := embedded.New().Client()
	before := repoOver(t, c, repo.TableOf("Root", estateID, keepEstate,
		shard.Optional(shard.To("One"), func(d *estate) **house { return &d.Away },
			shard.New(shard.To("Two"), func(h *house) *site { return &h.Spot }))))
	after := repoOver(t, c, repo.TableOf("Root", estateID, keepEstate,
		shard.Optional(shard.To("Two"), func(d *estate) **house { return &d.Away },
			shard.New(shard.To("One"), func(h *house) *site { return &h.Spot }))))
	noErr(t, errOf(before.Create(ctx, &estate{ID: "1", Away: &house{City: "c", Spot: site{Lat: "1"}}})))
	check := func() {
		t.Helper()
		if v, err := repo.Read(ctx, after, estateID.Of("1"), awayLat); v != "1" || err != nil {
			t.Errorf("%q %v", v, err)
		}
		if v, err := repo.Read(ctx, after, estateID.Of("1"), awayCity); v != "c" || err != nil {
			t.Errorf("%q %v", v, err)
		}
	}
	check()
	d := must(after.Get(ctx, estateID.Of("1"), repo.RootOnly()))(t)
	noErr(t, errOf(after.Put(ctx, d))) // the new layout, the parts in their old tables
	check()
	d = must(after.Get(ctx, estateID.Of("1")))(t)
	noErr(t, errOf(after.Put(ctx, d)))
	check()
	noErr(t, after.Delete(ctx, estateID.Of("1")))
	emptyTables(t, c, "Root", "One", "Two")
}
