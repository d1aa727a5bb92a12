package shard_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// House is what the examples divide.
type (
	House struct {
		ID     string          `dynamodbav:"id"`
		Plan   Plan            `dynamodbav:"plan"`
		Rooms  []Cell          `dynamodbav:"rooms"`
		Guests []*Guest        `dynamodbav:"guests"`
		Keys   map[string]Cell `dynamodbav:"keys"`
		Annex  *Plan           `dynamodbav:"annex"`
		Visits int             `dynamodbav:"-"`
		Meta   meta.Record     `dynamodbav:"-"`
	}
	Plan struct {
		Text string `dynamodbav:"text"`
		Site Site   `dynamodbav:"site"`
	}
	Site struct {
		Lat string `dynamodbav:"lat"`
	}
	Cell struct {
		Name  string `dynamodbav:"name"`
		Photo Photo  `dynamodbav:"photo"`
	}
	Photo struct {
		Data []byte `dynamodbav:"data"`
	}
	Guest struct {
		Name string `dynamodbav:"name"`
	}
)

var (
	houseID   = repo.KeyOf(func(h *House) *string { return &h.ID })
	keepHouse = meta.Keep(func(h *House) *meta.Record { return &h.Meta })
)

// houses is a repository of houses that are divided by parts, over an engine of
// its own or that of client.
func houses(client repo.Client, parts ...repo.Part[House]) *repo.Repo[House] {
	if client == nil {
		client = embedded.New().Client()
	}
	r, err := repo.New(client, repo.TableOf("Houses", houseID, append(parts, keepHouse)...))
	if err == nil {
		err = r.CreateTables(context.Background())
	}
	if err != nil {
		log.Fatal(err)
	}
	return r
}

// Shards nest: what is inside of one is declared as its argument.
func ExampleNew() {
	r := houses(nil, shard.New(shard.To("Plans", shard.KeyName("IDX")), func(h *House) *Plan { return &h.Plan },
		shard.New(shard.To("Sites"), func(p *Plan) *Site { return &p.Site })))
	fmt.Println(r.Layout())
	// Output:
	// shard_test.House → table Houses, key id (S), entity "Houses"
	// └─ plan: one item → table Plans, key IDX (S)
	//    └─ site: one item → table Sites, key _id (S)
}

// A declaration that cannot work says why; repo.New reports it.
func ExampleShard_Err() {
	wrong := shard.New(shard.To("Rooms"), func(h *House) *[]Cell { return &h.Rooms })
	fmt.Println(wrong.Err())
	// Output: shard.New(shard_test.House, Rooms): it is a []shard_test.Cell, a list; use shard.Each, or shard.Within for what is inside the elements
}

// A pointer that is nil has no item.
func ExampleOptional() {
	ctx := context.Background()
	r := houses(nil, shard.Optional(shard.To("Annexes"), func(h *House) **Plan { return &h.Annex }))

	h := House{ID: "h1"}
	_, err := r.Create(ctx, &h)
	fmt.Println(len(h.Meta.References()), "parts", err)
	h.Annex = &Plan{Text: "one floor"}
	key, err := r.Put(ctx, &h)
	fmt.Println(len(h.Meta.References()), "parts", err)
	got, err := r.Get(ctx, key)
	fmt.Println(got.Annex.Text, err)
	// Output:
	// 0 parts <nil>
	// 1 parts <nil>
	// one floor <nil>
}

// Every element of a list is an item. A Put writes those that have changed, and
// the root.
func ExampleEach() {
	ctx := context.Background()
	client, net := fault.Wrap(embedded.New().Client())
	r := houses(client, shard.Each(shard.To("Rooms"), func(h *House) *[]Cell { return &h.Rooms }))

	h := House{ID: "h1", Rooms: []Cell{{Name: "hall"}, {Name: "shed"}, {Name: "attic"}}}
	_, err := r.Create(ctx, &h)
	fmt.Println(len(h.Meta.References()), "parts", err)

	net.Reset()
	h.Rooms[1].Name = "studio"
	key, err := r.Put(ctx, &h)
	fmt.Println(strings.Count(string(net.Requests()[0].Body), `"TableName":"Rooms"`), "of them written", err)
	got, err := r.Get(ctx, key)
	for _, room := range got.Rooms {
		fmt.Println(room.Name)
	}
	fmt.Println(err)
	// Output:
	// 3 parts <nil>
	// 1 of them written <nil>
	// hall
	// studio
	// attic
	// <nil>
}

// Every value of a map is an item of its own; here only those that are larger
// than 1 KB, while the others stay in the root item.
func ExampleEachValue() {
	ctx := context.Background()
	r := houses(nil, shard.EachValue(shard.To("Keys", shard.WhenOver(1<<10)), func(h *House) *map[string]Cell { return &h.Keys }))

	h := House{ID: "h1", Keys: map[string]Cell{"front": {Name: "hall"}, "back": {Name: "shed", Photo: Photo{Data: make([]byte, 5000)}}}}
	_, err := r.Create(ctx, &h)
	fmt.Println(err)
	for _, ref := range h.Meta.References() {
		fmt.Println(ref.Part, "in", ref.Table)
	}
	// Output:
	// <nil>
	// keys:back in Keys
}

// A nil element keeps its place and has no item.
func ExampleEachPtr() {
	ctx := context.Background()
	r := houses(nil, shard.EachPtr(shard.To("Guests"), func(h *House) *[]*Guest { return &h.Guests }))

	h := House{ID: "h1", Guests: []*Guest{{Name: "ann"}, nil, {Name: "bob"}}}
	key, err := r.Create(ctx, &h)
	fmt.Println(err, len(h.Meta.References()), "parts")
	got, err := r.Get(ctx, key)
	fmt.Println(got.Guests[0].Name, got.Guests[1], got.Guests[2].Name, err)
	// Output:
	// <nil> 2 parts
	// ann <nil> bob <nil>
}

// The list stays in its item; of each element only the photo moves.
func ExampleWithin() {
	r := houses(nil, shard.Within(func(h *House) *[]Cell { return &h.Rooms },
		shard.New(shard.To("Photos"), func(c *Cell) *Photo { return &c.Photo })))
	fmt.Println(r.Layout())
	// Output:
	// shard_test.House → table Houses, key id (S), entity "Houses"
	// └─ rooms: a list that stays
	//    └─ photo: one item → table Photos, key _id (S)
}

// WithinValues is Within for maps.
func ExampleWithinValues() {
	r := houses(nil, shard.WithinValues(func(h *House) *map[string]Cell { return &h.Keys },
		shard.New(shard.To("Photos"), func(c *Cell) *Photo { return &c.Photo })))
	fmt.Println(r.Layout())
	// Output:
	// shard_test.House → table Houses, key id (S), entity "Houses"
	// └─ keys: a map that stays
	//    └─ photo: one item → table Photos, key _id (S)
}

// A shard moves to another table: its parts are read where they are, and the
// next Put moves them.
func ExampleMovedFrom() {
	ctx := context.Background()
	client := embedded.New().Client()
	plan := func(to shard.Placement) *shard.Shard[House, Plan] {
		return shard.New(to, func(h *House) *Plan { return &h.Plan })
	}
	before := houses(client, plan(shard.To("Plans")))
	after := houses(client, plan(shard.To("Drawings", shard.MovedFrom("Plans"))))
	key, err := before.Create(ctx, &House{ID: "h1", Plan: Plan{Text: "two floors"}})
	fmt.Println(err)

	h, err := after.Get(ctx, key)
	fmt.Println(h.Plan.Text, "from", h.Meta.References()[0].Table, err)
	_, err = after.Put(ctx, h)
	fmt.Println("now in", h.Meta.References()[0].Table, err)
	// Output:
	// <nil>
	// two floors from Plans <nil>
	// now in Drawings <nil>
}

// A counter is spread over items of a table. House.Visits is tagged dynamodbav:"-", and has
// the sum when a house is read.
func ExampleSpread() {
	ctx := context.Background()
	visits := lens.Counter("visits", func(h *House) *int { return &h.Visits })
	r := houses(nil, shard.Spread(shard.To("Visits"), 8, visits))
	key, err := r.Create(ctx, &House{ID: "h1"})
	fmt.Println(err)
	fmt.Println(r.Add(ctx, key, visits, 2), r.Add(ctx, key, visits, 1))
	h, err := r.Get(ctx, key)
	fmt.Println(h.Visits, err)
	// Output:
	// <nil>
	// <nil> <nil>
	// 3 <nil>
}
