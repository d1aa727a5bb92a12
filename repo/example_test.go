package repo_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/repo"
)

// engineRepo is the scaffold of the examples: a repository over an engine of
// its own, with its tables.
func engineRepo[T any](m repo.Model[T], opts ...repo.Option) *repo.Repo[T] {
	r, err := repo.New(embedded.New().Client(), m, opts...)
	if err == nil {
		err = r.CreateTables(context.Background())
	}
	if err != nil {
		log.Fatal(err)
	}
	return r
}

type Customer struct {
	ID   string `dynamodbav:"id"`
	Name string `dynamodbav:"name"`
}

var customerID = repo.KeyOf(func(c *Customer) *string { return &c.ID }, keygen.UUIDv7)

// A repository is made from a client and a model. In a service the client is
// dynamodb.NewFromConfig(cfg), and the tables exist already.
func Example() {
	ctx := context.Background()
	client := embedded.New().Client()
	customers, err := repo.New(client, repo.TableOf("Customers", customerID))
	if err != nil {
		log.Fatal(err)
	}
	if err := customers.CreateTables(ctx); err != nil {
		log.Fatal(err)
	}

	ann := Customer{Name: "Ann"}
	key, err := customers.Create(ctx, &ann) // fills ann.ID
	if err != nil {
		log.Fatal(err)
	}
	got, err := customers.Get(ctx, key)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(got.Name, got.ID == ann.ID, len(ann.ID))
	// Output: Ann true 36
}
