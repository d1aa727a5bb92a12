package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Podcast struct {
		ID    string      `dynamodbav:"id"`
		Title string      `dynamodbav:"title"`
		Notes Notes       `dynamodbav:"notes"`
		Audio Recording   `dynamodbav:"audio"`
		Meta  meta.Record `dynamodbav:"-"`
	}
	Notes struct {
		Text string `dynamodbav:"text"`
	}
	Recording struct {
		Data []byte `dynamodbav:"data"`
	}
)

var (
	podcastID    = repo.KeyOf(func(p *Podcast) *string { return &p.ID })
	podcastNotes = shard.New(shard.To("PodcastNotes"), func(p *Podcast) *Notes { return &p.Notes })
	podcastAudio = shard.New(shard.To("PodcastAudio"), func(p *Podcast) *Recording { return &p.Audio })
)

// The large shard is left out of the read. The record remembers that, so a Put
// of the value leaves it alone.
func ExampleSkip() {
	ctx := context.Background()
	podcasts := engineRepo(repo.TableOf("Podcasts", podcastID, podcastNotes, podcastAudio,
		meta.Keep(func(p *Podcast) *meta.Record { return &p.Meta })))
	key, err := podcasts.Create(ctx, &Podcast{ID: "p1", Title: "Go", Notes: Notes{"draft"}, Audio: Recording{make([]byte, 1000)}})
	fmt.Println(err)

	p, err := podcasts.Get(ctx, key, repo.Skip(podcastAudio))
	fmt.Println(p.Notes.Text, len(p.Audio.Data), err)
	p.Notes.Text = "final"
	_, err = podcasts.Put(ctx, p)
	fmt.Println(err)

	whole, err := podcasts.Get(ctx, key)
	fmt.Println(whole.Notes.Text, len(whole.Audio.Data), err)
	// Output:
	// <nil>
	// draft 0 <nil>
	// <nil>
	// final 1000 <nil>
}
