package journal_test

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/embedded/journal"
)

// store is a journal that keeps the state in maps. One over a database has the
// same two methods. Each of its Commits is a transaction.
type store struct {
	tables, tokens map[string][]byte
	items          map[[2]string][]byte // by table and key
}

func newStore() *store {
	return &store{tables: map[string][]byte{}, tokens: map[string][]byte{}, items: map[[2]string][]byte{}}
}

// Commit applies one batch; nil deletes.
func (s *store) Commit(_ context.Context, b journal.Batch) error {
	for _, c := range b.Tables {
		set(s.tables, c.Name, c.Definition)
		for key := range s.items {
			if c.Definition == nil && key[0] == c.Name {
				delete(s.items, key)
			}
		}
	}
	for _, c := range b.Items {
		set(s.items, [2]string{c.Table, string(c.Key)}, c.Item)
	}
	for _, c := range b.Tokens {
		set(s.tokens, c.Token, c.Record)
	}
	return nil
}

// Load returns the state; a table comes before its items.
func (s *store) Load(_ context.Context, to journal.Sink) error {
	for name, definition := range s.tables {
		if err := to.Table(name, definition); err != nil {
			return err
		}
	}
	for key, item := range s.items {
		if err := to.Item(key[0], []byte(key[1]), item); err != nil {
			return err
		}
	}
	for token, record := range s.tokens {
		if err := to.Token(token, record); err != nil {
			return err
		}
	}
	return nil
}

func set[K comparable](m map[K][]byte, key K, value []byte) {
	if value == nil {
		delete(m, key)
		return
	}
	m[key] = value
}

// The engine hands every change to the journal, and starts with the state of
// the journal.
func ExampleJournal() {
	ctx := context.Background()
	s := newStore()
	id := map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "a"}}
	for start := range 3 {
		db, err := embedded.Open(ctx, s)
		if err != nil {
			log.Fatal(err)
		}
		switch start {
		case 0:
			_, err = db.CreateTable(ctx, &dynamodb.CreateTableInput{
				TableName: aws.String("notes"), BillingMode: types.BillingModePayPerRequest,
				AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
				KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
			})
			if err == nil {
				_, err = db.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("notes"), Item: id})
			}
		case 1:
			_, err = db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: aws.String("notes"), Key: id})
		case 2:
			_, err = db.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: aws.String("notes")})
		}
		fmt.Println(len(s.tables), "tables", len(s.items), "items", err)
	}
	// Output:
	// 1 tables 1 items <nil>
	// 1 tables 0 items <nil>
	// 0 tables 0 items <nil>
}
