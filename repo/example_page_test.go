package repo_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/dystore/dystore/repo"
)

type Post struct {
	Author string `dynamodbav:"author"`
	Number int    `dynamodbav:"number"`
}

var postKey = repo.CompositeKeyOf(func(n *Post) *string { return &n.Author }, func(n *Post) *int { return &n.Number })

// A handler that gives out pages. The cursor is a text for its clients, who give it
// back. One that they have changed, or taken from another author, is a bad request.
func ExampleRepo_Page() {
	ctx := context.Background()
	posts := engineRepo(repo.TableOf("Posts", postKey))
	for n := range 5 {
		if _, err := posts.Create(ctx, &Post{"ann", n}); err != nil {
			fmt.Println(err)
		}
	}
	handler := func(w http.ResponseWriter, r *http.Request) {
		page, err := posts.Page(r.Context(), postKey.In(r.FormValue("author")).Backwards(),
			repo.PageSize(2), repo.StartAt(repo.Cursor(r.FormValue("after"))))
		switch {
		case errors.Is(err, repo.ErrInvalid):
			http.Error(w, "no such page", http.StatusBadRequest)
			return
		case err != nil:
			http.Error(w, "try again later", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Next", string(page.Next))
		numbers := []int{}
		for _, n := range page.Objects {
			numbers = append(numbers, n.Number)
		}
		fmt.Fprint(w, numbers)
	}

	get := func(author string, after string) (next string) {
		w := httptest.NewRecorder()
		handler(w, httptest.NewRequest("GET", "/posts?author="+author+"&after="+url.QueryEscape(after), nil))
		fmt.Println(w.Code, w.Body)
		return w.Header().Get("Next")
	}
	second := get("ann", "")
	third := get("ann", second)
	end := get("ann", third)
	fmt.Printf("%q\n", end)
	get("bob", second)
	// Output:
	// 200 [4 3]
	// 200 [2 1]
	// 200 [0]
	// ""
	// 400 no such page
}
