package bench

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/repo"
)

// momentKeys is the number of items that are read as of one moment.
const momentKeys = 10

// transactGet reads 10 items of 1,000 by their keys, as they were at one moment.
func transactGet() Workload {
	numbers := manyNumbers()[:momentKeys]
	ours := func(name string, record bool) Contender {
		return Contender{name, func(ctx context.Context, e Engine) (Op, error) {
			r, err := orders(ctx, e, record)
			return func(ctx context.Context) error {
				found := make([]*Order, len(numbers))
				ops := make([]repo.ReadOp, len(numbers))
				for i, n := range numbers {
					ops[i] = r.GetOp(orderKey.Of("customer-1", n), &found[i])
				}
				if err := repo.TransactGet(ctx, ops...); err != nil {
					return err
				}
				return allOf(found, numbers)
			}, err
		}}
	}
	return Workload{"TransactGet of 10", momentKeys, []Contender{
		onOrders(SDK, func(c *dynamodb.Client, table string) Op {
			return func(ctx context.Context) error {
				responses, err := sdkTransactGet(ctx, c, table, numbers)
				found := make([]*Order, len(responses))
				for i, r := range responses {
					found[i] = new(Order)
					if err := attributevalue.UnmarshalMap(r.Item, found[i]); err != nil {
						return err
					}
				}
				if err != nil {
					return err
				}
				return allOf(found, numbers)
			}
		}),
		onOrders(SDKBare, func(c *dynamodb.Client, table string) Op {
			return func(ctx context.Context) error {
				responses, err := sdkTransactGet(ctx, c, table, numbers)
				if err != nil {
					return err
				}
				return countedOf(momentKeys, len(responses))
			}
		}),
		onOrders(Guregu, func(c *dynamodb.Client, table string) Op {
			db := gureguDB(c)
			t := db.Table(table)
			return func(ctx context.Context) error {
				found := make([]*Order, len(numbers))
				tx := db.GetTx()
				for i, n := range numbers {
					found[i] = new(Order)
					tx.GetOne(t.Get("customer", "customer-1").Range("number", "EQ", n), found[i])
				}
				if err := tx.Run(ctx); err != nil {
					return err
				}
				return allOf(found, numbers)
			}
		}),
		ours(Plain, false),
		ours(Dystore, true),
	}}
}

func sdkTransactGet(ctx context.Context, c *dynamodb.Client, table string, numbers []string) ([]types.ItemResponse, error) {
	var in dynamodb.TransactGetItemsInput
	for _, n := range numbers {
		in.TransactItems = append(in.TransactItems, types.TransactGetItem{Get: &types.Get{TableName: &table, Key: stringKey("customer", "customer-1", "number", n)}})
	}
	out, err := c.TransactGetItems(ctx, &in)
	if err != nil {
		return nil, err
	}
	return out.Responses, nil
}
