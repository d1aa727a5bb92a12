package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Movie struct {
		ID      string   `dynamodbav:"id"`
		Title   string   `dynamodbav:"title"`
		Scenes  []Scene  `dynamodbav:"scenes"`
		Trailer *Trailer `dynamodbav:"trailer"`
	}
	Scene struct {
		Place string `dynamodbav:"place"`
		Film  []byte `dynamodbav:"film"`
	}
	Trailer struct {
		Seconds int `dynamodbav:"seconds"`
	}
)

var (
	movieID     = repo.KeyOf(func(m *Movie) *string { return &m.ID })
	movieTitle  = lens.Of(func(m *Movie) *string { return &m.Title })
	movieScenes = lens.Of(func(m *Movie) *[]Scene { return &m.Scenes })
	movieLength = lens.Of(func(m *Movie) *int { return &m.Trailer.Seconds })
	scenePlace  = lens.Of(func(s *Scene) *string { return &s.Place })
)

func movies() repo.Model[Movie] {
	return repo.TableOf("Movies", movieID,
		shard.Each(shard.To("Scenes"), func(m *Movie) *[]Scene { return &m.Scenes }))
}

// Read fetches one path. The other parts of the object stay where they are, and
// so the answer is small.
func ExampleRead() {
	ctx := context.Background()
	client, net := fault.Wrap(embedded.New().Client())
	r, err := repo.New(client, movies())
	if err == nil {
		err = r.CreateTables(ctx)
	}
	fmt.Println(err)
	key, err := r.Create(ctx, &Movie{ID: "m1", Title: "Ran", Scenes: []Scene{{"castle", make([]byte, 100_000)}}})
	fmt.Println(err)

	net.Reset()
	title, err := repo.Read(ctx, r, key, movieTitle)
	_, received := net.Bytes()
	fmt.Println(title, err, received < 1000)
	_, err = repo.Read(ctx, r, key, movieLength)
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
	// Ran <nil> true
	// repo: Read Movies "m1", trailer.seconds: the path's parent has no value: trailer has no value
}

// ReadAll fetches the values of a path that leads to many, in the order of the
// list.
func ExampleReadAll() {
	ctx := context.Background()
	r := engineRepo(movies())
	key, err := r.Create(ctx, &Movie{ID: "m1", Scenes: []Scene{{Place: "castle"}, {Place: "field"}}})
	fmt.Println(err)

	places, err := repo.ReadAll(ctx, r, key, lens.Each(movieScenes, scenePlace))
	fmt.Println(places, err)
	// Output:
	// <nil>
	// [castle field] <nil>
}
