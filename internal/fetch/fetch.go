// Package fetch sends all requests that read items. What it returns is complete,
// or an error that has its kind.
package fetch

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/direct"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/wire"
)

// Client is what reading needs of *dynamodb.Client.
type Client interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	TransactGetItems(context.Context, *dynamodb.TransactGetItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error)
}

// Completer is a client that knows what items of one model lack, and reads that.
type Completer interface {
	// Complete makes items whole that another client has read at one moment. It is false if
	// one has changed since, so that what it lacked is gone.
	Complete(ctx context.Context, asked []Item, items []*wire.Item) (bool, error)
}

// Reader sends requests by a client.
type Reader struct {
	Client Client
	Alone  bool // the engine has no transactions

	undecoded []func(*dynamodb.Options) // of requests whose items may stay bytes; nil: none may
}

// Undecoded is a reader whose items are left as the bytes that came, where that is possible:
// the caller knows that it is with the clients that are behind r's. The members of the
// attribute record are at hand then.
func (r Reader) Undecoded(record string) Reader {
	r.undecoded = []func(*dynamodb.Options){answer.Told, direct.Options(record)}
	return r
}

// decoded is a reader of attributes.
func (r Reader) decoded() Reader {
	r.undecoded = nil
	return r
}

// options are those of a read.
func (r Reader) options() []func(*dynamodb.Options) {
	if r.undecoded != nil {
		return r.undecoded
	}
	return direct.Observed
}

type attrs = map[string]types.AttributeValue

// Item names one item: its table and its key.
type Item struct {
	Table string
	Key   map[string]types.AttributeValue
}

// Projections limit what is read, by table; a table that is not in it is read
// whole. DynamoDB takes one projection per table of a batch.
type Projections map[string]*expr.Projection

// parameters are those of a projection in a request.
func parameters(p *expr.Projection) (*string, map[string]string) {
	if p == nil {
		return nil, nil
	}
	return &p.Expression, p.Names
}

// Items is Read for attributes.
func (r Reader) Items(ctx context.Context, items []Item, strong bool, proj Projections) ([]map[string]types.AttributeValue, error) {
	found, err := r.decoded().Read(ctx, items, strong, proj)
	if err != nil {
		return nil, err
	}
	return attributes(found), nil
}

func attributes(items []*wire.Item) []attrs {
	out := make([]attrs, len(items))
	for i, it := range items {
		out[i] = it.Attrs()
	}
	return out
}

// Read reads items; the result is parallel to them, nil where there is none.
// Keys that DynamoDB hands back are asked for again. Batches are read at the same
// time, parallel.AtOnce at most.
func (r Reader) Read(ctx context.Context, items []Item, strong bool, proj Projections) ([]*wire.Item, error) {
	if len(items) == 1 {
		found, err := r.get(ctx, items[0], strong, proj[items[0].Table])
		if err != nil {
			return nil, answer.Error(err)
		}
		return []*wire.Item{found}, nil
	}
	out := make([]*wire.Item, len(items))
	var err error
	if len(items) <= BatchKeys {
		err = r.batch(ctx, items, out, strong, proj)
	} else {
		err = r.batches(ctx, items, out, strong, proj)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// One reads one item, nil if there is none.
func (r Reader) One(ctx context.Context, item Item, strong bool, p *expr.Projection) (map[string]types.AttributeValue, error) {
	found, err := r.Get(ctx, item, strong, p)
	if err != nil {
		err = answer.Error(err)
	}
	return found, err
}

// Get is One with the client's error, which has no kind: for a read that is a step
// of a write.
func (r Reader) Get(ctx context.Context, item Item, strong bool, p *expr.Projection) (map[string]types.AttributeValue, error) {
	found, err := r.decoded().get(ctx, item, strong, p)
	return found.Attrs(), err
}

func (r Reader) get(ctx context.Context, item Item, strong bool, p *expr.Projection) (*wire.Item, error) {
	projection, names := parameters(p)
	out, err := r.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &item.Table, Key: item.Key, ConsistentRead: &strong,
		ProjectionExpression: projection, ExpressionAttributeNames: names,
	}, r.options()...)
	if err != nil {
		return nil, err
	}
	return direct.Item(out.Item), nil
}

// TransactItems is DynamoDB's limit per TransactGetItems.
const TransactItems = 100

// TransactSize is DynamoDB's limit for the bytes of these items.
const TransactSize = 4 << 20

// Isolated reads at most TransactItems items as they are at one moment, nil
// where there is none.
func (r Reader) Isolated(ctx context.Context, items []Item) ([]*wire.Item, error) {
	if r.Alone {
		return nil, fail.Withf(fail.ErrInvalid, "the engine has no transactions (repo.WithoutTransactions), so that nothing reads several items at one moment")
	}
	in := &dynamodb.TransactGetItemsInput{}
	for _, it := range items {
		in.TransactItems = append(in.TransactItems, types.TransactGetItem{
			Get: &types.Get{TableName: aws.String(it.Table), Key: it.Key},
		})
	}
	out, err := r.Client.TransactGetItems(ctx, in, r.options()...)
	if err != nil {
		return nil, answer.WithReasons(answer.Error(err), func(i int) string { return items[i].Table })
	}
	found := make([]*wire.Item, len(items))
	for i := range out.Responses {
		found[i] = direct.Item(out.Responses[i].Item)
	}
	return found, nil
}

// IsolatedSize is the size of items that Isolated has refused, and the first of them that
// was too much, -1 if none was.
func (r Reader) IsolatedSize(ctx context.Context, items []Item) (size, over int) {
	over = -1
	found, _ := r.Items(ctx, items, true, nil)
	for i, it := range found {
		if size += item.Size(it); over < 0 && size > TransactSize {
			over = i
		}
	}
	return size, over
}
