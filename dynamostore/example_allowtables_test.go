package dynamostore_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/dystore/dystore/dynamostore"
)

// Who can write to a table decides where its references lead, but not which tables are
// read.
func ExampleAllowTables() {
	ctx := context.Background()
	client := john()
	for _, tables := range [][]string{{"Shard2"}, nil} {
		old, err := dynamostore.Open(client, "Root", "ID", dynamostore.AllowTables(tables...))
		if err != nil {
			log.Fatal(err)
		}
		_, err = old.Get(ctx, "p1")
		fmt.Println(err)
		var at *dynamostore.Error
		var ref *dynamostore.ReferenceError
		if errors.Is(err, dynamostore.ErrTable) && errors.As(err, &at) && errors.As(err, &ref) {
			fmt.Println(at.Path, "is in", ref.Table)
		}
	}
	// Output:
	// <nil>
	// dynamostore: Get Root "p1", location: the reference to Shard2 "1521dbe1": reference into a table that is not allowed
	// location is in Shard2
}
