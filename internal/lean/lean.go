// Package lean sends the requests about items that the SDK's client would send, without the
// stack of middleware that it builds for each of them: that stack is most of what a call
// costs. Bodies, signatures, credentials, endpoints, retries and errors are made by the
// public parts of the SDK, from the options of a client of the SDK's.
//
// A client of the package is for the requests of this library. Of the options of a call it
// heeds Protocol, HTTPClient, Retryer and RetryMaxAttempts, which the library sets, and
// refuses middleware. What answer.Answered and answer.Told add, it does by itself.
package lean

import (
	"context"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/internal/direct"
)

// Client sends requests about items. It is safe for concurrent use.
type Client struct {
	options dynamodb.Options
	agent   string

	keeps bool // the resolver's answer depends on nothing that it is not kept by
	kept  atomic.Pointer[endpoint]
	skew  atomic.Int64 // how far the service's clock is ahead
}

// New returns a client with the options of one of the SDK's. It refuses a client that does
// something which it would not do.
func New(client any) (*Client, error) {
	o, err := optionsOf(client)
	if err != nil {
		return nil, err
	}
	o.Protocol = direct.JSON(o.Protocol)
	c := &Client{options: *o, agent: "dystore-lean aws-sdk-go-v2/" + aws.SDKVersion, keeps: sameType(o.EndpointResolverV2, standard().EndpointResolverV2)}
	if o.AppID != "" {
		c.agent += " app/" + o.AppID
	}
	return c, nil
}

// operation is one of DynamoDB's.
type operation struct {
	name   string
	schema *smithy.OperationSchema
	output func() smithy.Deserializable // a new one
}

func newOperation[O any, P interface {
	*O
	smithy.Deserializable
}](op, input, output *smithy.Schema) *operation {
	return &operation{op.ID().Name, smithy.NewOperationSchema(op, input, output), func() smithy.Deserializable { return P(new(O)) }}
}

var (
	getItem            = newOperation[dynamodb.GetItemOutput](schemas.GetItem, schemas.GetItemInput, schemas.GetItemOutput)
	batchGetItem       = newOperation[dynamodb.BatchGetItemOutput](schemas.BatchGetItem, schemas.BatchGetItemInput, schemas.BatchGetItemOutput)
	transactGetItems   = newOperation[dynamodb.TransactGetItemsOutput](schemas.TransactGetItems, schemas.TransactGetItemsInput, schemas.TransactGetItemsOutput)
	query              = newOperation[dynamodb.QueryOutput](schemas.Query, schemas.QueryInput, schemas.QueryOutput)
	scan               = newOperation[dynamodb.ScanOutput](schemas.Scan, schemas.ScanInput, schemas.ScanOutput)
	putItem            = newOperation[dynamodb.PutItemOutput](schemas.PutItem, schemas.PutItemInput, schemas.PutItemOutput)
	updateItem         = newOperation[dynamodb.UpdateItemOutput](schemas.UpdateItem, schemas.UpdateItemInput, schemas.UpdateItemOutput)
	deleteItem         = newOperation[dynamodb.DeleteItemOutput](schemas.DeleteItem, schemas.DeleteItemInput, schemas.DeleteItemOutput)
	batchWriteItem     = newOperation[dynamodb.BatchWriteItemOutput](schemas.BatchWriteItem, schemas.BatchWriteItemInput, schemas.BatchWriteItemOutput)
	transactWriteItems = newOperation[dynamodb.TransactWriteItemsOutput](schemas.TransactWriteItems, schemas.TransactWriteItemsInput, schemas.TransactWriteItemsOutput)
)

// GetItem reads one item.
func (c *Client) GetItem(ctx context.Context, in *dynamodb.GetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return do[dynamodb.GetItemOutput](ctx, c, getItem, in, opts)
}

// BatchGetItem reads items one by one, in one request.
func (c *Client) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return do[dynamodb.BatchGetItemOutput](ctx, c, batchGetItem, in, opts)
}

// TransactGetItems reads items at one moment.
func (c *Client) TransactGetItems(ctx context.Context, in *dynamodb.TransactGetItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	return do[dynamodb.TransactGetItemsOutput](ctx, c, transactGetItems, in, opts)
}

// Query reads a page of a partition.
func (c *Client) Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return do[dynamodb.QueryOutput](ctx, c, query, in, opts)
}

// Scan reads a page of a table.
func (c *Client) Scan(ctx context.Context, in *dynamodb.ScanInput, opts ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	return do[dynamodb.ScanOutput](ctx, c, scan, in, opts)
}

// PutItem writes one item.
func (c *Client) PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return do[dynamodb.PutItemOutput](ctx, c, putItem, in, opts)
}

// UpdateItem changes one item.
func (c *Client) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return do[dynamodb.UpdateItemOutput](ctx, c, updateItem, in, opts)
}

// DeleteItem removes one item.
func (c *Client) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return do[dynamodb.DeleteItemOutput](ctx, c, deleteItem, in, opts)
}

// BatchWriteItem writes and removes items one by one, in one request.
func (c *Client) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	return do[dynamodb.BatchWriteItemOutput](ctx, c, batchWriteItem, in, opts)
}

// TransactWriteItems makes several changes, or none. A request without a token gets one, as
// the SDK's client gives it.
func (c *Client) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	if in != nil && in.ClientRequestToken == nil {
		token, err := c.options.IdempotencyTokenProvider.GetIdempotencyToken()
		if err != nil {
			return nil, operationError(transactWriteItems, err)
		}
		tokened := *in
		tokened.ClientRequestToken = &token
		in = &tokened
	}
	return do[dynamodb.TransactWriteItemsOutput](ctx, c, transactWriteItems, in, opts)
}

func operationError(op *operation, err error) error {
	return &smithy.OperationError{ServiceID: dynamodb.ServiceID, OperationName: op.name, Err: err}
}
