package embedded

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

// PutItem stores a whole item, in place of the one with the same key.
func (db *DB) PutItem(ctx context.Context, in *dynamodb.PutItemInput) (*dynamodb.PutItemOutput, error) {
	in = orEmpty(in)
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.table(in.TableName)
	c.item("item", in.Item)
	c.returnValues(in.ReturnValues)
	c.collectionMetrics(in.ReturnItemCollectionMetrics)
	c.onFailure(in.ReturnValuesOnConditionCheckFailure)
	if err := firstError(
		c.err(),
		refuseLegacy([]parameter{
			{"Expected", in.Expected != nil}, {"ConditionalOperator", in.ConditionalOperator != ""},
		}, parameter{"ConditionExpression", in.ConditionExpression != nil}),
		onlyValues(in.ReturnValues, types.ReturnValueNone, types.ReturnValueAllOld),
	); err != nil {
		return nil, err
	}
	w := &itemWrite{
		kind: putItem, tableName: in.TableName, item: in.Item,
		condition: in.ConditionExpression, names: in.ExpressionAttributeNames, values: in.ExpressionAttributeValues,
		returnItem: in.ReturnValuesOnConditionCheckFailure,
	}
	done, err := db.writeItem(ctx, w)
	if err != nil {
		return nil, err
	}
	out := &dynamodb.PutItemOutput{
		ConsumedCapacity:      consumedByWrite(in.ReturnConsumedCapacity, done),
		ItemCollectionMetrics: done.collectionMetrics(in.ReturnItemCollectionMetrics),
	}
	if in.ReturnValues == types.ReturnValueAllOld {
		out.Attributes = attr.CopyItem(done.before.attributes())
	}
	return out, nil
}

// writeItem runs one write outside batches and transactions.
func (db *DB) writeItem(ctx context.Context, w *itemWrite) (change, error) {
	if err := ctx.Err(); err != nil {
		return change{}, err
	}
	if err := w.parse(); err != nil {
		return change{}, err
	}
	var c change
	err := db.write(ctx, func() error {
		if err := w.bind(db); err != nil {
			return err
		}
		if err := firstError(w.locate(), db.throttled(), db.conflict(), db.replicatedConflict()); err != nil {
			return err
		}
		var failed *failedCondition
		var err error
		if c, failed, err = w.evaluate(); err != nil {
			return err
		}
		if failed != nil {
			return &types.ConditionalCheckFailedException{Message: message("The conditional request failed"), Item: failed.item}
		}
		return db.commit(changes{c}, nil)
	})
	return c, err
}
