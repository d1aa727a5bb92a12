package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/repo"
)

type Claim struct{ Queue, Number, Subject string }

var claimKey = repo.CompositeKeyOf(
	func(c *Claim) *string { return &c.Queue },
	func(c *Claim) *string { return &c.Number },
)

// Both parts may be made from the value: the partition key first, and then the
// sort key, whose generator sees it. The declaration without generators names
// the same objects.
func ExampleCompositeKey_GeneratePartition() {
	ctx := context.Background()
	claims := engineRepo(repo.TableOf("Claims", claimKey.
		GeneratePartition(keygen.From(func(c *Claim) string { return "new" })).
		GenerateSort(keygen.From(func(c *Claim) string { return c.Queue + "-1" }))))
	key, err := claims.Create(ctx, &Claim{Subject: "kettle is hot"})
	fmt.Println(key, err)
	c, err := claims.Get(ctx, claimKey.Of("new", "new-1"))
	fmt.Println(c.Subject, err)
	// Output:
	// "new"/"new-1" <nil>
	// kettle is hot <nil>
}
