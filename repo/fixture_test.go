package repo_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	rvSpot struct{ Lat, Lon string }
	rvHome struct {
		City string
		Spot rvSpot
		Opt  *rvSpot
	}
	rvDoc struct {
		ID    string
		Name  string
		Home  rvHome
		Away  *rvHome
		Lines []rvHome
		Rows  map[string]rvHome
		Meta  meta.Record `dynamodbav:"-"`
	}
)

var (
	rvID     = repo.KeyOf(func(d *rvDoc) *string { return &d.ID })
	rvName   = lens.Of(func(d *rvDoc) *string { return &d.Name })
	rvHomeL  = lens.Of(func(d *rvDoc) *rvHome { return &d.Home })
	rvAway   = lens.Of(func(d *rvDoc) **rvHome { return &d.Away })
	rvLines  = lens.Of(func(d *rvDoc) *[]rvHome { return &d.Lines })
	rvLat    = lens.Of(func(d *rvDoc) *string { return &d.Away.Spot.Lat })
	rvOLat   = lens.Of(func(d *rvDoc) *string { return &d.Away.Opt.Lat })
	rvACity  = lens.Of(func(d *rvDoc) *string { return &d.Away.City })
	rvHCity  = lens.Of(func(d *rvDoc) *string { return &d.Home.City })
	rvInCity = lens.Of(func(h *rvHome) *string { return &h.City })
)

var rvKeep = meta.Keep(func(d *rvDoc) *meta.Record { return &d.Meta })

func rvRepo[T any](t *testing.T, c *dynamodb.Client, m repo.Model[T], opts ...repo.Option) *repo.Repo[T] {
	t.Helper()
	r, err := repo.New(c, m, opts...)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CreateTables(context.Background()); err != nil {
		t.Fatal(err)
	}
	return r
}

func rvSpotShard(opts ...shard.Option) shard.Part[rvHome] {
	return shard.New(shard.To("Spots", opts...), func(h *rvHome) *rvSpot { return &h.Spot })
}

func rvSame(t *testing.T, r *repo.Repo[rvDoc], want rvDoc) *rvDoc {
	t.Helper()
	got, err := r.Get(context.Background(), rvID.Of(want.ID))
	if err != nil {
		t.Fatal(err)
	}
	g := *got
	g.Meta, want.Meta = meta.Record{}, meta.Record{}
	if d := cmp.Diff(want, g); d != "" {
		t.Fatal(d)
	}
	return got
}

// rvT is a test, also one of rapid.
type rvT interface {
	Helper()
	Fatal(...any)
}

func rvMust[V any](v V, err error) func(rvT) V {
	return func(t rvT) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func rvErr[V any](_ V, err error) error { return err }

func rvOK(t rvT, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func rvEmpty(t *testing.T, c *dynamodb.Client, tables ...string) {
	t.Helper()
	for _, table := range tables {
		out, err := c.Scan(context.Background(), &dynamodb.ScanInput{TableName: &table})
		rvOK(t, err)
		if len(out.Items) > 0 {
			t.Errorf("%d items are left in table %s: %v", len(out.Items), table, out.Items)
		}
	}
}
