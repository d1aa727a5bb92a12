package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Song struct {
	ID string `dynamodbav:"id"`
}

var songID = repo.KeyOf(func(s *Song) *string { return &s.ID })

// A walk over everything, page by page, that may be interrupted and resumed: the
// cursor is all that has to be kept.
func ExampleStartAt() {
	ctx := context.Background()
	songs := engineRepo(repo.TableOf("Songs", songID))
	for i := range 7 {
		if _, err := songs.Create(ctx, &Song{fmt.Sprint("s", i)}); err != nil {
			fmt.Println(err)
		}
	}
	seen, pages := map[string]bool{}, 0
	for next := repo.Cursor(""); ; {
		page, err := songs.Page(ctx, repo.All[Song](), repo.PageSize(3), repo.StartAt(next))
		if err != nil {
			fmt.Println(err)
			return
		}
		pages++
		for _, s := range page.Objects {
			seen[s.ID] = true
		}
		if next = page.Next; next == "" {
			break
		}
	}
	fmt.Println(len(seen), "songs,", pages, "pages")
	// Output: 7 songs, 3 pages
}
