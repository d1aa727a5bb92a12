package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Visits struct {
	Page  string `dynamodbav:"page"`
	Count int    `dynamodbav:"count"`
}

var (
	visitsPage  = repo.KeyOf(func(v *Visits) *string { return &v.Page })
	visitsCount = lens.Of(func(v *Visits) *int { return &v.Count })
)

// A Relaxed write of one item is no transaction, and costs half. The price is
// in the outcome: a write whose answer is lost may end in ErrOutcomeUnknown.
func ExampleRelaxed() {
	ctx := context.Background()
	client, net := fault.Wrap(embedded.New().Client())
	exact, err := repo.New(client, repo.TableOf("Visits", visitsPage))
	if err == nil {
		err = exact.CreateTables(ctx)
	}
	fmt.Println(err)
	key, err := exact.Create(ctx, &Visits{Page: "/"})
	fmt.Println(err)

	for _, r := range []*repo.Repo[Visits]{exact, exact.With(repo.Relaxed())} {
		net.Reset()
		err := r.Update(ctx, key, lens.Add(visitsCount, 1))
		fmt.Println(net.Operations(), err)
	}
	// Output:
	// <nil>
	// <nil>
	// [TransactWriteItems] <nil>
	// [UpdateItem] <nil>
}
