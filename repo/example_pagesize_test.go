package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Picture struct {
	Album string `dynamodbav:"album"`
	Name  string `dynamodbav:"name"`
}

var pictureKey = repo.CompositeKeyOf(func(p *Picture) *string { return &p.Album }, func(p *Picture) *string { return &p.Name })

// A page has 100 objects unless PageSize says otherwise.
func ExamplePageSize() {
	ctx := context.Background()
	pictures := engineRepo(repo.TableOf("Pictures", pictureKey))
	for i := range 120 {
		if _, err := pictures.Create(ctx, &Picture{"sea", fmt.Sprintf("%03d", i)}); err != nil {
			fmt.Println(err)
		}
	}
	page, err := pictures.Page(ctx, pictureKey.In("sea"))
	fmt.Println(len(page.Objects), err)
	page, err = pictures.Page(ctx, pictureKey.In("sea"), repo.PageSize(25))
	fmt.Println(len(page.Objects), err)
	// Output:
	// 100 <nil>
	// 25 <nil>
}
