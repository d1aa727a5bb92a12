package repo_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/dystore/dystore/repo"
)

type Book struct {
	ISBN  string `dynamodbav:"isbn"`
	Title string `dynamodbav:"title"`
}

var bookISBN = repo.KeyOf(func(b *Book) *string { return &b.ISBN })

// A scan yields an object or an error for each root; pages follow each other as
// the loop runs. Eventually halves its cost.
func ExampleRepo_Scan() {
	ctx := context.Background()
	books := engineRepo(repo.TableOf("Books", bookISBN))
	for _, b := range []Book{{"1", "Emma"}, {"2", "Ulysses"}, {"3", "Walden"}} {
		key, err := books.Create(ctx, &b)
		fmt.Println(key, err)
	}

	var titles []string
	for b, err := range books.Scan(ctx, repo.Eventually()) {
		if err != nil {
			fmt.Println(err) // of one object; the loop may go on
			continue
		}
		titles = append(titles, b.Title)
	}
	slices.Sort(titles) // a scan has no order
	fmt.Println(titles)
	// Output:
	// "1" <nil>
	// "2" <nil>
	// "3" <nil>
	// [Emma Ulysses Walden]
}
