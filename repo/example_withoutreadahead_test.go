package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Sketch struct {
	ID string `dynamodbav:"id"`
}

var sketchID = repo.KeyOf(func(d *Sketch) *string { return &d.ID })

// A loop that looks for one object and ends early pays for no page that it does not
// want.
func ExampleWithoutReadAhead() {
	ctx := context.Background()
	sketches := engineRepo(repo.TableOf("Sketches", sketchID))
	if _, err := sketches.Create(ctx, &Sketch{"d1"}); err != nil {
		fmt.Println(err)
	}
	for d, err := range sketches.Scan(ctx, repo.WithoutReadAhead()) {
		fmt.Println(d.ID, err)
		break
	}
	// Output: d1 <nil>
}
