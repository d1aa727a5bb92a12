package embedded

import (
	"context"
	"encoding/binary"
	"math/bits"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Scan reads a table or index, or one segment of it, in an order that does not
// follow the partition keys but is always the same.
func (db *DB) Scan(ctx context.Context, in *dynamodb.ScanInput) (*dynamodb.ScanOutput, error) {
	r, p, err := db.scan(ctx, orEmpty(in))
	if err != nil {
		return nil, err
	}
	return &dynamodb.ScanOutput{
		Items: r.answers(p), Count: int32(len(p.records)), ScannedCount: int32(p.scanned), LastEvaluatedKey: p.last, ConsumedCapacity: r.consumed(p),
	}, nil
}

func (db *DB) scan(ctx context.Context, in *dynamodb.ScanInput) (*pageRead, page, error) {
	var c constraints
	c.page(in.Select)
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.table(in.TableName)
	if in.Limit != nil && *in.Limit < 1 {
		c.add("Value '%d' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1", *in.Limit)
	}
	if err := firstError(ctx.Err(), c.err(),
		refuseLegacy([]parameter{
			{"AttributesToGet", in.AttributesToGet != nil}, {"ScanFilter", in.ScanFilter != nil},
			{"ConditionalOperator", in.ConditionalOperator != ""},
		}, parameter{"FilterExpression", in.FilterExpression != nil}, parameter{"ProjectionExpression", in.ProjectionExpression != nil}),
	); err != nil {
		return nil, page{}, err
	}
	r := &pageRead{
		operation: "Scan", tableName: in.TableName, indexName: in.IndexName, consistent: enabled(in.ConsistentRead),
		limit: in.Limit, start: in.ExclusiveStartKey,
		selected: in.Select, filter: in.FilterExpression, projection: in.ProjectionExpression,
		names: in.ExpressionAttributeNames, values: in.ExpressionAttributeValues, price: in.ReturnConsumedCapacity,
	}
	b, err := segment(in.Segment, in.TotalSegments)
	if err != nil {
		return nil, page{}, err
	}
	if err := r.parse(nil); err != nil {
		return nil, page{}, err
	}
	v, err := db.view(ctx, in.TableName)
	if err != nil {
		return nil, page{}, err
	}
	if err := firstError(r.bind(v), db.throttled()); err != nil {
		return nil, page{}, err
	}
	p, err := r.run(b)
	return r, p, err
}

// hashCut is the first storage key of a segment, "" for the end of the table.
func hashCut(n, of int32) string {
	if n == of {
		return ""
	}
	// n/of of the hash space, exactly.
	q, _ := bits.Div64(uint64(n), 0, uint64(of))
	return string(binary.BigEndian.AppendUint64(nil, q))
}

// segment is the part of the hash space that belongs to a parallel scan.
func segment(n, of *int32) (bounds, error) {
	switch {
	case n == nil && of == nil:
		return bounds{}, nil
	case n == nil:
		return bounds{}, validation("The Segment parameter is required but was not present in the request when parameter TotalSegments is present")
	case of == nil:
		return bounds{}, validation("The TotalSegments parameter is required but was not present in the request when Segment parameter is present")
	case *of < 1 || *of > 1_000_000:
		return bounds{}, validation("1 validation error detected: Value '%d' at 'totalSegments' failed to satisfy constraint: Member must have value between 1 and 1000000", *of)
	case *n < 0:
		return bounds{}, validation("1 validation error detected: Value '%d' at 'segment' failed to satisfy constraint: Member must have value greater than or equal to 0", *n)
	case *n >= *of:
		return bounds{}, validation("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: %d is not less than TotalSegments: %d", *n, *of)
	}
	return bounds{hashCut(*n, *of), hashCut(*n+1, *of)}, nil
}
