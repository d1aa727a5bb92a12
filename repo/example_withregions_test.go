package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// A Ship has a log, which has to stay in Ireland.
type Ship struct {
	ID   string      `dynamodbav:"id"`
	Name string      `dynamodbav:"name"`
	Log  ShipLog     `dynamodbav:"log"`
	Meta meta.Record `dynamodbav:"-"`
}

// A ShipLog is what the captain writes.
type ShipLog struct {
	Text string `dynamodbav:"text"`
}

var (
	shipID   = repo.KeyOf(func(s *Ship) *string { return &s.ID })
	shipName = lens.Of(func(s *Ship) *string { return &s.Name })
	shipText = lens.Of(func(s *Ship) *string { return &s.Log.Text })
	shipLog  = shard.New(shard.To("Logs", shard.Region("eu-west-1")), func(s *Ship) *ShipLog { return &s.Log })
	ships    = repo.TableOf("Ships", shipID, shipLog, meta.Keep(func(s *Ship) *meta.Record { return &s.Meta }))
)

// While a region cannot be reached, its parts can be left out, and everything else goes on.
func ExampleWithRegions() {
	ctx := context.Background()
	frankfurt := embedded.New().Client()
	ireland, net := fault.Wrap(embedded.New().Client())
	r, err := repo.New(frankfurt, ships, repo.WithRegions(map[string]repo.Client{"eu-west-1": ireland}))
	if err != nil {
		panic(err)
	}
	if err := r.CreateTables(ctx); err != nil {
		panic(err)
	}
	key, err := r.Create(ctx, &Ship{ID: "s1", Name: "Argo", Log: ShipLog{"fair wind"}})
	fmt.Println(err)

	net.Reset(fault.Inject(fault.ServerError()))
	_, err = r.Get(ctx, key)
	if lost := (*repo.RegionError)(nil); errors.As(err, &lost) {
		fmt.Println("no answer from", lost.Region, "for", lost.Tables, lost.Paths)
	}
	fmt.Println(r.Update(ctx, key, shipName.Set("Argo II")))
	got, err := r.Get(ctx, key, repo.Skip(shipLog))
	fmt.Println(got.Name, err)

	net.Reset()
	fmt.Println(r.Update(ctx, key, shipText.Set("storm")))
	got, err = r.Get(ctx, key)
	fmt.Println(got.Name, got.Log.Text, err)
	// Output:
	// <nil>
	// no answer from eu-west-1 for [Logs] [log]
	// <nil>
	// Argo II <nil>
	// <nil>
	// Argo II storm <nil>
}
