package wired

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

type note struct {
	ID   string            `dynamodbav:"id"`
	Text string            `dynamodbav:"text"`
	N    int               `dynamodbav:"n"`
	Tags map[string]string `dynamodbav:"tags"`
}

var noteID = repo.KeyOf(func(n *note) *string { return &n.ID })

// wrapper is a client of somebody's, which passes no options on.
type wrapper struct{ *dynamodb.Client }

func (w wrapper) PutItem(ctx context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return w.Client.PutItem(ctx, in)
}

func (w wrapper) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return w.Client.TransactWriteItems(ctx, in)
}

// watcher is middleware that keeps the items of requests.
type watcher struct{ seen []kit.Row }

func (*watcher) ID() string { return "watcher" }

func (w *watcher) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	switch in := in.Parameters.(type) {
	case *dynamodb.PutItemInput:
		w.seen = append(w.seen, in.Item)
	case *dynamodb.TransactWriteItemsInput:
		for _, it := range in.TransactItems {
			w.seen = append(w.seen, it.Put.Item)
		}
	}
	return next.HandleInitialize(ctx, in)
}

// Whoever stands between a repository and DynamoDB sees all attributes of an item, and what
// he passes on is stored whole. repo.Direct speaks of answers only.
func TestItemsThatAreLookedAt(t *testing.T) {
	watch := &watcher{}
	watched := embeddedClient(func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error { return s.Initialize.Add(watch, middleware.Before) })
	})
	plain := client()
	for name, c := range map[string]struct {
		client repo.Client
		raw    *dynamodb.Client
		opts   []repo.Option
	}{
		"a client":              {plain, plain, nil},
		"lean":                  {plain, plain, []repo.Option{repo.Lean()}},
		"a wrapper":             {wrapper{plain}, plain, nil},
		"a wrapper, directly":   {wrapper{plain}, plain, []repo.Option{repo.Direct()}},
		"middleware":            {watched, watched, nil},
		"middleware, directly":  {watched, watched, []repo.Option{repo.Direct()}},
		"plain, with a wrapper": {wrapper{plain}, plain, []repo.Option{repo.Direct(), repo.Plain()}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, prefix := t.Context(), kit.TableName("wired")
			r, err := repo.New(c.client, repo.TableOf("Notes", noteID), append(c.opts, repo.TablePrefix(prefix))...)
			kit.Must(t, err)
			kit.Must(t, r.CreateTables(ctx))
			v := note{ID: "1", Text: "x", N: 7, Tags: map[string]string{"a": "b"}}
			_, err = r.Create(ctx, &v)
			kit.Must(t, err)
			v.ID = "2"
			_, err = r.Put(ctx, &v)
			kit.Must(t, err)
			for _, id := range []string{"1", "2"} {
				got, err := c.raw.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(prefix + "Notes"), Key: kit.Row{"id": kit.Str(id)}})
				kit.Must(t, err)
				delete(got.Item, "_meta")
				kit.Same(t, id, got.Item, kit.Row{"id": kit.Str(id), "text": kit.Str("x"), "n": kit.Num("7"), "tags": kit.Object(kit.Row{"a": kit.Str("b")})})
			}
		})
	}
	kit.Equal(t, "requests that were seen", len(watch.seen), 4)
	for _, it := range watch.seen {
		if _, ok := it["text"].(*types.AttributeValueMemberS); !ok {
			t.Errorf("%v", it)
		}
	}
}
