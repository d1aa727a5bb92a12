package repo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// beforeEach is a client before whose updates something happens: transactions,
// and over a version single items.
type beforeEach struct {
	*dynamodb.Client
	n      int
	before func(n int)
}

func (b *beforeEach) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	b.n++
	b.before(b.n)
	return b.Client.TransactWriteItems(ctx, in, opts...)
}

func (b *beforeEach) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	b.n++
	b.before(b.n)
	return b.Client.UpdateItem(ctx, in, opts...)
}

type (
	instantDoc struct {
		ID   string      `dynamodbav:"id"`
		N    int         `dynamodbav:"n"`
		At   time.Time   `dynamodbav:"at"`
		Meta meta.Record `dynamodbav:"-"`
	}
	instantItem struct {
		ID string    `dynamodbav:"id"`
		N  int       `dynamodbav:"n"`
		At time.Time `dynamodbav:"at"`
	}
)

// The text of a time changes between the plan that was refused for it and the
// next one, in an item with a record, in one without, and in a Plain one.
func TestInstantsBesideAnotherWriter(t *testing.T) {
	const east, west, other, inUTC = "2026-01-02T12:04:05+09:00", "2026-01-01T22:04:05-05:00", "2026-01-02T12:04:06+09:00", "2026-01-02T03:04:05Z"
	for _, c := range []struct {
		name  string
		texts []string // stored before each update; "" removes it
		same  bool     // it is the instant of the condition, at last
		sent  int      // updates
	}{
		{"UTC", []string{inUTC}, true, 1},
		{"another zone", []string{east}, true, 2},
		{"another instant", []string{other}, false, 2},
		{"to another zone", []string{east, west}, true, 3},
		{"to UTC", []string{east, inUTC}, true, 3},
		{"to another instant", []string{east, other}, false, 3},
		{"from another instant", []string{other, east}, true, 3},
		{"to nothing", []string{east, ""}, false, 3},
		{"again and again", []string{east, west, other, east}, true, 5},
	} {
		for _, layout := range []string{"record", "no record", "Plain"} {
			for _, eq := range []bool{true, false} {
				t.Run(c.name+"/"+layout, func(t *testing.T) { instantsBeside(t, layout, eq, c.texts, c.same == eq, c.sent) })
			}
		}
	}
}

func instantsBeside(t *testing.T, layout string, eq bool, texts []string, holds bool, sent int) {
	ctx := context.Background()
	utc := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	id, bareID := repo.KeyOf(func(d *instantDoc) *string { return &d.ID }), repo.KeyOf(func(b *instantItem) *string { return &b.ID })
	db := embedded.New().Client()
	client, before := &beforeEach{Client: db}, 0
	client.before = func(n int) {
		if n -= before + 1; n < 0 || n >= len(texts) {
			return
		}
		in := &dynamodb.UpdateItemInput{TableName: new("Docs"), Key: map[string]types.AttributeValue{"id": avS("1")},
			UpdateExpression: new("REMOVE #at"), ExpressionAttributeNames: map[string]string{"#at": "at"}}
		if texts[n] != "" {
			in.UpdateExpression, in.ExpressionAttributeValues = new("SET #at = :t"), map[string]types.AttributeValue{":t": avS(texts[n])}
		}
		must(db.UpdateItem(ctx, in))(t)
	}
	model := repo.TableOf("Docs", id, meta.Keep(func(d *instantDoc) *meta.Record { return &d.Meta }))
	r := repoOver(t, db, model)
	switch layout {
	case "record":
		must(r.Create(ctx, &instantDoc{ID: "1"}))(t)
	case "no record":
		before = 1 // the plan that takes the item to have one
		fallthrough
	default:
		must(db.PutItem(ctx, &dynamodb.PutItemInput{TableName: new("Docs"), Item: map[string]types.AttributeValue{"id": avS("1")}}))(t)
	}
	var err error
	if layout == "Plain" {
		err = updateAt(ctx, t, client, repo.TableOf("Docs", bareID), bareID.Of("1"), func(b *instantItem) *int { return &b.N }, func(b *instantItem) *time.Time { return &b.At }, utc, eq, repo.Plain())
	} else {
		err = updateAt(ctx, t, client, model, id.Of("1"), func(d *instantDoc) *int { return &d.N }, func(d *instantDoc) *time.Time { return &d.At }, utc, eq)
	}
	if holds && err != nil || !holds && !errors.Is(err, repo.ErrCondition) {
		t.Errorf("Eq %v: %v; the condition holds: %v", eq, err, holds)
	}
	if client.n != before+sent {
		t.Errorf("Eq %v: %d updates, want %d", eq, client.n, before+sent)
	}
}

// updateAt sets a number if a time is, or is not, at.
func updateAt[T any](ctx context.Context, t *testing.T, c repo.Client, m repo.Model[T], key repo.Key[T], n func(*T) *int, field func(*T) *time.Time, at time.Time, eq bool, opts ...repo.Option) error {
	r, err := repo.New(c, m, opts...)
	noErr(t, err)
	cond := lens.Of(field).Ne(at)
	if eq {
		cond = lens.Of(field).Eq(at)
	}
	return r.Update(ctx, key, lens.Of(n).Set(7), repo.If(cond))
}
