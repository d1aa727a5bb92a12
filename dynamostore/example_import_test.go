package dynamostore_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Friend struct {
	ID   string `dynamodbav:"ID"`
	Name string `dynamodbav:"name" validate:"required"`
	Age  int    `dynamodbav:"age"`
}

var (
	friendID  = repo.KeyOf(func(f *Friend) *string { return &f.ID })
	friendAge = lens.Of(func(f *Friend) *int { return &f.Age })
)

// An import that is repeated leaves alone what it has created, also if it was changed
// since. An attribute that the type does not have is refused: it would be lost.
func ExampleImport() {
	ctx := context.Background()
	client := embedded.New().Client()
	meta := layout("Root", "ID", nil)
	table(client, "Root", "ID",
		m{"ID": "ann", "__dystore_meta__": meta, "name": "Ann", "age": 42},
		m{"ID": "bob", "__dystore_meta__": meta, "name": "Bob", "fax": "1"})
	old, err := dynamostore.Open(client, "Root", "ID")
	if err != nil {
		log.Fatal(err)
	}
	friends, err := repo.New(client, repo.TableOf("Friends", friendID))
	if err != nil {
		log.Fatal(err)
	}
	if err := friends.CreateTables(ctx); err != nil {
		log.Fatal(err)
	}

	key, err := dynamostore.Import(ctx, old, friends, "ann")
	fmt.Println(key, err)
	fmt.Println(friends.Update(ctx, key, friendAge.Set(43)))
	key, err = dynamostore.Import(ctx, old, friends, "ann")
	fmt.Println(key, err)
	ann, err := friends.Get(ctx, key)
	fmt.Println(*ann, err)

	_, err = dynamostore.Import(ctx, old, friends, "bob")
	fmt.Println(err, errors.Is(err, repo.ErrInvalid))
	// Output:
	// "ann" <nil>
	// <nil>
	// "ann" <nil>
	// {ann Ann 43} <nil>
	// dynamostore: Import Root "bob", fax: invalid: fax: dynamostore_test.Friend has no such attribute, so that it would be lost; add a field, or leave it out with dynamostore.Omit true
}
