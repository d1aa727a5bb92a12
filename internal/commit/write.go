package commit

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Op is what an action does to its item.
type Op uint8

const (
	Put Op = iota
	Update
	Delete
	Check
)

// Action is one item of a write.
type Action struct {
	Op     Op
	Table  string
	Item   map[string]types.AttributeValue // Put
	Key    map[string]types.AttributeValue // others
	Change string                          // Update: the update expression
	Cond   string
	Names  map[string]string
	Values map[string]types.AttributeValue
}

// Write is a set of actions that happen all or not at all.
type Write struct {
	Actions []Action
	// Token makes the engine answer a repetition with the first outcome. A
	// write that a repetition cannot apply twice (a compare-and-set of one
	// item) may do without: then it is a PutItem, at half the cost.
	Token string
	// Once: a repetition could apply the write twice, and there is no token.
	// After an attempt that got no answer it is not sent again.
	Once bool
}

const allOld = types.ReturnValuesOnConditionCheckFailureAllOld

// once makes one attempt.
func (w *Write) once(ctx context.Context, c Client) verdict {
	var a attempt
	err := w.request(ctx, c, a.options)
	return a.classify(ctx, err, len(w.Actions))
}

func (w *Write) request(ctx context.Context, c Client, once func(*dynamodb.Options)) error {
	if w.Token == "" && len(w.Actions) == 1 {
		switch a := &w.Actions[0]; a.Op {
		case Put:
			_, err := c.PutItem(ctx, &dynamodb.PutItemInput{
				TableName: &a.Table, Item: a.Item, ConditionExpression: text(a.Cond),
				ExpressionAttributeNames: a.Names, ExpressionAttributeValues: a.Values,
				ReturnValuesOnConditionCheckFailure: allOld,
			}, once)
			return err
		case Update:
			_, err := c.UpdateItem(ctx, &dynamodb.UpdateItemInput{
				TableName: &a.Table, Key: a.Key, UpdateExpression: text(a.Change), ConditionExpression: text(a.Cond),
				ExpressionAttributeNames: a.Names, ExpressionAttributeValues: a.Values,
				ReturnValuesOnConditionCheckFailure: allOld,
			}, once)
			return err
		}
	}
	items := make([]types.TransactWriteItem, len(w.Actions))
	for i := range w.Actions {
		items[i] = w.Actions[i].transact()
	}
	_, err := c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
		TransactItems: items, ClientRequestToken: text(w.Token),
	}, once)
	return err
}

func (a *Action) transact() types.TransactWriteItem {
	switch a.Op {
	case Put:
		return types.TransactWriteItem{Put: &types.Put{
			TableName: &a.Table, Item: a.Item, ConditionExpression: text(a.Cond),
			ExpressionAttributeNames: a.Names, ExpressionAttributeValues: a.Values,
			ReturnValuesOnConditionCheckFailure: allOld,
		}}
	case Update:
		return types.TransactWriteItem{Update: &types.Update{
			TableName: &a.Table, Key: a.Key, UpdateExpression: text(a.Change), ConditionExpression: text(a.Cond),
			ExpressionAttributeNames: a.Names, ExpressionAttributeValues: a.Values,
			ReturnValuesOnConditionCheckFailure: allOld,
		}}
	case Delete:
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: &a.Table, Key: a.Key, ConditionExpression: text(a.Cond),
			ExpressionAttributeNames: a.Names, ExpressionAttributeValues: a.Values,
			ReturnValuesOnConditionCheckFailure: allOld,
		}}
	default:
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: &a.Table, Key: a.Key, ConditionExpression: text(a.Cond),
			ExpressionAttributeNames: a.Names, ExpressionAttributeValues: a.Values,
			ReturnValuesOnConditionCheckFailure: allOld,
		}}
	}
}

// text is nil for an empty expression, which DynamoDB would refuse.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return aws.String(s)
}
