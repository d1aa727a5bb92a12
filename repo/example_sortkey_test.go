package repo_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

type Entry struct {
	Room string `dynamodbav:"room"`
	No   int    `dynamodbav:"no"`
	Text string `dynamodbav:"text"`
}

var entryKey = repo.CompositeKeyOf(func(e *Entry) *string { return &e.Room }, func(e *Entry) *int { return &e.No })

// Open has no model to tell the key from. SortKey names the second part of it.
func ExampleSortKey() {
	ctx := context.Background()
	client := embedded.New().Client()
	entries, err := repo.New(client, repo.TableOf("Entries", entryKey))
	if err == nil {
		err = entries.CreateTables(ctx)
	}
	if err != nil {
		log.Fatal(err)
	}
	for no, text := range []string{"open", "closed"} {
		_, err := entries.Create(ctx, &Entry{Room: "r1", No: no + 1, Text: text})
		fmt.Println(err)
	}

	stored, err := repo.Open(client, "Entries", "room", repo.SortKey("no"))
	if err != nil {
		log.Fatal(err)
	}
	for doc, err := range stored.Scan(ctx) {
		fmt.Println(doc, err)
	}
	// Output:
	// <nil>
	// <nil>
	// map[no:1 room:r1 text:open] <nil>
	// map[no:2 room:r1 text:closed] <nil>
}

// Pair is a key of two values, in the types in which they are stored.
func ExamplePair() {
	ctx := context.Background()
	client := embedded.New().Client()
	entries, err := repo.New(client, repo.TableOf("Entries", entryKey))
	if err == nil {
		err = entries.CreateTables(ctx)
	}
	if err != nil {
		log.Fatal(err)
	}
	_, err = entries.Create(ctx, &Entry{Room: "r1", No: 1, Text: "open"})
	fmt.Println(err)

	stored, err := repo.Open(client, "Entries", "room", repo.SortKey("no"))
	if err != nil {
		log.Fatal(err)
	}
	doc, err := stored.Get(ctx, repo.Pair("r1", 1))
	fmt.Println(doc["text"], err)
	_, err = stored.Get(ctx, repo.Pair("r1", 2))
	fmt.Println(err)
	// Output:
	// <nil>
	// open <nil>
	// repo: Get Entries "r1"/2: object not found
}
