package recipes_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Film struct {
		ID    string      `dynamodbav:"id"`
		Title string      `dynamodbav:"title"`
		Reels []Reel      `dynamodbav:"reels"`
		Meta  meta.Record `dynamodbav:"-"`
	}
	Reel struct {
		Label string `dynamodbav:"label"`
		Data  []byte `dynamodbav:"data"`
	}
)

var (
	filmID    = repo.KeyOf(func(f *Film) *string { return &f.ID })
	filmReels = lens.Of(func(f *Film) *[]Reel { return &f.Reels })
)

func films() repo.Model[Film] {
	return repo.TableOf("Films", filmID,
		shard.Each(shard.To("Reels"), func(f *Film) *[]Reel { return &f.Reels }),
		meta.Keep(func(f *Film) *meta.Record { return &f.Meta }))
}

func Example_large() {
	ctx := context.Background()
	r := store(films())
	key, err := r.Create(ctx, &Film{ID: "f1", Title: "Metropolis", Reels: []Reel{}})
	if err != nil {
		log.Fatal(err)
	}

	// 20 reels of 390,000 bytes: each write is small enough, the object is not.
	for i := range 20 {
		reel := Reel{Label: fmt.Sprint("reel ", i+1), Data: make([]byte, 390_000)}
		if err := r.Update(ctx, key, lens.Append(filmReels, reel)); err != nil {
			log.Fatal(err)
		}
	}
	film, err := r.Get(ctx, key) // whole, in one committed state
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(film.Reels), "reels, the last", film.Reels[19].Label)

	// A tracked Put sends what has changed.
	film.Reels[7].Data = film.Reels[7].Data[:1000]
	film.Reels = film.Reels[:19]
	_, err = r.Put(ctx, film)
	fmt.Println("tracked put:", err)

	// All of it at once is more than a transaction takes, and is staged.
	film.Meta = meta.Record{}
	_, err = r.Put(ctx, film)
	fmt.Println("untracked put:", err)

	fmt.Println("delete:", r.Delete(ctx, key)) // a delete carries no data
	// Output:
	// 20 reels, the last reel 20
	// tracked put: <nil>
	// untracked put: <nil>
	// delete: <nil>
}
