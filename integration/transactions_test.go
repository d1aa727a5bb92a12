package integration

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

// transaction draws one to three actions on different items.
func (g *generator) transaction() request {
	var actions []types.TransactWriteItem
	var text []string
	keys := rapid.Permutation(sortKeys).Draw(g.t, "items")
	for _, sk := range keys[:rapid.IntRange(1, 3).Draw(g.t, "actions")] {
		action, says := pick(g, "action", g.putAction, g.updateAction, g.deleteAction, g.checkAction)(g.keyOf(sk))
		actions, text = append(actions, action), append(text, says)
	}
	return request{"transaction: " + strings.Join(text, "; "), func(c *dynamodb.Client) answer {
		// The SDK makes a different token for each engine and call.
		_, err := c.TransactWriteItems(background, &dynamodb.TransactWriteItemsInput{TransactItems: actions})
		return failure(err)
	}}
}

func (g *generator) putAction(key row) (types.TransactWriteItem, string) {
	g.expressions()
	put := &types.Put{TableName: &g.table, Item: g.itemAt(key), ConditionExpression: g.conditional(), ReturnValuesOnConditionCheckFailure: allOld}
	put.ExpressionAttributeValues = g.used()
	return types.TransactWriteItem{Put: put}, fmt.Sprint("put ", show(put.Item), " if ", aws.ToString(put.ConditionExpression), " ", show(g.values))
}

func (g *generator) updateAction(key row) (types.TransactWriteItem, string) {
	g.expressions()
	update := &types.Update{TableName: &g.table, Key: key, UpdateExpression: aws.String(g.change()), ConditionExpression: g.conditional(), ReturnValuesOnConditionCheckFailure: allOld}
	update.ExpressionAttributeValues = g.used()
	return types.TransactWriteItem{Update: update},
		fmt.Sprint("update ", show(update.Key), " ", *update.UpdateExpression, " if ", aws.ToString(update.ConditionExpression), " ", show(g.values))
}

func (g *generator) deleteAction(key row) (types.TransactWriteItem, string) {
	g.expressions()
	del := &types.Delete{TableName: &g.table, Key: key, ConditionExpression: g.conditional(), ReturnValuesOnConditionCheckFailure: allOld}
	del.ExpressionAttributeValues = g.used()
	return types.TransactWriteItem{Delete: del}, fmt.Sprint("delete ", show(del.Key), " if ", aws.ToString(del.ConditionExpression), " ", show(g.values))
}

func (g *generator) checkAction(key row) (types.TransactWriteItem, string) {
	g.expressions()
	check := &types.ConditionCheck{TableName: &g.table, Key: key, ConditionExpression: aws.String(g.condition(1)), ReturnValuesOnConditionCheckFailure: allOld}
	check.ExpressionAttributeValues = g.used()
	return types.TransactWriteItem{ConditionCheck: check}, fmt.Sprint("check ", show(check.Key), " ", *check.ConditionExpression, " ", show(g.values))
}

// show renders an item so that equal items have equal texts: names and sets
// in order.
func show(item row) string {
	if item == nil {
		return "none"
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(item)) {
		parts = append(parts, fmt.Sprintf("%s: %s", name, showValue(item[name])))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func showAll(items []row) []string {
	out := make([]string, 0, len(items)+1)
	for _, item := range items {
		out = append(out, show(item))
	}
	return out
}

func showValue(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return fmt.Sprintf("%q", v.Value)
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberB:
		return fmt.Sprintf("B%x", v.Value)
	case *types.AttributeValueMemberBOOL:
		return fmt.Sprint(v.Value)
	case *types.AttributeValueMemberNULL:
		return "NULL"
	case *types.AttributeValueMemberSS:
		return fmt.Sprintf("SS%q", slices.Sorted(slices.Values(v.Value)))
	case *types.AttributeValueMemberNS:
		return fmt.Sprintf("NS%q", slices.Sorted(slices.Values(v.Value)))
	case *types.AttributeValueMemberBS:
		return fmt.Sprintf("BS%x", slices.SortedFunc(slices.Values(v.Value), bytes.Compare))
	case *types.AttributeValueMemberL:
		var parts []string
		for _, e := range v.Value {
			parts = append(parts, showValue(e))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case *types.AttributeValueMemberM:
		return show(v.Value)
	default:
		return fmt.Sprintf("%T", v)
	}
}
