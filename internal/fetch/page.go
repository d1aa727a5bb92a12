package fetch

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/answer"
)

// Page fetches the items after start, and where the next page begins; that is
// empty after the last one.
type Page func(start map[string]types.AttributeValue) (items []map[string]types.AttributeValue, next map[string]types.AttributeValue, err error)

// Scan returns the pages of a table, of at most limit items if that is not nil.
func (r Reader) Scan(ctx context.Context, table string, strong bool, limit *int32) Page {
	return func(start attrs) ([]attrs, attrs, error) {
		out, err := r.Client.Scan(ctx, &dynamodb.ScanInput{
			TableName: &table, ConsistentRead: &strong, ExclusiveStartKey: start, Limit: limit,
		}, answer.Observed...)
		if err != nil {
			return nil, nil, answer.Error(err)
		}
		return out.Items, out.LastEvaluatedKey, nil
	}
}

// Query returns the pages of a query.
func (r Reader) Query(ctx context.Context, q *dynamodb.QueryInput) Page {
	return func(start attrs) ([]attrs, attrs, error) {
		in := *q
		in.ExclusiveStartKey = start
		out, err := r.Client.Query(ctx, &in, answer.Observed...)
		if err != nil {
			return nil, nil, answer.Error(err)
		}
		return out.Items, out.LastEvaluatedKey, nil
	}
}
