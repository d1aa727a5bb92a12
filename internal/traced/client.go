package traced

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// DataClient is what reads and writes items.
type DataClient interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	TransactGetItems(context.Context, *dynamodb.TransactGetItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
}

// Client returns a client whose requests t is told of: c itself if t wants none.
func Client(t *Tracer, c DataClient) DataClient {
	if t == nil {
		return c
	}
	plain := client{t, c}
	if both, ok := c.(WritesApart); ok {
		return &fullClient{plain, both}
	}
	return &plain
}

// WritesApart is a client that can write several items in one request that is not all or
// nothing, and delete one item.
type WritesApart interface {
	BatchWriteItem(context.Context, *dynamodb.BatchWriteItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
}

// fullClient is a client that can do both.
type fullClient struct {
	client
	apart WritesApart
}

func (c *fullClient) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	asked := *in
	asked.ReturnConsumedCapacity = c.wanted(in.ReturnConsumedCapacity)
	return do(ctx, c.t, &asked, opts, c.apart.BatchWriteItem)
}

func (c *fullClient) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	asked := *in
	asked.ReturnConsumedCapacity = c.wanted(in.ReturnConsumedCapacity)
	return do(ctx, c.t, &asked, opts, c.apart.DeleteItem)
}

type client struct {
	t    *Tracer
	next DataClient
}

// wanted is what DynamoDB is asked to say about capacity. Inputs are copied: those
// of a repetition must be the same.
func (c *client) wanted(given types.ReturnConsumedCapacity) types.ReturnConsumedCapacity {
	if c.t.capacity {
		return types.ReturnConsumedCapacityIndexes
	}
	return given
}

func (c *client) GetItem(ctx context.Context, in *dynamodb.GetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	asked := *in
	asked.ReturnConsumedCapacity = c.wanted(in.ReturnConsumedCapacity)
	return do(ctx, c.t, &asked, opts, c.next.GetItem)
}

func (c *client) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	asked := *in
	asked.ReturnConsumedCapacity = c.wanted(in.ReturnConsumedCapacity)
	return do(ctx, c.t, &asked, opts, c.next.BatchGetItem)
}

func (c *client) TransactGetItems(ctx context.Context, in *dynamodb.TransactGetItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	asked := *in
	asked.ReturnConsumedCapacity = c.wanted(in.ReturnConsumedCapacity)
	return do(ctx, c.t, &asked, opts, c.next.TransactGetItems)
}

func (c *client) Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	asked := *in
	asked.ReturnConsumedCapacity = c.wanted(in.ReturnConsumedCapacity)
	return do(ctx, c.t, &asked, opts, c.next.Query)
}

func (c *client) Scan(ctx context.Context, in *dynamodb.ScanInput, opts ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	asked := *in
	asked.ReturnConsumedCapacity = c.wanted(in.ReturnConsumedCapacity)
	return do(ctx, c.t, &asked, opts, c.next.Scan)
}

func (c *client) PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	asked := *in
	asked.ReturnConsumedCapacity = c.wanted(in.ReturnConsumedCapacity)
	return do(ctx, c.t, &asked, opts, c.next.PutItem)
}

func (c *client) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	asked := *in
	asked.ReturnConsumedCapacity = c.wanted(in.ReturnConsumedCapacity)
	return do(ctx, c.t, &asked, opts, c.next.UpdateItem)
}

func (c *client) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	asked := *in
	asked.ReturnConsumedCapacity = c.wanted(in.ReturnConsumedCapacity)
	return do(ctx, c.t, &asked, opts, c.next.TransactWriteItems)
}
