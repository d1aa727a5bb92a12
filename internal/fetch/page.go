package fetch

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/direct"
	"github.com/dystore/dystore/internal/wire"
)

// Page is one answer of a Query or Scan.
type Page struct {
	Items []*wire.Item                    // none of a count
	Count int64                           // how many items passed the filter
	Next  map[string]types.AttributeValue // where the next page begins; empty after the last one

	memory wire.Memory
}

// Release gives the memory of the page back, of whose items nobody needs one any more.
func (p *Page) Release() { p.memory.Release() }

func pageOf(list []map[string]types.AttributeValue, count int32, next map[string]types.AttributeValue) Page {
	items := direct.Items(list)
	return Page{items, int64(count), next, wire.MemoryOf(items)}
}

// Attrs are the attributes of its items.
func (p *Page) Attrs() []map[string]types.AttributeValue { return attributes(p.Items) }

// Pages fetches the page that begins after start.
type Pages func(ctx context.Context, start map[string]types.AttributeValue) (Page, error)

// Scan returns the pages of a scan.
func (r Reader) Scan(s *dynamodb.ScanInput) Pages {
	limit := s.Limit
	return func(ctx context.Context, start map[string]types.AttributeValue) (Page, error) {
		in := *s
		in.ExclusiveStartKey, in.Limit = start, limit
		limit = more(limit)
		out, err := r.Client.Scan(ctx, &in, r.options()...)
		if err != nil {
			return Page{}, answer.Error(err)
		}
		return pageOf(out.Items, out.Count, out.LastEvaluatedKey), nil
	}
}

// Query returns the pages of a query.
func (r Reader) Query(q *dynamodb.QueryInput) Pages {
	limit := q.Limit
	return func(ctx context.Context, start map[string]types.AttributeValue) (Page, error) {
		in := *q
		in.ExclusiveStartKey, in.Limit = start, limit
		limit = more(limit)
		out, err := r.Client.Query(ctx, &in, r.options()...)
		if err != nil {
			return Page{}, answer.Error(err)
		}
		return pageOf(out.Items, out.Count, out.LastEvaluatedKey), nil
	}
}

// maxLimit is up to which number of items a limit grows.
const maxLimit = 1024

// more is the limit of the next page. Who asks for one got less than the limit was for:
// items of others, and of objects that count as absent, are passed over.
func more(limit *int32) *int32 {
	if limit == nil {
		return nil
	}
	return new(max(*limit, min(2**limit, maxLimit)))
}
