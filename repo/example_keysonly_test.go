package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Freight struct {
	ID      string `dynamodbav:"id"`
	Courier string `dynamodbav:"courier"`
	Label   string `dynamodbav:"label"`
}

var (
	freightID        = repo.KeyOf(func(p *Freight) *string { return &p.ID })
	freightByCourier = repo.SimpleIndexOf("by-courier", func(p *Freight) *string { return &p.Courier }, repo.KeysOnly())
)

// The index has the keys, a few bytes for each parcel. A Query reads the freights from
// the table: two requests for up to 100.
func ExampleKeysOnly() {
	ctx := context.Background()
	freights := engineRepo(repo.TableOf("Freights", freightID, freightByCourier))
	if _, err := freights.Create(ctx, &Freight{"p1", "swift", "a long label"}); err != nil {
		fmt.Println(err)
	}
	for p, err := range freights.Query(ctx, freightByCourier.In("swift")) {
		fmt.Println(p.ID, p.Label, err)
	}
	// Output: p1 a long label <nil>
}
