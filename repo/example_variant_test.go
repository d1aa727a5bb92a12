package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Media is a picture or a film. Films are large and have a table of their own.
type Media interface{ Title() string }

type Drawing struct{ Name string }

type Film struct {
	Name   string
	Frames []byte
}

func (p Drawing) Title() string { return p.Name }
func (f *Film) Title() string   { return f.Name }

type Story struct {
	ID    string
	Media Media
}

// A variant may have a table of its own: it is there while the field holds it. A program
// that does not know a variant is told its tag.
func ExampleVariant() {
	ctx, client := context.Background(), embedded.New().Client()
	storyID := repo.KeyOf(func(p *Story) *string { return &p.ID })
	media := func(p *Story) *Media { return &p.Media }
	stories, err := repo.New(client, repo.TableOf("Stories", storyID, repo.OneOf(media,
		repo.Variant[Drawing, Media]("picture"),
		repo.Variant[*Film, Media]("film", shard.To("Films")))))
	if err != nil {
		panic(err)
	}
	if err := stories.CreateTables(ctx); err != nil {
		panic(err)
	}
	key, err := stories.Create(ctx, &Story{ID: "p1", Media: &Film{"Nosferatu", []byte("...")}})
	if err != nil {
		panic(err)
	}
	got, err := stories.Get(ctx, key)
	fmt.Println(got.Media.Title(), err)

	old, err := repo.New(client, repo.TableOf("Stories", storyID, repo.OneOf(media,
		repo.Variant[Drawing, Media]("picture"))), repo.AllowTables("Films"))
	if err != nil {
		panic(err)
	}
	_, err = old.Get(ctx, key)
	var unknown *repo.UnknownVariantError
	if errors.Is(err, repo.ErrUnknownVariant) && errors.As(err, &unknown) {
		fmt.Println(unknown.Path, unknown.Tag)
	}
	// Output:
	// Nosferatu <nil>
	// Media film
}
