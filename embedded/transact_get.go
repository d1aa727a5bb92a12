package embedded

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TransactGetItems reads up to 100 items in the state of one moment.
func (db *DB) TransactGetItems(ctx context.Context, in *dynamodb.TransactGetItemsInput) (*dynamodb.TransactGetItemsOutput, error) {
	reads, found, err := db.transactGet(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &dynamodb.TransactGetItemsOutput{Responses: make([]types.ItemResponse, len(found)), ConsumedCapacity: consumedByTransactionReads(in.ReturnConsumedCapacity, found)}
	for n, f := range found {
		out.Responses[n].Item = reads[n].shown.values(f.record)
	}
	return out, nil
}

// transactGet reads the items; where there is none, the record is empty.
func (db *DB) transactGet(ctx context.Context, in *dynamodb.TransactGetItemsInput) ([]*itemRead, []tableRecord, error) {
	in = orEmpty(in)
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.length("transactItems", len(in.TransactItems), 1, maxTransaction)
	if err := firstError(ctx.Err(), db.transactional("TransactGetItems"), c.err()); err != nil {
		return nil, nil, err
	}
	reads := make([]*itemRead, len(in.TransactItems))
	for n, action := range in.TransactItems {
		g := action.Get
		if g == nil {
			return nil, nil, missing(fmt.Sprintf("transactItems.%d.member.get", n+1))
		}
		c.table(g.TableName)
		if err := c.err(); err != nil {
			return nil, nil, err
		}
		reads[n] = &itemRead{tableName: g.TableName, key: g.Key, projection: g.ProjectionExpression, names: g.ExpressionAttributeNames}
		if err := reads[n].parse(); err != nil {
			return nil, nil, err
		}
	}
	names := make([]*string, len(reads))
	for n, g := range reads {
		names[n] = g.tableName
	}
	v, err := db.view(ctx, names...)
	if err != nil {
		return nil, nil, err
	}
	found, err := fetchTogether(db, v, reads)
	if err != nil {
		return nil, nil, err
	}
	size := 0
	for _, f := range found {
		size += f.record.size()
	}
	if size > maxTransactionBytes {
		return nil, nil, validation("Collection size cannot exceed 4MB: the total size of items in the transaction cannot exceed 4MB")
	}
	return reads, found, nil
}

// fetchTogether finds all records.
func fetchTogether(db *DB, v view, reads []*itemRead) ([]tableRecord, error) {
	found := make([]tableRecord, len(reads))
	seen := map[itemID]bool{}
	outcome := newCancellation(len(reads))
	for _, g := range reads {
		if _, err := v.table(g.tableName); err != nil {
			return nil, err
		}
	}
	for n, g := range reads {
		key, err := g.locate(v)
		if err != nil {
			if err := outcome.invalid(n, err); err != nil {
				return nil, err
			}
			continue
		}
		id := itemID{g.table, key}
		if seen[id] {
			return nil, validation("Transaction request cannot include multiple operations on one item")
		}
		seen[id] = true
		found[n] = tableRecord{g.table, g.table.get(key)}
	}
	return found, firstError(outcome.err(), db.throttled(), db.transactionConflict(len(reads)))
}
