package dynamostore_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/embedded"
)

// A part in another region is read by the client of that region.
func ExampleRegion() {
	ctx := context.Background()
	ohio, ireland := embedded.New().Client(), embedded.New().Client()
	archive := m{"table_name": "Archive", "primary_key_name": "K", "region_name": "eu-west-1", "path": "$.archive", "shards": []any{}}
	table(ohio, "Root", "ID", m{"ID": "p1", "__dystore_meta__": layout("Root", "ID", nil, archive),
		"archive": m{"primary_key": "k", "table_name:": "Archive", "region_name:": "eu-west-1", "modified_utc": "1795883862"}})
	table(ireland, "Archive", "K", m{"K": "k", "__dystore_meta__": archive, "text": "old"})

	for _, opts := range [][]dynamostore.Option{nil, {dynamostore.Region("eu-west-1", ireland)}} {
		old, err := dynamostore.Open(ohio, "Root", "ID", append(opts, dynamostore.AllowTables("Archive"))...)
		if err != nil {
			log.Fatal(err)
		}
		doc, err := old.Get(ctx, "p1")
		fmt.Println(doc, errors.Is(err, dynamostore.ErrRegion))
	}
	// Output:
	// map[] true
	// map[archive:map[text:old]] false
}
