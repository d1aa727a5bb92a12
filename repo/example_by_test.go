package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

type Issue struct {
	ID    string      `dynamodbav:"id"`
	State string      `dynamodbav:"state"`
	Meta  meta.Record `dynamodbav:"-"`
}

var (
	issueID    = repo.KeyOf(func(i *Issue) *string { return &i.ID })
	issueState = lens.Of(func(i *Issue) *string { return &i.State })
)

// A view says who writes, and the record keeps it.
func ExampleBy() {
	ctx := context.Background()
	issues := engineRepo(repo.TableOf("Issues", issueID, meta.Keep(func(i *Issue) *meta.Record { return &i.Meta })))
	key, err := issues.With(repo.By("ann")).Create(ctx, &Issue{ID: "t1", State: "open"})
	fmt.Println(err)
	fmt.Println(issues.With(repo.By("bob")).Update(ctx, key, issueState.Set("closed")))

	t, err := issues.Get(ctx, key)
	fmt.Println(t.State, "created by", t.Meta.CreatedBy, "updated by", t.Meta.UpdatedBy, err)
	// Output:
	// <nil>
	// <nil>
	// closed created by ann updated by bob <nil>
}
