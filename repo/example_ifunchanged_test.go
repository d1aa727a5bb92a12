package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

type Contract struct {
	ID     string      `dynamodbav:"id"`
	Text   string      `dynamodbav:"text"`
	Signed bool        `dynamodbav:"signed"`
	Meta   meta.Record `dynamodbav:"-"`
}

var (
	contractID     = repo.KeyOf(func(c *Contract) *string { return &c.ID })
	contractText   = lens.Of(func(c *Contract) *string { return &c.Text })
	contractSigned = lens.Of(func(c *Contract) *bool { return &c.Signed })
)

// A customer signs the text that was read, and no later one. Update sends the
// one path that changes.
func ExampleIfUnchanged() {
	ctx := context.Background()
	contracts := engineRepo(repo.TableOf("Contracts", contractID,
		meta.Keep(func(c *Contract) *meta.Record { return &c.Meta })))
	key, err := contracts.Create(ctx, &Contract{ID: "c1", Text: "one year"})
	fmt.Println(err)

	seen, err := contracts.Get(ctx, key)
	fmt.Println(seen.Text, err)
	fmt.Println(contracts.Update(ctx, key, contractText.Set("ten years"))) // another writer

	err = contracts.Update(ctx, key, contractSigned.Set(true), repo.IfUnchanged(seen))
	fmt.Println(errors.Is(err, repo.ErrConflict))

	seen, err = contracts.Get(ctx, key)
	fmt.Println(seen.Text, err)
	fmt.Println(contracts.Update(ctx, key, contractSigned.Set(true), repo.IfUnchanged(seen)))
	// Output:
	// <nil>
	// one year <nil>
	// <nil>
	// true
	// ten years <nil>
	// <nil>
}
