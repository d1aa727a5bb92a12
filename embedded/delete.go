package embedded

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded/internal/attr"
)

// DeleteItem removes one item. Without a condition it succeeds whether the
// item is there or not.
func (db *DB) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput) (*dynamodb.DeleteItemOutput, error) {
	in = orEmpty(in)
	if err := firstError(
		checkWrite(in.TableName, in.ReturnValues, in.ReturnConsumedCapacity, in.ReturnItemCollectionMetrics, in.ReturnValuesOnConditionCheckFailure),
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
	c, err := db.writeItem(ctx, w)
	if err != nil {
		return nil, err
	}
	out := &dynamodb.DeleteItemOutput{
		ConsumedCapacity:      consumedByWrite(in.ReturnConsumedCapacity, c),
		ItemCollectionMetrics: c.collectionMetrics(in.ReturnItemCollectionMetrics),
	}
	if in.ReturnValues == types.ReturnValueAllOld {
		out.Attributes = attr.CopyItem(c.before.attributes())
	}
	return out, nil
}
