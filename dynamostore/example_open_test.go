package dynamostore_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// Numbers keep all their digits. Items that are parts of others, or of other programs,
// are no objects.
func ExampleOpen() {
	ctx := context.Background()
	client := embedded.New().Client()
	table(client, "Root", "ID",
		m{"ID": "p1", "__dystore_meta__": layout("Root", "ID", nil), "tags": []string{"a", "b"}, "age": 42},
		m{"ID": "other", "text": "not of dynamo-store"})

	old, err := dynamostore.Open(client, "Root", "ID")
	if err != nil {
		log.Fatal(err)
	}
	doc, err := old.Get(ctx, "p1")
	fmt.Println(doc, err)
	_, err = old.Get(ctx, "p2")
	fmt.Println(errors.Is(err, repo.ErrNotFound))
	for o, err := range old.All(ctx) {
		fmt.Println(o.ID, o.Value, err)
	}
	// Output:
	// map[age:42 tags:[a b]] <nil>
	// true
	// p1 map[age:42 tags:[a b]] <nil>
}
