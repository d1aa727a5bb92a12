package dynamostore_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/embedded"
)

// A copy of the tables is read under other names. The references in it have the old ones.
func ExampleTablePrefix() {
	client := embedded.New().Client()
	note := layout("Notes", "K", "$.note")
	table(client, "copy-Root", "ID", m{"ID": "p1", "__dystore_meta__": layout("Root", "ID", nil, note),
		"note": m{"primary_key": "k", "table_name:": "Notes", "region_name:": "us-east-2", "modified_utc": "1795883862"}})
	table(client, "copy-Notes", "K", m{"K": "k", "__dystore_meta__": note, "text": "hello"})

	old, err := dynamostore.Open(client, "Root", "ID", dynamostore.AllowTables("Notes"), dynamostore.TablePrefix("copy-"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(old.Get(context.Background(), "p1"))
	// Output: map[note:map[text:hello]] <nil>
}
