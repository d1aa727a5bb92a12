package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Sketch struct {
	Title string `dynamodbav:"title"`
	Text  string `dynamodbav:"text"`
}

var sketchTitle = repo.KeyOf(func(d *Sketch) *string { return &d.Title })

// DeleteMany removes objects with all their parts. One that does not exist is no
// error, unless MustExist is given.
func ExampleRepo_DeleteMany() {
	ctx := context.Background()
	sketches := engineRepo(repo.TableOf("Sketches", sketchTitle))
	keys, err := sketches.PutMany(ctx, []*Sketch{{Title: "one"}, {Title: "two"}, {Title: "three"}})
	fmt.Println(err)

	fmt.Println(sketches.DeleteMany(ctx, keys[:2]))
	err = sketches.DeleteMany(ctx, keys, repo.MustExist())
	fmt.Println(err)
	fmt.Println(errors.Is(err, repo.ErrNotFound))
	// Output:
	// <nil>
	// <nil>
	// repo: DeleteMany Sketches: 2 of 3 failed: "one" at 0: object not found; "two" at 1: object not found
	// true
}
