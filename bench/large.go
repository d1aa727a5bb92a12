package bench

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// LargeBytes is the size of the objects in this file: near the 400 KB of an
// item.
const LargeBytes = 300 << 10

type (
	// Text is large because of one value.
	Text struct {
		ID   string      `dynamodbav:"id"`
		Body string      `dynamodbav:"body"`
		Meta meta.Record `dynamodbav:"-"`
	}
	// Ledger is large because of many small values.
	Ledger struct {
		ID      string      `dynamodbav:"id"`
		Entries []Entry     `dynamodbav:"entries"`
		Meta    meta.Record `dynamodbav:"-"`
	}
	Entry struct {
		Account string `dynamodbav:"account"`
		Amount  int64  `dynamodbav:"amount"`
		Note    string `dynamodbav:"note"`
	}
)

func newText(id string) Text {
	return Text{ID: id, Body: strings.Repeat("0123456789abcdef", LargeBytes/16)}
}

func newLedger(id string) Ledger {
	l := Ledger{ID: id}
	for i := range LargeBytes / 100 {
		l.Entries = append(l.Entries, Entry{fmt.Sprintf("account %08d", i), int64(i), strings.Repeat("n", 50)})
	}
	return l
}

// Large lists the workloads on objects of about 300 KB.
func Large() []Workload {
	text := repo.TableOf("texts", repo.KeyOf(func(v *Text) *string { return &v.ID }), meta.Keep(func(v *Text) *meta.Record { return &v.Meta }))
	ledger := repo.TableOf("ledgers", repo.KeyOf(func(v *Ledger) *string { return &v.ID }), meta.Keep(func(v *Ledger) *meta.Record { return &v.Meta }))
	return []Workload{
		{"put one string of 300 KB", 1, largePut("texts", text, newText)},
		{"get one string of 300 KB", 1, largeGet("texts", text, newText)},
		{"put 3,072 small maps, 300 KB", 1, largePut("ledgers", ledger, newLedger)},
		{"get 3,072 small maps, 300 KB", 1, largeGet("ledgers", ledger, newLedger)},
	}
}

func largePut[T any](table string, m repo.Model[T], fresh func(string) T) []Contender {
	return []Contender{
		{SDK, func(ctx context.Context, e Engine) (Op, error) {
			_, op, err := sdkLarge(ctx, e, table, fresh)
			return op, err
		}},
		{Dystore, func(ctx context.Context, e Engine) (Op, error) {
			r, err := repository(ctx, e, m)
			if err != nil {
				return nil, err
			}
			v := fresh("large")
			return func(ctx context.Context) error { _, err := r.Put(ctx, &v); return err }, nil
		}},
	}
}

func largeGet[T any](table string, m repo.Model[T], fresh func(string) T) []Contender {
	return []Contender{
		{SDK, func(ctx context.Context, e Engine) (Op, error) {
			name, put, err := sdkLarge(ctx, e, table, fresh)
			if err != nil {
				return nil, err
			}
			return func(ctx context.Context) error {
				out, err := e.Client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &name, Key: stringKey("id", "large"), ConsistentRead: aws.Bool(true)})
				if err != nil {
					return err
				}
				return attributevalue.UnmarshalMap(out.Item, new(T))
			}, put(ctx)
		}},
		{Dystore, func(ctx context.Context, e Engine) (Op, error) {
			r, err := repository(ctx, e, m)
			if err != nil {
				return nil, err
			}
			v := fresh("large")
			key, err := r.Create(ctx, &v)
			return func(ctx context.Context) error { _, err := r.Get(ctx, key); return err }, err
		}},
	}
}

func sdkLarge[T any](ctx context.Context, e Engine, table string, fresh func(string) T) (string, Op, error) {
	name, err := e.table(ctx, table, "id")
	v := fresh("large")
	return name, func(ctx context.Context) error {
		it, err := attributevalue.MarshalMap(&v)
		if err != nil {
			return err
		}
		_, err = e.Client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &name, Item: it})
		return err
	}, err
}
