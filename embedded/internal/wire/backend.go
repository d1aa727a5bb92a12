package wire

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/packed"
)

// Backend answers the operations. Its methods are called from many goroutines.
// An input belongs to the method that receives it: nothing else reads or
// changes it later. An output that has items belongs to the client in the same
// way; any other is encoded before the request returns.
//
// An error that is (or wraps) a smithy.APIError reaches the client under its
// code, with all members of the SDK's exception type. A context's error is
// returned as such. Any other error is an InternalServerError, HTTP 500.
type Backend interface {
	CreateTable(context.Context, *dynamodb.CreateTableInput) (*dynamodb.CreateTableOutput, error)
	DescribeTable(context.Context, *dynamodb.DescribeTableInput) (*dynamodb.DescribeTableOutput, error)
	UpdateTable(context.Context, *dynamodb.UpdateTableInput) (*dynamodb.UpdateTableOutput, error)
	DeleteTable(context.Context, *dynamodb.DeleteTableInput) (*dynamodb.DeleteTableOutput, error)
	ListTables(context.Context, *dynamodb.ListTablesInput) (*dynamodb.ListTablesOutput, error)
	UpdateTimeToLive(context.Context, *dynamodb.UpdateTimeToLiveInput) (*dynamodb.UpdateTimeToLiveOutput, error)
	DescribeTimeToLive(context.Context, *dynamodb.DescribeTimeToLiveInput) (*dynamodb.DescribeTimeToLiveOutput, error)
	DescribeContinuousBackups(context.Context, *dynamodb.DescribeContinuousBackupsInput) (*dynamodb.DescribeContinuousBackupsOutput, error)
	UpdateContinuousBackups(context.Context, *dynamodb.UpdateContinuousBackupsInput) (*dynamodb.UpdateContinuousBackupsOutput, error)
	TagResource(context.Context, *dynamodb.TagResourceInput) (*dynamodb.TagResourceOutput, error)
	UntagResource(context.Context, *dynamodb.UntagResourceInput) (*dynamodb.UntagResourceOutput, error)
	ListTagsOfResource(context.Context, *dynamodb.ListTagsOfResourceInput) (*dynamodb.ListTagsOfResourceOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput) (*dynamodb.PutItemOutput, error)
	GetItem(context.Context, *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput) (*dynamodb.DeleteItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput) (*dynamodb.QueryOutput, error)
	Scan(context.Context, *dynamodb.ScanInput) (*dynamodb.ScanOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error)
	BatchWriteItem(context.Context, *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error)
	TransactGetItems(context.Context, *dynamodb.TransactGetItemsInput) (*dynamodb.TransactGetItemsOutput, error)
}

// PackedBackend is a Backend that has its items in packed form. For clients
// that get bytes, JSON is made of them without values in between. The methods
// answer what those of the Backend answer.
type PackedBackend interface {
	Backend
	GetItemPacked(context.Context, *dynamodb.GetItemInput) (*PackedItem, error)
	QueryPacked(context.Context, *dynamodb.QueryInput) (*PackedPage, error)
	ScanPacked(context.Context, *dynamodb.ScanInput) (*PackedPage, error)
	BatchGetItemPacked(context.Context, *dynamodb.BatchGetItemInput) (*PackedBatch, error)
	TransactGetItemsPacked(context.Context, *dynamodb.TransactGetItemsInput) (*PackedTransaction, error)
}

// PackedItem has the members of a GetItemOutput.
type PackedItem struct {
	ConsumedCapacity *types.ConsumedCapacity
	Item             packed.Item
}

// PackedPage has the members of a QueryOutput and of a ScanOutput.
type PackedPage struct {
	ConsumedCapacity *types.ConsumedCapacity
	Count            int32
	Items            []packed.Item
	LastEvaluatedKey map[string]types.AttributeValue
	ScannedCount     int32
}

// PackedBatch has the members of a BatchGetItemOutput.
type PackedBatch struct {
	ConsumedCapacity []types.ConsumedCapacity
	Responses        map[string][]packed.Item
	UnprocessedKeys  map[string]types.KeysAndAttributes
}

// PackedTransaction has the members of a TransactGetItemsOutput.
type PackedTransaction struct {
	ConsumedCapacity []types.ConsumedCapacity
	Responses        []PackedResponse
}

// PackedResponse has the members of an ItemResponse.
type PackedResponse struct{ Item packed.Item }
