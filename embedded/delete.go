package embedded

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// DeleteItem removes one item. Without a condition it also succeeds if there is
// no item.
func (db *DB) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput) (*dynamodb.DeleteItemOutput, error) {
	in = orEmpty(in)
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.table(in.TableName)
	c.returnValues(in.ReturnValues)
	c.collectionMetrics(in.ReturnItemCollectionMetrics)
	c.item("key", in.Key)
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
		kind: deleteItem, tableName: in.TableName, item: in.Key,
		condition: in.ConditionExpression, names: in.ExpressionAttributeNames, values: in.ExpressionAttributeValues,
		returnItem: in.ReturnValuesOnConditionCheckFailure,
	}
	done, err := db.writeItem(ctx, w)
	if err != nil {
		return nil, err
	}
	out := &dynamodb.DeleteItemOutput{
		ConsumedCapacity:      consumedByWrite(in.ReturnConsumedCapacity, done),
		ItemCollectionMetrics: done.collectionMetrics(in.ReturnItemCollectionMetrics),
	}
	if in.ReturnValues == types.ReturnValueAllOld {
		out.Attributes = done.before.values(nil)
	}
	return out, nil
}
