package repo_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/repo"
)

type Event struct {
	Device string `dynamodbav:"device"`
	ID     string `dynamodbav:"id"`
	Text   string `dynamodbav:"text"`
}

var eventKey = repo.CompositeKeyOf(
	func(e *Event) *string { return &e.Device },
	func(e *Event) *string { return &e.ID },
).GenerateSort(keygen.UUIDv7)

// A sort key made by UUIDv7 keeps the objects of a partition in the order in
// which they were created. The value has its key when it is written.
func ExampleCompositeKey_GenerateSort() {
	ctx := context.Background()
	events := engineRepo(repo.TableOf("Events", eventKey))
	for _, text := range []string{"on", "hot", "off"} {
		e := &Event{Device: "kettle", Text: text}
		if _, err := events.Create(ctx, e); err != nil {
			log.Fatal(err)
		}
		fmt.Println(e.Text, len(e.ID))
	}
	for e, err := range events.Query(ctx, eventKey.In("kettle")) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(e.Text)
	}
	// Output:
	// on 36
	// hot 36
	// off 36
	// on
	// hot
	// off
}
