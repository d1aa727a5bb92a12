package shard_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// To names the table of the parts. Shards that are small may share one: the key
// of an item says which part of which object it is.
func ExampleTo() {
	r := houses(nil,
		shard.New(shard.To("Parts"), func(h *House) *Plan { return &h.Plan }),
		shard.Each(shard.To("Parts"), func(h *House) *[]Cell { return &h.Rooms }))
	fmt.Println(r.Layout())
	// Output:
	// shard_test.House → table Houses, key id (S), entity "Houses"
	// ├─ plan: one item → table Parts, key _id (S)
	// └─ rooms: an item per element → table Parts, key _id (S)
}

// A table that exists may call its key as it likes.
func ExampleKeyName() {
	r := houses(nil, shard.New(shard.To("Plans", shard.KeyName("PartID")), func(h *House) *Plan { return &h.Plan }))
	fmt.Println(r.Layout())
	// Output:
	// shard_test.House → table Houses, key id (S), entity "Houses"
	// └─ plan: one item → table Plans, key PartID (S)
}

// A part of up to 1 KB stays in the root item, and costs no item of another
// table. It moves when it grows.
func ExampleWhenOver() {
	ctx := context.Background()
	r := houses(nil, shard.New(shard.To("Plans", shard.WhenOver(1<<10)), func(h *House) *Plan { return &h.Plan }))

	h := House{ID: "h1", Plan: Plan{Text: "two floors"}}
	_, err := r.Create(ctx, &h)
	fmt.Println(len(h.Meta.References()), "parts", err)
	h.Plan.Text = string(make([]byte, 2000))
	_, err = r.Put(ctx, &h)
	fmt.Println(len(h.Meta.References()), "parts", err)
	// Output:
	// 0 parts <nil>
	// 1 parts <nil>
}

// The archive of a house is in another region. The client of that is given to the
// repository.
func ExampleRegion() {
	ctx := context.Background()
	ireland := embedded.New().Client()
	archive := shard.New(shard.To("Archive", shard.Region("eu-west-1")), func(h *House) *Plan { return &h.Plan })
	r, err := repo.New(embedded.New().Client(), repo.TableOf("Houses", houseID, archive, keepHouse),
		repo.WithRegions(map[string]repo.Client{"eu-west-1": ireland}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Layout())
	if err := r.CreateTables(ctx); err != nil {
		log.Fatal(err)
	}
	key, err := r.Create(ctx, &House{ID: "h1", Plan: Plan{Text: "two floors"}})
	fmt.Println(err)
	got, err := r.Get(ctx, key)
	fmt.Println(got.Plan.Text, err)
	// Output:
	// shard_test.House → table Houses, key id (S), entity "Houses"
	// └─ plan: one item → table eu-west-1/Archive, key _id (S)
	// <nil>
	// two floors <nil>
}

// A part of 4 KB or more is compressed.
func ExampleCompressed() {
	ctx := context.Background()
	r := houses(nil, shard.New(shard.To("Plans", shard.Compressed()), func(h *House) *Plan { return &h.Plan }))
	h := House{ID: "h1", Plan: Plan{Text: strings.Repeat("two floors and a cellar, ", 1000)}}
	key, err := r.Create(ctx, &h)
	fmt.Println(err)
	got, err := r.Get(ctx, key)
	fmt.Println(len(got.Plan.Text), err)
	fmt.Println(r.Layout())
	// Output:
	// <nil>
	// 25000 <nil>
	// shard_test.House → table Houses, key id (S), entity "Houses"
	// └─ plan: one item → table Plans, key _id (S), compressed
}
