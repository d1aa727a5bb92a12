package recipes_test

import (
	"context"
	"log"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// store is the scaffold of the recipes: a repository over a new engine, with
// its tables. In a service the client is dynamodb.NewFromConfig(cfg).
func store[T any](m repo.Model[T], opts ...repo.Option) *repo.Repo[T] {
	return over(embedded.New().Client(), m, opts...)
}

// over is store over a given client.
func over[T any](client repo.Client, m repo.Model[T], opts ...repo.Option) *repo.Repo[T] {
	r, err := repo.New(client, m, opts...)
	if err == nil {
		err = r.CreateTables(context.Background())
	}
	if err != nil {
		log.Fatal(err)
	}
	return r
}
