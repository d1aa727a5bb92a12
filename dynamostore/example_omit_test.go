package dynamostore_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/embedded"
)

// Attributes that nobody wants any more are left out.
func ExampleOmit() {
	client := embedded.New().Client()
	table(client, "Root", "ID", m{"ID": "p1", "__dystore_meta__": layout("Root", "ID", nil),
		"age": 42, "friends": []m{{"name": "ann", "fax": "1"}, {"name": "bob", "fax": "2"}}})

	old, err := dynamostore.Open(client, "Root", "ID", dynamostore.Omit("age", "friends[].fax"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(old.Get(context.Background(), "p1"))
	// Output: map[friends:[map[name:ann] map[name:bob]]] <nil>
}
