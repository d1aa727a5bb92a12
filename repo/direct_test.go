package repo_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type diDoc struct {
	ID   string
	Name string
	More diMore
	List []diMore
}

type diMore struct{ Text string }

// asJSON makes a client of the engine exchange JSON, as over a network.
func asJSON(o *dynamodb.Options) { o.Protocol = awsjson.New10(schemas.DynamoDB_20120810) }

// diClient is a wrapper that counts the attributes of the items that it sees.
type diClient struct {
	*dynamodb.Client
	seen  atomic.Int32
	drops bool // the options of calls
}

func (c *diClient) look(items ...map[string]types.AttributeValue) {
	for _, it := range items {
		for name := range it {
			if name == "ID" || name == "IDX" {
				c.seen.Add(1)
			}
		}
	}
}

func (c *diClient) GetItem(ctx context.Context, in *dynamodb.GetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	if c.drops {
		opts = nil
	}
	out, err := c.Client.GetItem(ctx, in, opts...)
	if err == nil {
		c.look(out.Item)
	}
	return out, err
}

func (c *diClient) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	if c.drops {
		opts = nil
	}
	out, err := c.Client.BatchGetItem(ctx, in, opts...)
	if err == nil {
		for _, items := range out.Responses {
			c.look(items...)
		}
	}
	return out, err
}

func (c *diClient) Scan(ctx context.Context, in *dynamodb.ScanInput, opts ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	if c.drops {
		opts = nil
	}
	out, err := c.Client.Scan(ctx, in, opts...)
	if err == nil {
		c.look(out.Items...)
	}
	return out, err
}

// Whoever is in a client sees the items of answers, unless it says that it does not look at
// them. Either way the objects are read.
func TestDirect(t *testing.T) {
	ctx := t.Context()
	for name, c := range map[string]struct {
		drops bool
		opts  []repo.Option
		looks bool // the wrapper sees attributes
	}{
		"a wrapper":                          {false, nil, true},
		"a wrapper with Direct":              {false, []repo.Option{repo.Direct()}, false},
		"a wrapper with Direct that forgets": {true, []repo.Option{repo.Direct()}, true},
	} {
		client := &diClient{Client: embedded.New().Client(asJSON), drops: c.drops}
		key := repo.KeyOf(func(d *diDoc) *string { return &d.ID })
		r, err := repo.New(client, repo.TableOf("DiDocs", key,
			shard.New(shard.To("DiMore", shard.KeyName("IDX")), func(d *diDoc) *diMore { return &d.More }),
			shard.Each(shard.To("DiList"), func(d *diDoc) *[]diMore { return &d.List })), c.opts...)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.CreateTables(ctx); err != nil {
			t.Fatal(err)
		}
		want := diDoc{"1", "é\n", diMore{"more"}, []diMore{{"a"}, {"b"}}}
		k, err := r.Create(ctx, &want)
		if err != nil {
			t.Fatal(err)
		}
		client.seen.Store(0)
		got, err := r.Get(ctx, k)
		diEqual(t, name, &want, got, err)
		n := 0
		for got, err := range r.Scan(ctx) {
			diEqual(t, name, &want, got, err)
			n++
		}
		if looks := client.seen.Load() > 0; looks != c.looks || n != 1 {
			t.Errorf("%s: the wrapper sees attributes: %v; %d objects", name, looks, n)
		}
	}
}

func diEqual(t *testing.T, name string, want, got *diDoc, err error) {
	t.Helper()
	if err != nil || got.ID != want.ID || got.Name != want.Name || got.More != want.More || len(got.List) != 2 || got.List[1] != want.List[1] {
		t.Errorf("%s: %+v, %v", name, got, err)
	}
}

// Middleware of the client's options sees the items as well.
func TestDirectMiddleware(t *testing.T) {
	ctx := t.Context()
	seen := 0
	look := middleware.InitializeMiddlewareFunc("look", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		out, meta, err := next.HandleInitialize(ctx, in)
		if get, ok := out.Result.(*dynamodb.GetItemOutput); ok && get.Item["ID"] != nil {
			seen++
		}
		return out, meta, err
	})
	client := embedded.New().Client(asJSON, func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error { return s.Initialize.Add(look, middleware.Before) })
	})
	r, err := repo.New(client, repo.TableOf("DiDocs", repo.KeyOf(func(d *diDoc) *string { return &d.ID })))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	k, err := r.Create(ctx, &diDoc{ID: "1"})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.Get(ctx, k); err != nil || got.ID != "1" || seen != 1 {
		t.Errorf("%+v, %v; the middleware has seen %d items", got, err, seen)
	}
}
