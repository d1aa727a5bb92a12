package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Clip is watched by many at once.
type Clip struct {
	ID    string `dynamodbav:"id"`
	Title string `dynamodbav:"title"`
	Views int64  `dynamodbav:"-"` // the sum, when the clip is read
}

var (
	clipID    = repo.KeyOf(func(c *Clip) *string { return &c.ID })
	clipViews = lens.Counter("views", func(c *Clip) *int64 { return &c.Views })
)

// A number that is too hot for one item is spread over several.
func ExampleRepo_Add() {
	ctx := context.Background()
	r, err := repo.New(embedded.New().Client(), repo.TableOf("Clips", clipID, shard.Spread(shard.To("ClipCounts"), 16, clipViews)))
	if err == nil {
		err = r.CreateTables(ctx)
	}
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Layout())
	key, err := r.Create(ctx, &Clip{ID: "v1", Title: "A cat"})
	fmt.Println(err)
	for range 3 {
		err = r.Add(ctx, key, clipViews, 1)
	}
	fmt.Println(err)
	got, err := r.Get(ctx, key)
	fmt.Println(got.Title, got.Views, err)
	// Output:
	// repo_test.Clip → table Clips, key id (S), entity "Clips"
	// └─ views counted in 16 slots → table ClipCounts, key _id (S)
	// <nil>
	// <nil>
	// A cat 3 <nil>
}
