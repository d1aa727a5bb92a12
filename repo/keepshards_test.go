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

// KeepShards also keeps the parts that are small and stand in the root item.
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

// The same object before and after some of its fields became shards.
type (
	kV1 struct {
		ID    string
		Name  string
		Home  Location
		Past  []Location
		Notes map[string]Location
		Meta  meta.Record `dynamodbav:"-"`
	}
	kV2 kV1
)

func kRepos(t *testing.T) (*repo.Repo[kV1], *repo.Repo[kV2]) {
	t.Helper()
	client := embedded.New().Client()
	one, err := repo.New(client, repo.TableOf("Root", repo.KeyOf(func(v *kV1) *string { return &v.ID }),
		meta.Keep(func(v *kV1) *meta.Record { return &v.Meta })))
	if err != nil {
		t.Fatal(err)
	}
	two, err := repo.New(client, repo.TableOf("Root", repo.KeyOf(func(v *kV2) *string { return &v.ID }),
		shard.New(shard.To("Homes"), func(v *kV2) *Location { return &v.Home }),
		shard.Each(shard.To("Past"), func(v *kV2) *[]Location { return &v.Past }),
		shard.EachValue(shard.To("Notes"), func(v *kV2) *map[string]Location { return &v.Notes }),
		meta.Keep(func(v *kV2) *meta.Record { return &v.Meta })))
	if err != nil {
		t.Fatal(err)
	}
	if err := two.CreateTables(context.Background()); err != nil {
		t.Fatal(err)
	}
	return one, two
}

// Where the stored object has no parts yet, reading without parts leaves
// nothing out, and writing what was read is no mistake.
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

// What is no shard in the stored object cannot be kept as one.
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
