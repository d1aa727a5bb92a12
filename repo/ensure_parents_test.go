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

// The parent of a part is absent. EnsureParents creates it, so that a reader
// finds the part.
func TestEnsureParentsOfNestedShards(t *testing.T) {
	ctx := context.Background()
	for name, m := range map[string]repo.Model[estate]{
		"pointer in root": repo.TableOf("Root", estateID, keepEstate,
			shard.New(shard.To("Spots"), func(d *estate) *site { return &d.Away.Spot })),
		"nested shards": repo.TableOf("Root", estateID, keepEstate,
			shard.Optional(shard.To("Aways"), func(d *estate) **house { return &d.Away }, siteShard())),
		"nested spill": repo.TableOf("Root", estateID, keepEstate,
			shard.Optional(shard.To("Aways", shard.WhenOver(1000)), func(d *estate) **house { return &d.Away }, siteShard())),
		"optional in pointer": repo.TableOf("Root", estateID, keepEstate,
			shard.Optional(shard.To("Spots"), func(d *estate) **site { return &d.Away.Opt })),
		"optional in optional": repo.TableOf("Root", estateID, keepEstate,
			shard.Optional(shard.To("Aways"), func(d *estate) **house { return &d.Away },
				shard.Optional(shard.To("Spots"), func(h *house) **site { return &h.Opt }))),
	} {
		t.Run(name, func(t *testing.T) {
			r := repoOver(t, embedded.New().Client(), m)
			d := estate{ID: "1"}
			noErr(t, errOf(r.Put(ctx, &d)))
			want := estate{ID: "1", Away: &house{Spot: site{Lat: "5"}}}
			noErr(t, r.With(repo.EnsureParents()).Update(ctx, estateID.Of("1"), awayLat.Set("5")))
			sameEstate(t, r, want)
			noErr(t, r.With(repo.EnsureParents()).Update(ctx, estateID.Of("1"), awayOptLat.Set("6"), awayCity.Set("x")))
			want.Away.Opt, want.Away.City = &site{Lat: "6"}, "x"
			sameEstate(t, r, want)
			noErr(t, r.Update(ctx, estateID.Of("1"), estateAway.Set(nil)))
			noErr(t, r.With(repo.EnsureParents()).Update(ctx, estateID.Of("1"), awayOptLat.Set("7")))
			want.Away = &house{Opt: &site{Lat: "7"}}
			sameEstate(t, r, want)
			noErr(t, r.Update(ctx, estateID.Of("1"), estateAway.Set(nil)))
			noErr(t, r.With(repo.EnsureParents()).Update(ctx, estateID.Of("1"), awayOptLat.Set("7"), awayLat.Set("8"), awayCity.Set("9")))
			want.Away = &house{Opt: &site{Lat: "7"}, Spot: site{Lat: "8"}, City: "9"}
			sameEstate(t, r, want)
		})
	}
}

// The value that is set below an absent parent is divided itself.
func TestEnsureParentsOfDividedValues(t *testing.T) {
	ctx := context.Background()
	type box struct {
		Name  string
		Home  house
		Opt   *house
		Lines []house
		Mixed []house
		Stay  []house
	}
	type doc struct {
		ID  string
		Box *box
	}
	id := repo.KeyOf(func(d *doc) *string { return &d.ID })
	home := lens.Of(func(d *doc) *house { return &d.Box.Home })
	opt := lens.Of(func(d *doc) **house { return &d.Box.Opt })
	lines := lens.Of(func(d *doc) *[]house { return &d.Box.Lines })
	mixed := lens.Of(func(d *doc) *[]house { return &d.Box.Mixed })
	stay := lens.Of(func(d *doc) *[]house { return &d.Box.Stay })
	name := lens.Of(func(d *doc) *string { return &d.Box.Name })
	big := house{City: string(make([]byte, 500))}
	for what, r := range map[string]*repo.Repo[doc]{
		"in the root": repoOver(t, embedded.New().Client(), repo.TableOf("Root", id,
			shard.New(shard.To("Homes"), func(d *doc) *house { return &d.Box.Home }, siteShard()),
			shard.Optional(shard.To("Opts"), func(d *doc) **house { return &d.Box.Opt }, siteShard()),
			shard.Each(shard.To("Lines"), func(d *doc) *[]house { return &d.Box.Lines }),
			shard.Each(shard.To("Mixed", shard.WhenOver(300)), func(d *doc) *[]house { return &d.Box.Mixed }),
			shard.Within(func(d *doc) *[]house { return &d.Box.Stay }, siteShard()))),
		"in a shard": repoOver(t, embedded.New().Client(), repo.TableOf("Root", id,
			shard.Optional(shard.To("Boxes"), func(d *doc) **box { return &d.Box },
				shard.New(shard.To("Homes"), func(d *box) *house { return &d.Home }, siteShard()),
				shard.Optional(shard.To("Opts"), func(d *box) **house { return &d.Opt }, siteShard()),
				shard.Each(shard.To("Lines"), func(d *box) *[]house { return &d.Lines }),
				shard.Each(shard.To("Mixed", shard.WhenOver(300)), func(d *box) *[]house { return &d.Mixed }),
				shard.Within(func(d *box) *[]house { return &d.Stay }, siteShard())))),
	} {
		for i, c := range []struct {
			ch   []lens.Change[doc]
			want box
		}{
			{[]lens.Change[doc]{home.Set(house{City: "x", Spot: site{"1", "2"}})}, box{Home: house{City: "x", Spot: site{"1", "2"}}}},
			{[]lens.Change[doc]{opt.Set(&house{City: "x", Spot: site{"1", "2"}}), name.Set("n")}, box{Name: "n", Opt: &house{City: "x", Spot: site{"1", "2"}}}},
			{[]lens.Change[doc]{opt.SetIfAbsent(&house{City: "x", Spot: site{"1", "2"}})}, box{Opt: &house{City: "x", Spot: site{"1", "2"}}}},
			{[]lens.Change[doc]{lines.Set([]house{{City: "a"}}), mixed.Set([]house{{City: "b"}, big})}, box{Lines: []house{{City: "a"}}, Mixed: []house{{City: "b"}, big}}},
			{[]lens.Change[doc]{lens.Append(lines, house{City: "a"}), lens.Append(mixed, big, house{City: "b"})}, box{Lines: []house{{City: "a"}}, Mixed: []house{big, {City: "b"}}}},
			{[]lens.Change[doc]{lens.Append(lines, house{City: "a"})}, box{Lines: []house{{City: "a"}}}},
			{[]lens.Change[doc]{lens.Append(stay, house{City: "a", Spot: site{"1", "2"}}), name.Set("m")}, box{Name: "m", Stay: []house{{City: "a", Spot: site{"1", "2"}}}}},
		} {
			key := must(r.Put(ctx, &doc{ID: "1"}))(t)
			if err := r.Update(ctx, key, c.ch...); !errors.Is(err, repo.ErrNoPath) {
				t.Errorf("%s, %d: without EnsureParents: %v", what, i, err)
			}
			if err := r.With(repo.EnsureParents()).Update(ctx, key, c.ch...); err != nil {
				t.Errorf("%s, %d: %v", what, i, err)
				continue
			}
			got, err := r.Get(ctx, key)
			noErr(t, err)
			if d := cmp.Diff(&c.want, got.Box); d != "" {
				t.Errorf("%s, %d: %s", what, i, d)
			}
		}
		noErr(t, r.Delete(ctx, id.Of("1")))
	}
}
