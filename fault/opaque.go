package fault

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// OpaqueClient is a client that hides its requests; see Opaque. It has those
// methods of *dynamodb.Client that read and write items, and CreateTable and
// DescribeTable.
type OpaqueClient struct{ c *dynamodb.Client }

// Opaque returns a client that sends the requests of c in its own way, as a
// proxy between a program and DynamoDB does:
//
//   - It ignores the options of a call. So a caller can neither switch off its
//     retries nor see how many requests a call has made.
//   - It makes up to attempts requests for a call (at least one) as long as they
//     fail with what the SDK repeats, and returns the answer to the last. After a
//     lost reply that of a conditional write is a refusal.
//   - It does not return the item that a refused write met, as if it did not
//     know ReturnValuesOnConditionCheckFailure.
//
// This is the worst of the clients in use. The client of DynamoDB Accelerator
// (aws-dax-go-v2 v1.0.3) makes up to three requests and honours
// RetryMaxAttempts in the options of a call, but no other option. It returns
// items with cancelled transactions, but none with a refused PutItem,
// UpdateItem or DeleteItem. Wrappers of *dynamodb.Client often forget to pass
// options on.
func Opaque(c *dynamodb.Client, attempts int) *OpaqueClient {
	return &OpaqueClient{dynamodb.New(c.Options(), func(o *dynamodb.Options) {
		o.RetryMaxAttempts = 0
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = max(attempts, 1)
			o.RateLimiter = ratelimit.None // it does not run out of retries
		})
	})}
}

// GetItem is that of *dynamodb.Client, without its options.
func (o *OpaqueClient) GetItem(ctx context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return o.c.GetItem(ctx, in)
}

// BatchGetItem is that of *dynamodb.Client, without its options.
func (o *OpaqueClient) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return o.c.BatchGetItem(ctx, in)
}

// TransactGetItems is that of *dynamodb.Client, without its options.
func (o *OpaqueClient) TransactGetItems(ctx context.Context, in *dynamodb.TransactGetItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	return o.c.TransactGetItems(ctx, in)
}

// Query is that of *dynamodb.Client, without its options.
func (o *OpaqueClient) Query(ctx context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return o.c.Query(ctx, in)
}

// Scan is that of *dynamodb.Client, without its options.
func (o *OpaqueClient) Scan(ctx context.Context, in *dynamodb.ScanInput, _ ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	return o.c.Scan(ctx, in)
}

// PutItem is that of *dynamodb.Client, without its options; a refusal brings no
// item.
func (o *OpaqueClient) PutItem(ctx context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	if in != nil {
		p := *in
		p.ReturnValuesOnConditionCheckFailure = ""
		in = &p
	}
	return o.c.PutItem(ctx, in)
}

// UpdateItem is that of *dynamodb.Client, without its options; a refusal brings
// no item.
func (o *OpaqueClient) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	if in != nil {
		u := *in
		u.ReturnValuesOnConditionCheckFailure = ""
		in = &u
	}
	return o.c.UpdateItem(ctx, in)
}

// DeleteItem is that of *dynamodb.Client, without its options; a refusal brings
// no item.
func (o *OpaqueClient) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	if in != nil {
		d := *in
		d.ReturnValuesOnConditionCheckFailure = ""
		in = &d
	}
	return o.c.DeleteItem(ctx, in)
}

// BatchWriteItem is that of *dynamodb.Client, without its options.
func (o *OpaqueClient) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	return o.c.BatchWriteItem(ctx, in)
}

// TransactWriteItems is that of *dynamodb.Client, without its options; the
// reasons of a cancelled transaction bring no items.
func (o *OpaqueClient) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	if in != nil {
		t := *in
		t.TransactItems = make([]types.TransactWriteItem, len(in.TransactItems))
		for i, item := range in.TransactItems {
			t.TransactItems[i] = withoutItem(item)
		}
		in = &t
	}
	return o.c.TransactWriteItems(ctx, in)
}

// withoutItem is a copy of an action that does not ask for the item that it
// met.
func withoutItem(a types.TransactWriteItem) types.TransactWriteItem {
	switch {
	case a.Put != nil:
		p := *a.Put
		p.ReturnValuesOnConditionCheckFailure = ""
		a.Put = &p
	case a.Update != nil:
		u := *a.Update
		u.ReturnValuesOnConditionCheckFailure = ""
		a.Update = &u
	case a.Delete != nil:
		d := *a.Delete
		d.ReturnValuesOnConditionCheckFailure = ""
		a.Delete = &d
	case a.ConditionCheck != nil:
		c := *a.ConditionCheck
		c.ReturnValuesOnConditionCheckFailure = ""
		a.ConditionCheck = &c
	}
	return a
}

// CreateTable is that of *dynamodb.Client, without its options.
func (o *OpaqueClient) CreateTable(ctx context.Context, in *dynamodb.CreateTableInput, _ ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error) {
	return o.c.CreateTable(ctx, in)
}

// DescribeTable is that of *dynamodb.Client, without its options.
func (o *OpaqueClient) DescribeTable(ctx context.Context, in *dynamodb.DescribeTableInput, _ ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error) {
	return o.c.DescribeTable(ctx, in)
}
