package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Parts below an absent parent: EnsureParents must not leave a part that
// nothing holds.
func TestReviewEnsureParentsNested(t *testing.T) {
	ctx := context.Background()
	for name, m := range map[string]repo.Model[rvDoc]{
		"pointer in root": repo.TableOf("Root", rvID, rvKeep,
			shard.New(shard.To("Spots"), func(d *rvDoc) *rvSpot { return &d.Away.Spot })),
		"nested shards": repo.TableOf("Root", rvID, rvKeep,
			shard.Optional(shard.To("Aways"), func(d *rvDoc) **rvHome { return &d.Away }, rvSpotShard())),
		"nested spill": repo.TableOf("Root", rvID, rvKeep,
			shard.Optional(shard.To("Aways", shard.WhenOver(1000)), func(d *rvDoc) **rvHome { return &d.Away }, rvSpotShard())),
		"optional in pointer": repo.TableOf("Root", rvID, rvKeep,
			shard.Optional(shard.To("Spots"), func(d *rvDoc) **rvSpot { return &d.Away.Opt })),
		"optional in optional": repo.TableOf("Root", rvID, rvKeep,
			shard.Optional(shard.To("Aways"), func(d *rvDoc) **rvHome { return &d.Away },
				shard.Optional(shard.To("Spots"), func(h *rvHome) **rvSpot { return &h.Opt }))),
	} {
		t.Run(name, func(t *testing.T) {
			r := rvRepo(t, embedded.New().Client(), m)
			d := rvDoc{ID: "1"}
			rvOK(t, rvErr(r.Put(ctx, &d)))
			want := rvDoc{ID: "1", Away: &rvHome{Spot: rvSpot{Lat: "5"}}}
			rvOK(t, r.With(repo.EnsureParents()).Update(ctx, rvID.Of("1"), rvLat.Set("5")))
			rvSame(t, r, want)
			rvOK(t, r.With(repo.EnsureParents()).Update(ctx, rvID.Of("1"), rvOLat.Set("6"), rvACity.Set("x")))
			want.Away.Opt, want.Away.City = &rvSpot{Lat: "6"}, "x"
			rvSame(t, r, want)
			rvOK(t, r.Update(ctx, rvID.Of("1"), rvAway.Set(nil)))
			rvOK(t, r.With(repo.EnsureParents()).Update(ctx, rvID.Of("1"), rvOLat.Set("7")))
			want.Away = &rvHome{Opt: &rvSpot{Lat: "7"}}
			rvSame(t, r, want)
			rvOK(t, r.Update(ctx, rvID.Of("1"), rvAway.Set(nil)))
			rvOK(t, r.With(repo.EnsureParents()).Update(ctx, rvID.Of("1"), rvOLat.Set("7"), rvLat.Set("8"), rvACity.Set("9")))
			want.Away = &rvHome{Opt: &rvSpot{Lat: "7"}, Spot: rvSpot{Lat: "8"}, City: "9"}
			rvSame(t, r, want)
		})
	}
}

// EnsureParents and values that are divided themselves.
func TestReviewEnsureParentsDivided(t *testing.T) {
	ctx := context.Background()
	type box struct {
		Name  string
		Home  rvHome
		Opt   *rvHome
		Lines []rvHome
		Mixed []rvHome
		Stay  []rvHome
	}
	type doc struct {
		ID  string
		Box *box
	}
	id := repo.KeyOf(func(d *doc) *string { return &d.ID })
	home := lens.Of(func(d *doc) *rvHome { return &d.Box.Home })
	opt := lens.Of(func(d *doc) **rvHome { return &d.Box.Opt })
	lines := lens.Of(func(d *doc) *[]rvHome { return &d.Box.Lines })
	mixed := lens.Of(func(d *doc) *[]rvHome { return &d.Box.Mixed })
	stay := lens.Of(func(d *doc) *[]rvHome { return &d.Box.Stay })
	name := lens.Of(func(d *doc) *string { return &d.Box.Name })
	big := rvHome{City: string(make([]byte, 500))}
	for what, r := range map[string]*repo.Repo[doc]{
		"in the root": rvRepo(t, embedded.New().Client(), repo.TableOf("Root", id,
			shard.New(shard.To("Homes"), func(d *doc) *rvHome { return &d.Box.Home }, rvSpotShard()),
			shard.Optional(shard.To("Opts"), func(d *doc) **rvHome { return &d.Box.Opt }, rvSpotShard()),
			shard.Each(shard.To("Lines"), func(d *doc) *[]rvHome { return &d.Box.Lines }),
			shard.Each(shard.To("Mixed", shard.WhenOver(300)), func(d *doc) *[]rvHome { return &d.Box.Mixed }),
			shard.Within(func(d *doc) *[]rvHome { return &d.Box.Stay }, rvSpotShard()))),
		"in a shard": rvRepo(t, embedded.New().Client(), repo.TableOf("Root", id,
			shard.Optional(shard.To("Boxes"), func(d *doc) **box { return &d.Box },
				shard.New(shard.To("Homes"), func(d *box) *rvHome { return &d.Home }, rvSpotShard()),
				shard.Optional(shard.To("Opts"), func(d *box) **rvHome { return &d.Opt }, rvSpotShard()),
				shard.Each(shard.To("Lines"), func(d *box) *[]rvHome { return &d.Lines }),
				shard.Each(shard.To("Mixed", shard.WhenOver(300)), func(d *box) *[]rvHome { return &d.Mixed }),
				shard.Within(func(d *box) *[]rvHome { return &d.Stay }, rvSpotShard())))),
	} {
		for i, c := range []struct {
			ch   []lens.Change[doc]
			want box
		}{
			{[]lens.Change[doc]{home.Set(rvHome{City: "x", Spot: rvSpot{"1", "2"}})}, box{Home: rvHome{City: "x", Spot: rvSpot{"1", "2"}}}},
			{[]lens.Change[doc]{opt.Set(&rvHome{City: "x", Spot: rvSpot{"1", "2"}}), name.Set("n")}, box{Name: "n", Opt: &rvHome{City: "x", Spot: rvSpot{"1", "2"}}}},
			{[]lens.Change[doc]{opt.SetIfAbsent(&rvHome{City: "x", Spot: rvSpot{"1", "2"}})}, box{Opt: &rvHome{City: "x", Spot: rvSpot{"1", "2"}}}},
			{[]lens.Change[doc]{lines.Set([]rvHome{{City: "a"}}), mixed.Set([]rvHome{{City: "b"}, big})}, box{Lines: []rvHome{{City: "a"}}, Mixed: []rvHome{{City: "b"}, big}}},
			{[]lens.Change[doc]{lens.Append(lines, rvHome{City: "a"}), lens.Append(mixed, big, rvHome{City: "b"})}, box{Lines: []rvHome{{City: "a"}}, Mixed: []rvHome{big, {City: "b"}}}},
			{[]lens.Change[doc]{lens.Append(lines, rvHome{City: "a"})}, box{Lines: []rvHome{{City: "a"}}}},
			{[]lens.Change[doc]{lens.Append(stay, rvHome{City: "a", Spot: rvSpot{"1", "2"}}), name.Set("m")}, box{Name: "m", Stay: []rvHome{{City: "a", Spot: rvSpot{"1", "2"}}}}},
		} {
			key := rvMust(r.Put(ctx, &doc{ID: "1"}))(t)
			if err := r.Update(ctx, key, c.ch...); !errors.Is(err, repo.ErrNoPath) {
				t.Errorf("%s, %d: without EnsureParents: %v", what, i, err)
			}
			if err := r.With(repo.EnsureParents()).Update(ctx, key, c.ch...); err != nil {
				t.Errorf("%s, %d: %v", what, i, err)
				continue
			}
			got, err := r.Get(ctx, key)
			rvOK(t, err)
			if d := cmp.Diff(&c.want, got.Box); d != "" {
				t.Errorf("%s, %d: %s", what, i, d)
			}
		}
		rvOK(t, r.Delete(ctx, id.Of("1")))
	}
}
