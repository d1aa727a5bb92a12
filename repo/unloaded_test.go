package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// KeepShards and parts that stand in the root item.
func TestReviewKeepShardsSpill(t *testing.T) {
	ctx := context.Background()
	m := repo.TableOf("Root", rvID, rvKeep,
		shard.Optional(shard.To("Aways", shard.WhenOver(300)), func(d *rvDoc) **rvHome { return &d.Away }, rvSpotShard()),
		shard.New(shard.To("Homes"), func(d *rvDoc) *rvHome { return &d.Home }),
		shard.Each(shard.To("Lines", shard.WhenOver(300)), func(d *rvDoc) *[]rvHome { return &d.Lines }),
		shard.EachValue(shard.To("Rows", shard.WhenOver(300)), func(d *rvDoc) *map[string]rvHome { return &d.Rows }))
	r := rvRepo(t, embedded.New().Client(), m)
	long := string(make([]byte, 400))
	d := rvDoc{ID: "1", Name: "a", Home: rvHome{City: "h"}, Away: &rvHome{City: "small", Spot: rvSpot{Lat: "1"}},
		Lines: []rvHome{{City: "l1"}, {City: long}, {City: "l3"}},
		Rows:  map[string]rvHome{"a": {City: "r1"}, "b": {City: long}}}
	rvOK(t, rvErr(r.Create(ctx, &d)))
	got := rvSame(t, r, d)
	got.Name = "b"
	rvOK(t, rvErr(r.Put(ctx, got, repo.KeepShards())))
	want := d
	want.Name = "b"
	rvSame(t, r, want)

	// Without knowledge of what stands in the root, it cannot be kept.
	blind := rvDoc{ID: "1", Name: "c"}
	if _, err := r.Put(ctx, &blind, repo.KeepShards()); err == nil {
		rvSame(t, r, rvDoc{ID: "1", Name: "c", Home: want.Home, Away: want.Away, Lines: want.Lines, Rows: want.Rows})
	} else if !errors.Is(err, repo.ErrInvalid) {
		t.Fatal(err)
	}
}

func TestReviewKeepShardsBare(t *testing.T) {
	ctx := context.Background()
	c := embedded.New().Client()
	r := rvRepo(t, c, repo.TableOf("Root", rvID, rvKeep,
		shard.New(shard.To("Homes"), func(d *rvDoc) *rvHome { return &d.Home }),
		shard.Within(func(d *rvDoc) *[]rvHome { return &d.Lines }, rvSpotShard())))
	put := func(id string) {
		_, err := c.PutItem(ctx, &dynamodb.PutItemInput{TableName: rvStr("Root"), Item: map[string]types.AttributeValue{
			"ID": rvS(id), "Name": rvS("n"), "Home": rvM(map[string]types.AttributeValue{"City": rvS("c")}),
			"Lines": &types.AttributeValueMemberL{Value: []types.AttributeValue{rvM(map[string]types.AttributeValue{"City": rvS("l")})}},
		}})
		rvOK(t, err)
	}
	put("1")
	err := r.Modify(ctx, rvID.Of("1"), func(d *rvDoc) error { d.Name = "m"; return nil }, repo.KeepShards())
	if err == nil {
		rvSame(t, r, rvDoc{ID: "1", Name: "m", Home: rvHome{City: "c"}, Lines: []rvHome{{City: "l"}}})
	} else if !errors.Is(err, repo.ErrInvalid) {
		t.Fatal(err)
	}
}

func rvStr(s string) *string { return &s }

func rvS(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func rvM(m map[string]types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberM{Value: m}
}

// A program whose layout differs from the stored one, reading with gaps.
func TestReviewGapsOverOtherLayout(t *testing.T) {
	ctx := context.Background()
	c := embedded.New().Client()
	flat := rvRepo(t, c, repo.TableOf("Root", rvID, rvKeep), repo.AllowTables("Homes", "Spots", "Rest"))
	home := shard.New(shard.To("Homes"), func(d *rvDoc) *rvHome { return &d.Home }, rvSpotShard())
	spot := rvSpotShard()
	deep := rvRepo(t, c, repo.TableOf("Root", rvID, rvKeep, home,
		shard.Each(shard.To("Rest"), func(d *rvDoc) *[]rvHome { return &d.Lines }),
		shard.WithinValues(func(d *rvDoc) *map[string]rvHome { return &d.Rows }, spot)))
	within := rvRepo(t, c, repo.TableOf("Root", rvID, rvKeep, home,
		shard.Within(func(d *rvDoc) *[]rvHome { return &d.Lines }, spot)))
	d := rvDoc{ID: "1", Name: "a", Home: rvHome{City: "h", Spot: rvSpot{Lat: "1"}},
		Lines: []rvHome{{City: "l", Spot: rvSpot{Lat: "2"}}, {City: "m"}}, Rows: map[string]rvHome{"k": {City: "r", Spot: rvSpot{Lat: "3"}}}}
	for name, r := range map[string]*repo.Repo[rvDoc]{"deep": deep, "within": within} {
		for _, opt := range []repo.CallOption{repo.RootOnly(), repo.Skip(home)} {
			t.Run(name, func(t *testing.T) {
				base := d
				rvOK(t, rvErr(flat.Put(ctx, &base, repo.Overwrite())))
				got, err := r.Get(ctx, rvID.Of("1"), opt)
				rvOK(t, err)
				got.Name = "b"
				rvOK(t, rvErr(r.Put(ctx, got)))
				want := d
				want.Name = "b"
				rvSame(t, r, want)
				// and KeepShards
				base = d
				base.Meta = meta.Record{}
				rvOK(t, rvErr(flat.Put(ctx, &base, repo.Overwrite())))
				got, err = r.Get(ctx, rvID.Of("1"))
				rvOK(t, err)
				got.Name = "c"
				if _, err := r.Put(ctx, got, repo.KeepShards()); err == nil {
					want.Name = "c"
					rvSame(t, r, want)
				} else if !errors.Is(err, repo.ErrInvalid) {
					t.Fatal(err)
				}
				blind := rvDoc{ID: "1", Name: "d"}
				if _, err := r.Put(ctx, &blind, repo.KeepShards()); err == nil {
					g, err := r.Get(ctx, rvID.Of("1"))
					rvOK(t, err)
					if g.Home != want.Home {
						t.Fatalf("home is gone: %+v", g)
					}
				} else if !errors.Is(err, repo.ErrInvalid) {
					t.Fatal(err)
				}
			})
		}
	}
}

// Overwrite with a value that was read without a part that has come home since.
func TestReviewOverwriteGapCameHome(t *testing.T) {
	ctx := context.Background()
	r := rvRepo(t, embedded.New().Client(), repo.TableOf("Root", rvID, rvKeep,
		shard.Optional(shard.To("Aways", shard.WhenOver(300)), func(d *rvDoc) **rvHome { return &d.Away })))
	d := rvDoc{ID: "1", Away: &rvHome{City: string(make([]byte, 400))}}
	rvOK(t, rvErr(r.Create(ctx, &d)))
	got := rvMust(r.Get(ctx, rvID.Of("1"), repo.RootOnly()))(t)
	d.Away = &rvHome{City: "small"}
	rvOK(t, rvErr(r.Put(ctx, &d)))
	got.Name = "x"
	_, err := r.Put(ctx, got, repo.Overwrite())
	if err == nil {
		rvSame(t, r, rvDoc{ID: "1", Name: "x", Away: &rvHome{City: "small"}})
	} else if !errors.Is(err, repo.ErrNotLoaded) {
		t.Fatal(err)
	}
}
