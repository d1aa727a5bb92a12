package bench

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/guregu/dynamo/v2"

	"github.com/dystore/dystore/repo"
)

// indexPage is the number of items on a page.
const indexPage = 25

// orderByProduct is an index of whole items.
var orderByProduct = repo.IndexOf("by-product", func(o *Order) *string { return &o.Product }, func(o *Order) *string { return &o.Number })

// indexed reads the first page of an index of 1,000 items, and the next one from where
// it has ended. What carries the place from one to the other is each library's own.
func indexed() Workload {
	product := newOrder(0).Product
	ours := func(name string, opts ...repo.Option) Contender {
		return Contender{name, func(ctx context.Context, e Engine) (Op, error) {
			r, err := indexedOrders(ctx, e, opts...)
			return func(ctx context.Context) error {
				first, err := r.Page(ctx, orderByProduct.In(product), repo.PageSize(indexPage))
				if err != nil {
					return err
				}
				second, err := r.Page(ctx, orderByProduct.In(product), repo.PageSize(indexPage), repo.StartAt(first.Next))
				if err != nil {
					return err
				}
				return pages(len(first.Objects), len(second.Objects), errors.Join(append(first.Failed, second.Failed...)...))
			}, err
		}}
	}
	return Workload{"Two pages of 25 of an index", 2 * indexPage, []Contender{
		onIndex(SDK, func(c *dynamodb.Client, table string) Op {
			return func(ctx context.Context) error {
				in := &dynamodb.QueryInput{TableName: &table, IndexName: aws.String("by-product"), Limit: aws.Int32(indexPage),
					KeyConditionExpression: aws.String("product = :p"), ExpressionAttributeValues: stringKey(":p", product)}
				var n [2]int
				for i := range n {
					out, err := c.Query(ctx, in)
					if err == nil {
						n[i], err = decodeOrders(out.Items)
					}
					if err != nil {
						return err
					}
					in.ExclusiveStartKey = out.LastEvaluatedKey
				}
				return pages(n[0], n[1], nil)
			}
		}),
		onIndex(Guregu, func(c *dynamodb.Client, table string) Op {
			t := gureguDB(c).Table(table)
			return func(ctx context.Context) error {
				var n [2]int
				var next dynamo.PagingKey
				for i := range n {
					var found []Order
					var err error
					if next, err = t.Get("product", product).Index("by-product").StartFrom(next).SearchLimit(indexPage).AllWithLastEvaluatedKey(ctx, &found); err != nil {
						return err
					}
					n[i] = len(found)
				}
				return pages(n[0], n[1], nil)
			}
		}),
		ours(Plain, repo.Plain()),
		ours(Dystore),
	}}
}

// pages fails an operation that did not read two pages.
func pages(first, second int, err error) error {
	if err == nil && (first != indexPage || second != indexPage) {
		return fmt.Errorf("pages of %d and %d items, not of %d", first, second, indexPage)
	}
	return err
}

func indexedOrders(ctx context.Context, e Engine, opts ...repo.Option) (*repo.Repo[Order], error) {
	r, err := repository(ctx, e, repo.TableOf("orders", orderKey, orderByProduct), opts...)
	for i := 0; i < pageItems && err == nil; i++ {
		o := newOrder(i)
		_, err = r.Create(ctx, &o)
	}
	return r, err
}

// onIndex makes a contender that reads the index with the SDK. The table is made by
// dystore, and the items are not.
func onIndex(name string, do func(c *dynamodb.Client, table string) Op) Contender {
	return Contender{name, func(ctx context.Context, e Engine) (Op, error) {
		if _, err := repository(ctx, e, repo.TableOf("orders", orderKey, orderByProduct)); err != nil {
			return nil, err
		}
		table := e.Prefix + "orders"
		for i := range pageItems {
			it, err := attributevalue.MarshalMap(newOrder(i))
			if err == nil {
				_, err = e.Client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: it})
			}
			if err != nil {
				return nil, err
			}
		}
		return do(e.Client, table), nil
	}}
}
