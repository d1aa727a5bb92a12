package bench

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"

	"github.com/dystore/dystore/repo"
)

// manyKeys is the number of keys that are read at once.
const manyKeys = 100

// manyNumbers are the sort keys of the orders that are read, not in their order.
func manyNumbers() (numbers []string) {
	for i := range manyKeys {
		numbers = append(numbers, newOrder(i*7%pageItems).Number)
	}
	return numbers
}

// getMany reads 100 items of 1,000 by their keys, in the order of the keys: a batch
// of DynamoDB has none. Keys that come back unprocessed are asked for again.
func getMany() Workload {
	numbers := manyNumbers()
	inOrder := func(found map[string]*Order) error {
		out := make([]*Order, len(numbers))
		for i, n := range numbers {
			out[i] = found[n]
		}
		return allOf(out, numbers)
	}
	ours := func(name string, record bool) Contender {
		return Contender{name, func(ctx context.Context, e Engine) (Op, error) {
			r, err := orders(ctx, e, record)
			var keys []repo.Key[Order]
			for _, n := range numbers {
				keys = append(keys, orderKey.Of("customer-1", n))
			}
			return func(ctx context.Context) error {
				found, err := r.GetMany(ctx, keys)
				return errors.Join(err, allOf(found, numbers))
			}, err
		}}
	}
	return Workload{"Get 100 by key", manyKeys, []Contender{
		onOrders(SDK, func(c *dynamodb.Client, table string) Op {
			return func(ctx context.Context) error {
				found, err := batchByHand(ctx, c, table, numbers)
				if err != nil {
					return err
				}
				return inOrder(found)
			}
		}),
		onOrders(Guregu, func(c *dynamodb.Client, table string) Op {
			t := gureguDB(c).Table(table)
			var keys []dynamo.Keyed
			for _, n := range numbers {
				keys = append(keys, dynamo.Keys{"customer-1", n})
			}
			return func(ctx context.Context) error {
				var all []*Order
				if err := t.Batch("customer", "number").Get(keys...).Consistent(true).All(ctx, &all); err != nil {
					return err
				}
				found := make(map[string]*Order, len(all))
				for _, o := range all {
					found[o.Number] = o
				}
				return inOrder(found)
			}
		}),
		ours(Plain, false),
		ours(Dystore, true),
	}}
}

// batchByHand reads orders by their numbers.
func batchByHand(ctx context.Context, c *dynamodb.Client, table string, numbers []string) (map[string]*Order, error) {
	found := make(map[string]*Order, len(numbers))
	for request := ordersByNumber(table, numbers); len(request) > 0; {
		out, err := c.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: request})
		if err != nil {
			return nil, err
		}
		for _, it := range out.Responses[table] {
			var o Order
			if err := attributevalue.UnmarshalMap(it, &o); err != nil {
				return nil, err
			}
			found[o.Number] = &o
		}
		request = out.UnprocessedKeys
	}
	return found, nil
}

// ordersByNumber asks for orders by their numbers.
func ordersByNumber(table string, numbers []string) map[string]types.KeysAndAttributes {
	ask := types.KeysAndAttributes{ConsistentRead: aws.Bool(true)}
	for _, n := range numbers {
		ask.Keys = append(ask.Keys, stringKey("customer", "customer-1", "number", n))
	}
	return map[string]types.KeysAndAttributes{table: ask}
}

// allOf fails an operation that did not read every order, in its place.
func allOf(found []*Order, numbers []string) error {
	for i, n := range numbers {
		if i >= len(found) || found[i] == nil || found[i].Number != n {
			return fmt.Errorf("order %s is not at %d", n, i)
		}
	}
	return nil
}
