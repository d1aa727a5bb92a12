package repo_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// estate is a model with a struct in each position that can become a shard; the
// tests divide it as they need.
type (
	site  struct{ Lat, Lon string }
	house struct {
		City string
		Spot site
		Opt  *site
	}
	estate struct {
		ID    string
		Name  string
		Home  house
		Away  *house
		Lines []house
		Rows  map[string]house
		Meta  meta.Record `dynamodbav:"-"`
	}
)

var (
	estateID    = repo.KeyOf(func(d *estate) *string { return &d.ID })
	estateName  = lens.Of(func(d *estate) *string { return &d.Name })
	estateHome  = lens.Of(func(d *estate) *house { return &d.Home })
	estateAway  = lens.Of(func(d *estate) **house { return &d.Away })
	estateLines = lens.Of(func(d *estate) *[]house { return &d.Lines })
	awayLat     = lens.Of(func(d *estate) *string { return &d.Away.Spot.Lat })
	awayOptLat  = lens.Of(func(d *estate) *string { return &d.Away.Opt.Lat })
	awayCity    = lens.Of(func(d *estate) *string { return &d.Away.City })
	homeCity    = lens.Of(func(d *estate) *string { return &d.Home.City })
	houseCity   = lens.Of(func(h *house) *string { return &h.City })
)

var keepEstate = meta.Keep(func(d *estate) *meta.Record { return &d.Meta })

// siteShard divides a house.
func siteShard(opts ...shard.Option) shard.Part[house] {
	return shard.New(shard.To("Spots", opts...), func(h *house) *site { return &h.Spot })
}

// sameEstate checks what is stored, and returns it with its record.
func sameEstate(t *testing.T, r *repo.Repo[estate], want estate) *estate {
	t.Helper()
	got, err := r.Get(context.Background(), estateID.Of(want.ID))
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
