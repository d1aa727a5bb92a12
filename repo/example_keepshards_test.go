package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Track struct {
		ID    string      `dynamodbav:"id"`
		Title string      `dynamodbav:"title"`
		Audio Sound       `dynamodbav:"audio"`
		Cover Image       `dynamodbav:"cover"`
		Meta  meta.Record `dynamodbav:"-"`
	}
	Sound struct {
		Data []byte `dynamodbav:"data"`
	}
	Image struct {
		Data []byte `dynamodbav:"data"`
	}
)

var (
	trackID    = repo.KeyOf(func(t *Track) *string { return &t.ID })
	trackAudio = shard.New(shard.To("Sounds"), func(t *Track) *Sound { return &t.Audio })
	trackCover = shard.New(shard.To("Images"), func(t *Track) *Image { return &t.Cover })
)

// KeepShards writes the root item alone. The stored parts stay, though the value
// that is put has nothing in them. (Skip leaves one shard out of a read.)
func ExampleKeepShards() {
	ctx := context.Background()
	tracks := engineRepo(repo.TableOf("Tracks", trackID, trackAudio, trackCover,
		meta.Keep(func(t *Track) *meta.Record { return &t.Meta })))
	key, err := tracks.Create(ctx, &Track{ID: "t1", Title: "So Waht", Audio: Sound{make([]byte, 1000)}, Cover: Image{make([]byte, 10)}})
	fmt.Println(err)

	t, err := tracks.Get(ctx, key, repo.Skip(trackAudio))
	fmt.Println(t.Title, len(t.Audio.Data), len(t.Cover.Data), err)

	_, err = tracks.Put(ctx, &Track{ID: "t1", Title: "So What"}, repo.KeepShards())
	fmt.Println(err)
	t, err = tracks.Get(ctx, key)
	fmt.Println(t.Title, len(t.Audio.Data), len(t.Cover.Data), err)
	// Output:
	// <nil>
	// So Waht 0 10 <nil>
	// <nil>
	// So What 1000 10 <nil>
}
