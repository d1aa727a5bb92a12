package fault_test

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/fault"
)

const onlyNew = "attribute_not_exists(id)"

// An opaque client repeats requests under all options and does not return the
// item that a refusal met. It does not change the caller's input.
func TestOpaque(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		single := func(o *dynamodb.Options) { o.Retryer, o.RetryMaxAttempts = aws.NopRetryer{}, 1 }
		client, net := fault.Wrap(accounts())
		c := fault.Opaque(client, 3)

		in := &dynamodb.PutItemInput{
			TableName: aws.String("accounts"), Item: id("a"), ConditionExpression: aws.String(onlyNew),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}
		net.Reset(fault.Inject(fault.ReplyLost(), fault.Times(1)))
		_, err := c.PutItem(ctx, in, single)
		var refused *types.ConditionalCheckFailedException
		if !errors.As(err, &refused) || refused.Item != nil {
			t.Errorf("PutItem: %v, item %v", err, refused.Item)
		}
		equal(t, "requests", []string{"PutItem", "PutItem"}, net.Operations())
		equal(t, "input", types.ReturnValuesOnConditionCheckFailureAllOld, in.ReturnValuesOnConditionCheckFailure)

		for name, call := range map[string]func() error{
			"UpdateItem": func() error {
				_, err := c.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: aws.String("accounts"), Key: id("a"), ConditionExpression: aws.String(onlyNew),
					ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld}, single)
				return err
			},
			"DeleteItem": func() error {
				_, err := c.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: aws.String("accounts"), Key: id("a"), ConditionExpression: aws.String(onlyNew),
					ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld}, single)
				return err
			},
		} {
			net.Reset()
			if err := call(); !errors.As(err, &refused) || refused.Item != nil {
				t.Errorf("%s: %v, item %v", name, err, refused.Item)
			}
			equal(t, name, []string{name}, net.Operations())
		}

		key, cond, all := id("a"), aws.String(onlyNew), types.ReturnValuesOnConditionCheckFailureAllOld
		table := aws.String("accounts")
		for name, a := range map[string]types.TransactWriteItem{
			"Put":            {Put: &types.Put{TableName: table, Item: key, ConditionExpression: cond, ReturnValuesOnConditionCheckFailure: all}},
			"Update":         {Update: &types.Update{TableName: table, Key: key, UpdateExpression: aws.String("REMOVE x"), ConditionExpression: cond, ReturnValuesOnConditionCheckFailure: all}},
			"Delete":         {Delete: &types.Delete{TableName: table, Key: key, ConditionExpression: cond, ReturnValuesOnConditionCheckFailure: all}},
			"ConditionCheck": {ConditionCheck: &types.ConditionCheck{TableName: table, Key: key, ConditionExpression: cond, ReturnValuesOnConditionCheckFailure: all}},
		} {
			_, err := c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{a}}, single)
			var canceled *types.TransactionCanceledException
			if !errors.As(err, &canceled) || len(canceled.CancellationReasons) != 1 || canceled.CancellationReasons[0].Item != nil {
				t.Errorf("%s: %v", name, err)
			}
		}

		for attempts, want := range map[int]int{-1: 1, 1: 1, 4: 4} {
			net.Reset(fault.Inject(fault.ServerError()))
			if _, err := fault.Opaque(client, attempts).GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key}, single); err == nil {
				t.Error("no error")
			}
			equal(t, "attempts", want, net.Count())
		}
	})
}
