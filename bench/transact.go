package bench

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// lineItem is a line of a basket as the other libraries store it.
type lineItem struct {
	ID string `dynamodbav:"_id" dynamo:"_id"`
	Line
}

// basketItem is the root of a basket as the other libraries store it.
type basketItem struct {
	ID    string `dynamodbav:"id" dynamo:"id"`
	Owner string `dynamodbav:"owner" dynamo:"owner"`
}

func basketModel() repo.Model[Basket] {
	return repo.TableOf("baskets", basketID,
		shard.Each(shard.To("lines"), func(b *Basket) *[]Line { return &b.Lines }),
		meta.Keep(func(b *Basket) *meta.Record { return &b.Meta }))
}

// onBaskets makes a contender that writes the two tables of baskets by hand.
func onBaskets(name string, do func(ctx context.Context, c *dynamodb.Client, root, lines string) (Op, error)) Contender {
	return Contender{name, func(ctx context.Context, e Engine) (Op, error) {
		root, err := e.table(ctx, "baskets", "id")
		if err != nil {
			return nil, err
		}
		lines, err := e.table(ctx, "lines", "_id")
		if err != nil {
			return nil, err
		}
		return do(ctx, e.Client, root, lines)
	}}
}

// transaction writes 20 items at once. For dystore they are one object of a
// root and 19 parts.
func transaction() Workload {
	return Workload{"Transaction of 20 items", 1 + basketLines, []Contender{
		onBaskets(SDK, func(_ context.Context, c *dynamodb.Client, root, lines string) (Op, error) {
			return func(ctx context.Context) error { return sdkTransaction(ctx, c, root, lines) }, nil
		}),
		onBaskets(SDKSame, func(_ context.Context, c *dynamodb.Client, root, lines string) (Op, error) {
			return func(ctx context.Context) error {
				_, err := createBasket(ctx, c, root, lines, newBasket(basketLines))
				return err
			}, nil
		}),
		onBaskets(Guregu, func(_ context.Context, c *dynamodb.Client, root, lines string) (Op, error) {
			db := gureguDB(c)
			r, l := db.Table(root), db.Table(lines)
			return func(ctx context.Context) error {
				b := newBasket(basketLines)
				b.ID = newID()
				tx := db.WriteTx().Idempotent(true).Put(r.Put(basketItem{b.ID, b.Owner}).If("attribute_not_exists(id)"))
				for i, line := range b.Lines {
					tx.Put(l.Put(lineItem{fmt.Sprint(b.ID, "/", i), line}))
				}
				return tx.Run(ctx)
			}, nil
		}),
		{Dystore, func(ctx context.Context, e Engine) (Op, error) {
			r, err := repository(ctx, e, basketModel())
			return func(ctx context.Context) error {
				b := newBasket(basketLines)
				_, err := r.Create(ctx, &b)
				return err
			}, err
		}},
	}}
}

func sdkTransaction(ctx context.Context, c *dynamodb.Client, root, lines string) error {
	b := newBasket(basketLines)
	b.ID = newID()
	it, err := attributevalue.MarshalMap(basketItem{b.ID, b.Owner})
	if err != nil {
		return err
	}
	items := []types.TransactWriteItem{{Put: &types.Put{TableName: &root, Item: it, ConditionExpression: aws.String("attribute_not_exists(id)")}}}
	for i, line := range b.Lines {
		it, err := attributevalue.MarshalMap(lineItem{fmt.Sprint(b.ID, "/", i), line})
		if err != nil {
			return err
		}
		items = append(items, types.TransactWriteItem{Put: &types.Put{TableName: &lines, Item: it}})
	}
	_, err = c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items})
	return err
}
