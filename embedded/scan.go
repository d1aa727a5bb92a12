package embedded

import (
	"context"
	"encoding/binary"
	"math/bits"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Scan reads a table or index, or one segment of it, in an order that has
// nothing to do with the partition keys but is always the same.
func (db *DB) Scan(ctx context.Context, in *dynamodb.ScanInput) (*dynamodb.ScanOutput, error) {
	var c constraints
	c.table(in.TableName)
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.page(in.Select)
	if in.Limit != nil && *in.Limit < 1 {
		c.add("Value '%d' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1", *in.Limit)
	}
	if err := firstError(ctx.Err(), c.err(),
		refuse(in.AttributesToGet != nil, "AttributesToGet"),
		refuse(in.ScanFilter != nil, "ScanFilter"),
		refuse(in.ConditionalOperator != "", "ConditionalOperator"),
	); err != nil {
		return nil, err
	}
	r := pageRead{
		operation: "Scan", tableName: in.TableName, indexName: in.IndexName, consistent: enabled(in.ConsistentRead),
		limit: in.Limit, start: in.ExclusiveStartKey,
		selected: in.Select, filter: in.FilterExpression, projection: in.ProjectionExpression,
		names: in.ExpressionAttributeNames, values: in.ExpressionAttributeValues,
	}
	b, err := segment(in.Segment, in.TotalSegments)
	if err != nil {
		return nil, err
	}
	if err := r.parse(nil); err != nil {
		return nil, err
	}
	var p page
	err = db.read(ctx, func() error {
		if err := firstError(r.bind(db), db.throttled()); err != nil {
			return err
		}
		p, err = r.run(b)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &dynamodb.ScanOutput{
		Items: r.answers(p), Count: int32(len(p.records)), ScannedCount: int32(p.scanned), LastEvaluatedKey: p.last,
		ConsumedCapacity: consumedByRead(in.ReturnConsumedCapacity, r.table, r.index, readUnits(p.size, r.mode())),
	}, nil
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
