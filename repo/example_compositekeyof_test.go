package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Chapter struct {
	Book string `dynamodbav:"book"`
	No   int    `dynamodbav:"no"`
	Name string `dynamodbav:"name"`
}

var chapterKey = repo.CompositeKeyOf(
	func(c *Chapter) *string { return &c.Book },
	func(c *Chapter) *int { return &c.No })

// Objects that share the partition key are stored in the order of their sort
// keys. Both together find one.
func ExampleCompositeKeyOf() {
	ctx := context.Background()
	chapters := engineRepo(repo.TableOf("Chapters", chapterKey))
	for _, c := range []Chapter{{"emma", 10, "Charity"}, {"emma", 2, "Weston"}, {"walden", 1, "Economy"}} {
		key, err := chapters.Create(ctx, &c)
		fmt.Println(key, err)
	}

	for c, err := range chapters.Query(ctx, chapterKey.In("emma")) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(c.No, c.Name)
	}
	c, err := chapters.Get(ctx, chapterKey.Of("walden", 1))
	fmt.Println(c.Name, err)
	// Output:
	// "emma"/10 <nil>
	// "emma"/2 <nil>
	// "walden"/1 <nil>
	// 2 Weston
	// 10 Charity
	// Economy <nil>
}
