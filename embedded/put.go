package embedded

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
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
		out.Attributes = done.before.values(nil)
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
	var drawn draw
	trouble := func() error { return firstError(db.throttled(), db.conflict(), db.replicatedConflict()) }
	err := db.write(ctx, []*string{w.tableName}, func(v view) (changes, *tokenChange, error) {
		err := w.bind(v)
		if err == nil {
			err = w.locate()
		}
		if err == nil {
			err = drawn.once(trouble)
		}
		if err != nil {
			return nil, nil, err
		}
		var failed *failedCondition
		if c, failed, err = w.evaluate(); err != nil {
			return nil, nil, err
		}
		if failed != nil {
			return nil, nil, &types.ConditionalCheckFailedException{Message: message("The conditional request failed"), Item: failed.item}
		}
		return changes{c}, nil, nil
	})
	return c, err
}
