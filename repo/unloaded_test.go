package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The program divides the object in another way than the stored one. What it
// reads without parts it can put back; KeepShards is refused, since the stored
// object has no such parts.
func TestUnloadedPartsOfAnotherLayout(t *testing.T) {
	ctx := context.Background()
	c := embedded.New().Client()
	flat := repoOver(t, c, repo.TableOf("Root", estateID, keepEstate), repo.AllowTables("Homes", "Spots", "Rest"))
	home := shard.New(shard.To("Homes"), func(d *estate) *house { return &d.Home }, siteShard())
	spot := siteShard()
	deep := repoOver(t, c, repo.TableOf("Root", estateID, keepEstate, home,
		shard.Each(shard.To("Rest"), func(d *estate) *[]house { return &d.Lines }),
		shard.WithinValues(func(d *estate) *map[string]house { return &d.Rows }, spot)))
	within := repoOver(t, c, repo.TableOf("Root", estateID, keepEstate, home,
		shard.Within(func(d *estate) *[]house { return &d.Lines }, spot)))
	d := estate{ID: "1", Name: "a", Home: house{City: "h", Spot: site{Lat: "1"}},
		Lines: []house{{City: "l", Spot: site{Lat: "2"}}, {City: "m"}}, Rows: map[string]house{"k": {City: "r", Spot: site{Lat: "3"}}}}
	for name, r := range map[string]*repo.Repo[estate]{"deep": deep, "within": within} {
		for without, opt := range map[string]repo.CallOption{"root only": repo.RootOnly(), "skip": repo.Skip(home)} {
			t.Run(name+", "+without, func(t *testing.T) {
				base := d
				noErr(t, errOf(flat.Put(ctx, &base, repo.Overwrite())))
				got, err := r.Get(ctx, estateID.Of("1"), opt)
				noErr(t, err)
				got.Name = "b"
				noErr(t, errOf(r.Put(ctx, got)))
				want := d
				want.Name = "b"
				sameEstate(t, r, want)
				base = d
				base.Meta = meta.Record{}
				noErr(t, errOf(flat.Put(ctx, &base, repo.Overwrite())))
				got, err = r.Get(ctx, estateID.Of("1"))
				noErr(t, err)
				got.Name = "c"
				for _, v := range []*estate{got, {ID: "1", Name: "d"}} {
					if _, err := r.Put(ctx, v, repo.KeepShards()); !errors.Is(err, repo.ErrInvalid) {
						t.Error(v.Name, err)
					}
					sameEstate(t, r, d)
				}
			})
		}
	}
}

// The value was read without a part that has moved into the root item since.
// Overwrite would lose it, so it is refused.
func TestOverwriteWithoutAPartNowInTheRoot(t *testing.T) {
	ctx := context.Background()
	r := repoOver(t, embedded.New().Client(), repo.TableOf("Root", estateID, keepEstate,
		shard.Optional(shard.To("Aways", shard.WhenOver(300)), func(d *estate) **house { return &d.Away })))
	d := estate{ID: "1", Away: &house{City: string(make([]byte, 400))}}
	noErr(t, errOf(r.Create(ctx, &d)))
	got := must(r.Get(ctx, estateID.Of("1"), repo.RootOnly()))(t)
	d.Away = &house{City: "small"}
	noErr(t, errOf(r.Put(ctx, &d)))
	got.Name = "x"
	if _, err := r.Put(ctx, got, repo.Overwrite()); !errors.Is(err, repo.ErrNotLoaded) {
		t.Error(err)
	}
	sameEstate(t, r, estate{ID: "1", Away: &house{City: "small"}})
}

// The stored object has no parts yet. A read without parts leaves nothing out,
// and a Put of what was read moves the parts.
func TestRootOnlyBeforeTheShardsCame(t *testing.T) {
	ctx := context.Background()
	one, two := kRepos(t)
	v := kV1{ID: "1", Name: "a", Home: Location{City: "h"}, Past: []Location{{City: "p"}, {City: "q"}}, Notes: map[string]Location{"n": {City: "n"}}}
	if _, err := one.Create(ctx, &v); err != nil {
		t.Fatal(err)
	}
	key := repo.KeyOf(func(v *kV2) *string { return &v.ID }).Of("1")
	got, err := two.Get(ctx, key, repo.RootOnly())
	if err != nil {
		t.Fatal(err)
	}
	want := kV2(v)
	want.Meta = got.Meta
	if d := cmp.Diff(&want, got); d != "" {
		t.Fatal(d)
	}
	got.Name, want.Name = "b", "b"
	if _, err := two.Put(ctx, got); err != nil {
		t.Fatal(err)
	}
	if parts := len(got.Meta.References()); parts != 4 {
		t.Errorf("%d parts after the Put, want 4", parts)
	}
	again, err := two.Get(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	want.Meta = again.Meta
	if d := cmp.Diff(&want, again); d != "" {
		t.Error(d)
	}
}
