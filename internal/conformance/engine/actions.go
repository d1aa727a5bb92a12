package engine

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// The actions of a transaction. Each asks for the old item if its condition
// fails. An exp without text means no condition.

const allOld = types.ReturnValuesOnConditionCheckFailureAllOld

func putAction(table string, item row) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{TableName: &table, Item: item}}
}

func putActionIf(table string, item row, cond exp) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &table, Item: item, ReturnValuesOnConditionCheckFailure: allOld,
		ConditionExpression: &cond.text, ExpressionAttributeNames: cond.names, ExpressionAttributeValues: cond.values,
	}}
}

func checkAction(table string, key row, cond exp) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &table, Key: key, ReturnValuesOnConditionCheckFailure: allOld,
		ConditionExpression: &cond.text, ExpressionAttributeNames: cond.names, ExpressionAttributeValues: cond.values,
	}}
}

func deleteAction(table string, key row, cond exp) types.TransactWriteItem {
	del := &types.Delete{TableName: &table, Key: key, ReturnValuesOnConditionCheckFailure: allOld}
	if cond.text != "" {
		del.ConditionExpression = &cond.text
		del.ExpressionAttributeNames, del.ExpressionAttributeValues = cond.names, cond.values
	}
	return types.TransactWriteItem{Delete: del}
}

func updateAction(table string, key row, change, cond exp) types.TransactWriteItem {
	update := &types.Update{
		TableName: &table, Key: key, UpdateExpression: &change.text, ReturnValuesOnConditionCheckFailure: allOld,
		ExpressionAttributeNames: change.names, ExpressionAttributeValues: change.values,
	}
	if cond.text != "" {
		update.ConditionExpression = &cond.text
		update.ExpressionAttributeValues = with(change.values, cond.values)
	}
	return types.TransactWriteItem{Update: update}
}
