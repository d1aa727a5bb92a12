package tables

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Describer is what a client has that describes tables.
type Describer interface {
	DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error)
}

// ItemCount is how many items a table has by DynamoDB's count, 0 if that cannot be had.
func ItemCount(ctx context.Context, client Describer, table string) int64 {
	out, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table})
	if err != nil || out.Table == nil || out.Table.ItemCount == nil {
		return 0
	}
	return *out.Table.ItemCount
}
