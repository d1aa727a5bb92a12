package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// KeepShards also keeps the small parts, which are in the root item.
func TestKeepShardsInTheRoot(t *testing.T) {
	ctx := context.Background()
	r, _, requests := people(t)
	p := john()
	p.Homes = map[string]Location{"x": {City: "Uji"}}
	key, err := r.Create(ctx, &p)
	if err != nil {
		t.Fatal(err)
	}
	want := p
	for _, read := range [][]repo.CallOption{nil, {repo.RootOnly()}} {
		got, err := r.Get(ctx, key, read...)
		if err != nil {
			t.Fatal(err)
		}
		got.Visits++
		got.Homes = map[string]Location{"lost": {}}
		requests.Reset()
		if _, err := r.Put(ctx, got, repo.KeepShards()); err != nil {
			t.Fatal(err)
		}
		// The root is read first, because of the parts in it.
		if d := cmp.Diff([]string{"GetItem", "PutItem"}, requests.Operations()); d != "" {
			t.Error(d)
		}
		want.Visits++
	}
	got, err := r.Get(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	want.Meta = got.Meta
	if d := cmp.Diff(&want, got); d != "" {
		t.Error(d)
	}
}

// The stored object was written before its fields became shards, so KeepShards
// has nothing to keep.
func TestKeepShardsOfAnotherLayout(t *testing.T) {
	ctx := context.Background()
	one, two := kRepos(t)
	v := kV1{ID: "1", Name: "a", Past: []Location{{City: "p"}}}
	if _, err := one.Create(ctx, &v); err != nil {
		t.Fatal(err)
	}
	got, err := two.Get(ctx, repo.KeyOf(func(v *kV2) *string { return &v.ID }).Of("1"))
	if err != nil {
		t.Fatal(err)
	}
	untracked := *got
	untracked.Meta = meta.Record{}
	for name, value := range map[string]*kV2{"tracked": got, "untracked": &untracked} {
		_, err := two.Put(ctx, value, repo.KeepShards())
		const text = `repo: Put Root "1", Home: invalid: KeepShards: the stored object has another shard here, or none; put it once without KeepShards`
		if !errors.Is(err, repo.ErrInvalid) || err.Error() != text {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := two.Put(ctx, got); err != nil {
		t.Fatal(err)
	}
	got.Past = nil
	if _, err := two.Put(ctx, got, repo.KeepShards()); err != nil {
		t.Error(err)
	}
}

// Every kind of shard may have small parts in the root item. KeepShards keeps
// them beside the others.
func TestKeepShardsOfSmallParts(t *testing.T) {
	ctx := context.Background()
	m := repo.TableOf("Root", estateID, keepEstate,
		shard.Optional(shard.To("Aways", shard.WhenOver(300)), func(d *estate) **house { return &d.Away }, siteShard()),
		shard.New(shard.To("Homes"), func(d *estate) *house { return &d.Home }),
		shard.Each(shard.To("Lines", shard.WhenOver(300)), func(d *estate) *[]house { return &d.Lines }),
		shard.EachValue(shard.To("Rows", shard.WhenOver(300)), func(d *estate) *map[string]house { return &d.Rows }))
	r := repoOver(t, embedded.New().Client(), m)
	long := string(make([]byte, 400))
	d := estate{ID: "1", Name: "a", Home: house{City: "h"}, Away: &house{City: "small", Spot: site{Lat: "1"}},
		Lines: []house{{City: "l1"}, {City: long}, {City: "l3"}},
		Rows:  map[string]house{"a": {City: "r1"}, "b": {City: long}}}
	noErr(t, errOf(r.Create(ctx, &d)))
	got := sameEstate(t, r, d)
	got.Name = "b"
	noErr(t, errOf(r.Put(ctx, got, repo.KeepShards())))
	want := d
	want.Name = "b"
	sameEstate(t, r, want)

	// An untracked value knows nothing of them either.
	blind := estate{ID: "1", Name: "c"}
	noErr(t, errOf(r.Put(ctx, &blind, repo.KeepShards())))
	sameEstate(t, r, estate{ID: "1", Name: "c", Home: want.Home, Away: want.Away, Lines: want.Lines, Rows: want.Rows})
}

// An item that another program wrote has no parts that could be kept.
func TestKeepShardsOfForeignItem(t *testing.T) {
	ctx := context.Background()
	c := embedded.New().Client()
	r := repoOver(t, c, repo.TableOf("Root", estateID, keepEstate,
		shard.New(shard.To("Homes"), func(d *estate) *house { return &d.Home }),
		shard.Within(func(d *estate) *[]house { return &d.Lines }, siteShard())))
	_, err := c.PutItem(ctx, &dynamodb.PutItemInput{TableName: new("Root"), Item: rawItem{
		"ID": avS("1"), "Name": avS("n"), "Home": avM(rawItem{"City": avS("c")}), "Lines": avL(avM(rawItem{"City": avS("l")})),
	}})
	noErr(t, err)
	err = r.Modify(ctx, estateID.Of("1"), func(d *estate) error { d.Name = "m"; return nil }, repo.KeepShards())
	if !errors.Is(err, repo.ErrInvalid) {
		t.Fatal(err)
	}
	sameEstate(t, r, estate{ID: "1", Name: "n", Home: house{City: "c"}, Lines: []house{{City: "l"}}})
}
