package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Article struct {
		ID    string      `dynamodbav:"id"`
		Title string      `dynamodbav:"title"`
		Body  ArticleBody `dynamodbav:"body"`
		Meta  meta.Record `dynamodbav:"-"`
	}
	ArticleBody struct {
		Text string `dynamodbav:"text"`
	}
)

var articleID = repo.KeyOf(func(a *Article) *string { return &a.ID })

// A value that was read without its parts can be written back: the record
// remembers what was not loaded, and Put leaves that alone.
func ExampleRootOnly() {
	ctx := context.Background()
	articles := engineRepo(repo.TableOf("Articles", articleID,
		shard.New(shard.To("Bodies"), func(a *Article) *ArticleBody { return &a.Body }),
		meta.Keep(func(a *Article) *meta.Record { return &a.Meta })))
	key, err := articles.Create(ctx, &Article{ID: "a1", Title: "On Go", Body: ArticleBody{"Once upon a time."}})
	fmt.Println(err)

	a, err := articles.Get(ctx, key, repo.RootOnly())
	fmt.Printf("%q %v\n", a.Body.Text, err)
	a.Title = "On Go, again"
	_, err = articles.Put(ctx, a)
	fmt.Println(err)

	whole, err := articles.Get(ctx, key)
	fmt.Println(whole.Title, "-", whole.Body.Text, err)

	// What was not loaded cannot be replaced by accident.
	a.Body.Text = "The end."
	_, err = articles.Put(ctx, a)
	fmt.Println(errors.Is(err, repo.ErrNotLoaded))
	// Output:
	// <nil>
	// "" <nil>
	// <nil>
	// On Go, again - Once upon a time. <nil>
	// true
}
