package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Word struct {
	Lang string `dynamodbav:"lang"`
	Text string `dynamodbav:"text"`
}

var wordKey = repo.CompositeKeyOf(func(w *Word) *string { return &w.Lang }, func(w *Word) *string { return &w.Text })

// A range has one bound, or Between for two, and either direction.
func ExampleKeyRange() {
	ctx := context.Background()
	words := engineRepo(repo.TableOf("Words", wordKey))
	for _, text := range []string{"bat", "bee", "bug", "cat", "cow"} {
		if _, err := words.Create(ctx, &Word{"en", text}); err != nil {
			fmt.Println(err)
		}
	}

	en := wordKey.In("en")
	for _, in := range []repo.KeyRange[Word, string]{
		en, en.Backwards(),
		en.Before("bug"), en.UpTo("bug"), en.After("bug"), en.From("bug"),
		en.Between("bee", "cat"), en.BeginsWith("b"),
	} {
		var found []string
		for w, err := range words.Query(ctx, in) {
			if err != nil {
				fmt.Println(err)
				break
			}
			found = append(found, w.Text)
		}
		fmt.Println(found)
	}
	// Output:
	// [bat bee bug cat cow]
	// [cow cat bug bee bat]
	// [bat bee]
	// [bat bee bug]
	// [cat cow]
	// [bug cat cow]
	// [bee bug cat]
	// [bat bee bug]
}
