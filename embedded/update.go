package embedded

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

// UpdateItem changes attributes of one item. If there is no item, it creates
// one, unless a condition prevents that.
func (db *DB) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error) {
	in = orEmpty(in)
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.table(in.TableName)
	c.collectionMetrics(in.ReturnItemCollectionMetrics)
	c.returnValues(in.ReturnValues)
	c.item("key", in.Key)
	c.onFailure(in.ReturnValuesOnConditionCheckFailure)
	if err := firstError(
		c.err(),
		refuseLegacy([]parameter{
			{"AttributeUpdates", in.AttributeUpdates != nil}, {"Expected", in.Expected != nil},
			{"ConditionalOperator", in.ConditionalOperator != ""},
		}, parameter{"ConditionExpression", in.ConditionExpression != nil}, parameter{"UpdateExpression", in.UpdateExpression != nil}),
	); err != nil {
		return nil, err
	}
	w := &itemWrite{
		kind: updateItem, tableName: in.TableName, item: in.Key,
		condition: in.ConditionExpression, update: in.UpdateExpression,
		names: in.ExpressionAttributeNames, values: in.ExpressionAttributeValues,
		returnItem: in.ReturnValuesOnConditionCheckFailure,
	}
	done, err := db.writeItem(ctx, w)
	if err != nil {
		return nil, err
	}
	return &dynamodb.UpdateItemOutput{
		Attributes:            w.returned(in.ReturnValues, done),
		ConsumedCapacity:      consumedByWrite(in.ReturnConsumedCapacity, done),
		ItemCollectionMetrics: done.collectionMetrics(in.ReturnItemCollectionMetrics),
	}, nil
}

// returned are the attributes that an update answers with.
func (w *itemWrite) returned(which types.ReturnValue, c change) attr.Item {
	source := c.after
	if which == types.ReturnValueAllOld || which == types.ReturnValueUpdatedOld {
		source = c.before
	}
	switch which {
	case types.ReturnValueAllOld, types.ReturnValueAllNew:
		return source.values(nil)
	case types.ReturnValueUpdatedOld, types.ReturnValueUpdatedNew:
		if w.parsedUpdate == nil || source == "" {
			return nil
		}
		if touched := w.parsedUpdate.Touched(source.values(namesIn(w.parsedUpdate.Paths()))); len(touched) > 0 {
			return touched
		}
	}
	return nil
}
