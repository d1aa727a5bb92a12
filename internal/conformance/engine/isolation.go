package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var transactedIsolationChecks = []check{
	{"transactional get sees whole transactions", func(t *testing.T, x *fixture, pk string) {
		a, b := pkOf(pk+"a"), pkOf(pk+"b")
		const writes = 60
		increment := exp{text: "ADD n :v", values: one}
		inParallel(t, 2, func(ctx context.Context, worker int) error {
			for i := range writes {
				if worker == 0 {
					if err := x.transact(ctx, "", updateAction(x.plain, a, increment, exp{}), updateAction(x.plain, b, increment, exp{})); err != nil {
						return err
					}
					continue
				}
				out, err := x.Client.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
					{Get: &types.Get{TableName: &x.plain, Key: a}}, {Get: &types.Get{TableName: &x.plain, Key: b}},
				}})
				if contended(err) {
					continue
				}
				if err != nil {
					return err
				}
				if n, m := count(out.Responses[0].Item), count(out.Responses[1].Item); n != m {
					return fmt.Errorf("read %d saw counters %q and %q; want one state", i, n, m)
				}
			}
			return nil
		})
		same(t, "first item", x.get(t, x.plain, a), with(a, row{"n": num(fmt.Sprint(writes))}))
		same(t, "second item", x.get(t, x.plain, b), with(b, row{"n": num(fmt.Sprint(writes))}))
	}},
}

var isolationChecks = []check{
	{"compare and set loses no update", func(t *testing.T, x *fixture, pk string) {
		x.put(t, x.plain, with(pkOf(pk), row{"n": num("0")}))
		const workers, each = 4, 10
		inParallel(t, workers, func(ctx context.Context, _ int) error {
			for done := 0; done < each; {
				out, err := x.Client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &x.plain, Key: pkOf(pk), ConsistentRead: aws.Bool(true)})
				if err != nil {
					return err
				}
				_, err = x.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
					TableName: &x.plain, Key: pkOf(pk), UpdateExpression: aws.String("SET n = :seen + :one"), ConditionExpression: aws.String("n = :seen"),
					ExpressionAttributeValues: row{":seen": out.Item["n"], ":one": num("1")},
				})
				var lost *types.ConditionalCheckFailedException
				switch {
				case err == nil:
					done++
				case !errors.As(err, &lost) && !contended(err):
					return err
				}
			}
			return nil
		})
		same(t, "item", x.get(t, x.plain, pkOf(pk)), with(pkOf(pk), row{"n": num(fmt.Sprint(workers * each))}))
	}},
	{"one of many creates wins", func(t *testing.T, x *fixture, pk string) {
		const workers = 8
		var won [workers]bool
		inParallel(t, workers, func(ctx context.Context, i int) error {
			item := with(pkOf(pk), row{"by": num(fmt.Sprint(i))})
			_, err := x.Client.PutItem(ctx, onlyIfInput(x.plain, item, exp{text: "attribute_not_exists(pk)"}))
			won[i] = err == nil
			var lost *types.ConditionalCheckFailedException
			if err != nil && !errors.As(err, &lost) {
				return err
			}
			return nil
		})
		winners := 0
		for i, w := range won {
			if w {
				winners++
				same(t, "item", x.get(t, x.plain, pkOf(pk)), with(pkOf(pk), row{"by": num(fmt.Sprint(i))}))
			}
		}
		same(t, "winners", winners, 1)
	}},
	{"legacy parameters are honoured or refused", legacyParameters},
}

// legacyParameters checks that an engine refuses what it does not support. If it
// ignored a condition, an update would be lost.
func legacyParameters(t *testing.T, x *fixture, pk string) {
	stored := with(skOf(pk, "1"), row{"v": num("1"), "w": num("2")})
	x.put(t, x.sorted, stored, with(skOf(pk, "2"), row{"v": num("1")}))
	_, err := x.Client.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: &x.sorted, Item: skOf(pk, "1"), Expected: map[string]types.ExpectedAttributeValue{"v": {Value: num("2")}},
	})
	if code := errorCode(err); code != failedCondition && code != "ValidationException" {
		t.Errorf("put with a failing Expected: %v; want it honoured or refused", err)
	}
	same(t, "the item", x.get(t, x.sorted, skOf(pk, "1")), stored)

	got, err := x.Client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &x.sorted, Key: skOf(pk, "1"), AttributesToGet: []string{"w"}})
	if err == nil {
		same(t, "AttributesToGet", got.Item, row{"w": num("2")})
	} else if code := errorCode(err); code != "ValidationException" {
		t.Errorf("get with AttributesToGet: %v; want it honoured or refused", err)
	}

	page, err := x.Client.Query(t.Context(), &dynamodb.QueryInput{TableName: &x.sorted, KeyConditions: map[string]types.Condition{
		"pk": {ComparisonOperator: types.ComparisonOperatorEq, AttributeValueList: []value{str(pk)}},
		"sk": {ComparisonOperator: types.ComparisonOperatorEq, AttributeValueList: []value{str("1")}},
	}})
	if err == nil {
		same(t, "KeyConditions", page.Items, []row{stored})
	} else if code := errorCode(err); code != "ValidationException" {
		t.Errorf("query with KeyConditions: %v; want it honoured or refused", err)
	}

	if _, err := x.Client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &x.sorted, Key: skOf(pk, "2"),
		AttributeUpdates: map[string]types.AttributeValueUpdate{"v": {Action: types.AttributeActionPut, Value: num("9")}},
	}); err == nil {
		same(t, "AttributeUpdates", x.get(t, x.sorted, skOf(pk, "2")), with(skOf(pk, "2"), row{"v": num("9")}))
	} else if code := errorCode(err); code != "ValidationException" {
		t.Errorf("update with AttributeUpdates: %v; want it honoured or refused", err)
	}
}

// inParallel runs work in n goroutines at once and waits for all of them.
func inParallel(t *testing.T, n int, work func(ctx context.Context, worker int) error) {
	t.Helper()
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = work(t.Context(), i) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// contended reports whether a request lost against a concurrent transaction. The
// service may answer so, and the SDK does not retry it.
func contended(err error) bool {
	code := errorCode(err)
	return code == "TransactionConflictException" || code == "TransactionCanceledException"
}

// count returns the number n of an item; "" if there is none.
func count(item row) string {
	if n, ok := item["n"].(*types.AttributeValueMemberN); ok {
		return n.Value
	}
	return ""
}
