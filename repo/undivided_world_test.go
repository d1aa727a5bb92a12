package repo_test

import (
	"context"
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

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
