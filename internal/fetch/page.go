package fetch

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/answer"
)

// Page is one answer of a Query or Scan.
type Page struct {
	Items []map[string]types.AttributeValue // nil of a count
	Count int64                             // how many items passed the filter
	Next  map[string]types.AttributeValue   // where the next page begins; empty after the last one
}

// Pages fetches the page that begins after start.
type Pages func(ctx context.Context, start map[string]types.AttributeValue) (Page, error)

// Scan returns the pages of a scan.
func (r Reader) Scan(s *dynamodb.ScanInput) Pages {
	return func(ctx context.Context, start map[string]types.AttributeValue) (Page, error) {
		in := *s
		in.ExclusiveStartKey = start
		out, err := r.Client.Scan(ctx, &in, answer.Observed...)
		if err != nil {
			return Page{}, answer.Error(err)
		}
		return Page{out.Items, int64(out.Count), out.LastEvaluatedKey}, nil
	}
}

// Query returns the pages of a query.
func (r Reader) Query(q *dynamodb.QueryInput) Pages {
	return func(ctx context.Context, start map[string]types.AttributeValue) (Page, error) {
		in := *q
		in.ExclusiveStartKey = start
		out, err := r.Client.Query(ctx, &in, answer.Observed...)
		if err != nil {
			return Page{}, answer.Error(err)
		}
		return Page{out.Items, int64(out.Count), out.LastEvaluatedKey}, nil
	}
}
