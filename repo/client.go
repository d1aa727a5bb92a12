package repo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Client is what a repository needs of DynamoDB; *dynamodb.Client satisfies
// it. The embedded engine provides one without a server: embedded.New().Client().
//
// Writes are sent with the SDK's retries switched off, because the repository
// runs its own; reads use the retryer of the client. Both are asked for
// with the options of a call, which a wrapper must pass on.
//
// A client that does not, or is not the SDK's, such as that of DynamoDB
// Accelerator, may repeat requests by itself. Then nobody knows how many there
// were, and outcomes are still exact but cost more: a refused write is followed
// by a read where the client returns no item (GetItem) and by a check that no
// request is late (TransactWriteItems); and where a failed request could have
// been executed unseen, it is ErrOutcomeUnknown instead of a definite error.
//
// The methods of Client are fixed: a type that satisfies it today satisfies it in
// every later release. A later release that can use another operation takes it by
// an optional interface: New and Open ask whether the client has the method, and
// do without it otherwise.
type Client interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	TransactGetItems(context.Context, *dynamodb.TransactGetItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
	CreateTable(context.Context, *dynamodb.CreateTableInput, ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error)
	DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error)
}

var _ Client = (*dynamodb.Client)(nil)
