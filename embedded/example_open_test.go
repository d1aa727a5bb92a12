package embedded_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/embedded/journal"
)

// log is a journal that keeps every batch, as a file would, and replays them.
type log []journal.Batch

func (l *log) Commit(_ context.Context, b journal.Batch) error {
	*l = append(*l, b)
	return nil
}

func (l *log) Load(_ context.Context, to journal.Sink) error {
	tables, tokens := map[string][]byte{}, map[string][]byte{}
	items := map[[2]string][]byte{}
	for _, b := range *l {
		for _, c := range b.Tables {
			for key := range items {
				if c.Definition == nil && key[0] == c.Name {
					delete(items, key) // a table goes with its items
				}
			}
			keep(tables, c.Name, c.Definition)
		}
		for _, c := range b.Items {
			keep(items, [2]string{c.Table, string(c.Key)}, c.Item)
		}
		for _, c := range b.Tokens {
			keep(tokens, c.Token, c.Record)
		}
	}
	var errs []error
	for name, definition := range tables { // before the items
		errs = append(errs, to.Table(name, definition))
	}
	for key, item := range items {
		errs = append(errs, to.Item(key[0], []byte(key[1]), item))
	}
	for token, record := range tokens {
		errs = append(errs, to.Token(token, record))
	}
	return errors.Join(errs...)
}

// keep stores the last value of a key; nil deletes it.
func keep[K comparable](m map[K][]byte, key K, value []byte) {
	if value == nil {
		delete(m, key)
		return
	}
	m[key] = value
}

// An engine with a journal continues where the last one ended.
func ExampleOpen() {
	ctx := context.Background()
	var kept log
	db, err := embedded.Open(ctx, &kept)
	fmt.Println(err)
	client := db.Client()
	notes(ctx, client)
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("notes"), Item: note("a", "kept")})
	fmt.Println(err)

	db, err = embedded.Open(ctx, &kept) // the program was started again
	fmt.Println(err)
	out, err := db.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String("notes")})
	fmt.Println(out.Count, err)
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// 1 <nil>
}
