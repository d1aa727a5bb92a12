package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Album struct {
		ID     string      `dynamodbav:"id"`
		Photos []Photo     `dynamodbav:"photos"`
		Meta   meta.Record `dynamodbav:"-"`
	}
	Photo struct {
		Title string `dynamodbav:"title"`
		Data  []byte `dynamodbav:"data"`
	}
)

var (
	albumID     = repo.KeyOf(func(a *Album) *string { return &a.ID })
	albumPhotos = lens.Of(func(a *Album) *[]Photo { return &a.Photos })
	photoTitle  = lens.Of(func(p *Photo) *string { return &p.Title })
)

// Each element of a list is an item of another table; together they may be
// larger than one item could be.
func Example_list() {
	ctx := context.Background()
	albums := engineRepo(repo.TableOf("Albums", albumID,
		shard.Each(shard.To("Photos"), func(a *Album) *[]Photo { return &a.Photos }),
		meta.Keep(func(a *Album) *meta.Record { return &a.Meta })))

	a := Album{ID: "a1", Photos: []Photo{{"sea", make([]byte, 300_000)}, {"hill", make([]byte, 300_000)}}}
	key, err := albums.Create(ctx, &a)
	fmt.Println(err, len(a.Meta.References()), "parts")

	// Appending reads nothing; an element is addressed by its position.
	err = albums.Update(ctx, key, lens.Append(albumPhotos, Photo{Title: "town"}))
	fmt.Println(err)
	err = albums.Update(ctx, key, lens.Join(lens.At(albumPhotos, 1), photoTitle).Set("mountain"))
	fmt.Println(err)

	titles, err := repo.ReadAll(ctx, albums, key, lens.Each(albumPhotos, photoTitle))
	fmt.Println(titles, err)
	// Output:
	// <nil> 2 parts
	// <nil>
	// <nil>
	// [sea mountain town] <nil>
}
