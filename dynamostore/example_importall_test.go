package dynamostore_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// Everything is imported but what fails, which is counted and named. A dry run says what
// would be done.
func ExampleImportAll() {
	ctx := context.Background()
	client := embedded.New().Client()
	meta := layout("Root", "ID", nil)
	table(client, "Root", "ID",
		m{"ID": "ann", "__dystore_meta__": meta, "name": "Ann"},
		m{"ID": "bob", "__dystore_meta__": meta, "name": "Bob"},
		m{"ID": "eve", "__dystore_meta__": meta, "age": "unknown"})
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

	done, err := dynamostore.ImportAll(ctx, old, friends, repo.DryRun())
	fmt.Println(done.Seen, done.Changed, done.Failed)
	fmt.Println(err)
	report := repo.OnProgress(func(p repo.Progress) { fmt.Println("so far", p.Seen) })
	done, _ = dynamostore.ImportAll(ctx, old, friends, report)
	fmt.Println(done.Seen, done.Changed, done.Failed)
	done, _ = dynamostore.ImportAll(ctx, old, friends, repo.StartAt(done.Cursor))
	fmt.Println(done.Seen, done.Changed, done.Failed)
	// Output:
	// 3 2 1
	// dynamostore: ImportAll Root "eve", age: invalid: codec: age: expected N for int, got S
	// so far 3
	// 3 2 1
	// 3 0 1
}
