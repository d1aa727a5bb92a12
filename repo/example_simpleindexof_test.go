package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Member struct {
	ID    string  `dynamodbav:"id"`
	Email *string `dynamodbav:"email"`
}

var (
	memberID      = repo.KeyOf(func(m *Member) *string { return &m.ID })
	memberByEmail = repo.SimpleIndexOf("by-email", func(m *Member) *string { return m.Email })
)

// Members without an address are not in the index.
func ExampleSimpleIndexOf() {
	ctx := context.Background()
	members := engineRepo(repo.TableOf("Members", memberID, memberByEmail))
	for _, m := range []Member{{"m1", new("ann@example.com")}, {"m2", nil}, {"m3", new("bob@example.com")}} {
		if _, err := members.Create(ctx, &m); err != nil {
			fmt.Println(err)
		}
	}

	for m, err := range members.Query(ctx, memberByEmail.In("bob@example.com")) {
		fmt.Println(m.ID, err)
	}
	// Output: m3 <nil>
}
