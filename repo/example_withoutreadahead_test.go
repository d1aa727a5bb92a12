package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Blueprint struct {
	ID string `dynamodbav:"id"`
}

var blueprintID = repo.KeyOf(func(d *Blueprint) *string { return &d.ID })

// A loop that looks for one object and ends early pays for no page that it does not
// want.
func ExampleWithoutReadAhead() {
	ctx := context.Background()
	blueprints := engineRepo(repo.TableOf("Blueprints", blueprintID))
	if _, err := blueprints.Create(ctx, &Blueprint{"d1"}); err != nil {
		fmt.Println(err)
	}
	for d, err := range blueprints.Scan(ctx, repo.WithoutReadAhead()) {
		fmt.Println(d.ID, err)
		break
	}
	// Output: d1 <nil>
}
