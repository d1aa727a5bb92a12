package bench

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/guregu/dynamo/v2"

	"github.com/dystore/dystore/repo"
)

// pageItems is the number of items that are queried and scanned.
const pageItems = 1000

// Workloads that read many items.

func orders(ctx context.Context, e Engine, record bool) (*repo.Repo[Order], error) {
	var opts []repo.Option
	if !record {
		opts = append(opts, repo.Plain())
	}
	r, err := repository(ctx, e, repo.TableOf("orders", orderKey), opts...)
	if err != nil {
		return nil, err
	}
	for i := range pageItems {
		o := newOrder(i)
		if _, err := r.Create(ctx, &o); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// onOrders makes a contender that reads a table of orders with the SDK.
func onOrders(name string, do func(c *dynamodb.Client, table string) Op) Contender {
	return Contender{name, func(ctx context.Context, e Engine) (Op, error) {
		table, err := e.table(ctx, "orders", "customer", "number")
		if err != nil {
			return nil, err
		}
		for i := range pageItems {
			it, err := attributevalue.MarshalMap(newOrder(i))
			if err != nil {
				return nil, err
			}
			if _, err := e.Client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: it}); err != nil {
				return nil, err
			}
		}
		return do(e.Client, table), nil
	}}
}

// counted fails an operation that did not read every item.
func counted(n int, err error) error {
	if err != nil {
		return err
	}
	return countedOf(pageItems, n)
}

func countedOf(want, n int) error {
	if n != want {
		return fmt.Errorf("%d items, not %d", n, want)
	}
	return nil
}

func ourPages(name string, record bool, read func(context.Context, *repo.Repo[Order]) (int, error)) Contender {
	return Contender{name, func(ctx context.Context, e Engine) (Op, error) {
		r, err := orders(ctx, e, record)
		return func(ctx context.Context) error { return counted(read(ctx, r)) }, err
	}}
}

// decodeOrders decodes a page, as a program would.
func decodeOrders(items []item) (int, error) {
	for _, it := range items {
		var o Order
		if err := attributevalue.UnmarshalMap(it, &o); err != nil {
			return 0, err
		}
	}
	return len(items), nil
}

// readPages decodes all pages.
func readPages(more func() bool, next func() ([]item, error)) (n int, err error) {
	for more() {
		items, err := next()
		if err != nil {
			return n, err
		}
		m, err := decodeOrders(items)
		if err != nil {
			return n, err
		}
		n += m
	}
	return n, nil
}

func readIter(ctx context.Context, it dynamo.PagingIter) (n int, err error) {
	for {
		var o Order
		if !it.Next(ctx, &o) {
			return n, it.Err()
		}
		n++
	}
}

// query reads 1,000 items of one partition.
func query() Workload {
	ours := func(ctx context.Context, r *repo.Repo[Order]) (n int, err error) {
		for _, err := range r.Query(ctx, orderKey.In("customer-1")) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}
	return Workload{"Query 1,000 items", pageItems, []Contender{
		onOrders(SDK, func(c *dynamodb.Client, table string) Op {
			return func(ctx context.Context) error {
				pages := dynamodb.NewQueryPaginator(c, &dynamodb.QueryInput{TableName: &table, ConsistentRead: aws.Bool(true),
					KeyConditionExpression: aws.String("customer = :c"), ExpressionAttributeValues: stringKey(":c", "customer-1")})
				return counted(readPages(pages.HasMorePages, func() ([]item, error) {
					out, err := pages.NextPage(ctx)
					if err != nil {
						return nil, err
					}
					return out.Items, nil
				}))
			}
		}),
		onOrders(Guregu, func(c *dynamodb.Client, table string) Op {
			t := gureguDB(c).Table(table)
			return func(ctx context.Context) error {
				return counted(readIter(ctx, t.Get("customer", "customer-1").Consistent(true).Iter()))
			}
		}),
		ourPages(Plain, false, ours),
		ourPages(Dystore, true, ours),
	}}
}

// scan reads a table of 1,000 items.
func scan() Workload {
	ours := func(ctx context.Context, r *repo.Repo[Order]) (n int, err error) {
		for _, err := range r.Scan(ctx) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}
	return Workload{"Scan 1,000 items", pageItems, []Contender{
		onOrders(SDK, func(c *dynamodb.Client, table string) Op {
			return func(ctx context.Context) error {
				pages := dynamodb.NewScanPaginator(c, &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)})
				return counted(readPages(pages.HasMorePages, func() ([]item, error) {
					out, err := pages.NextPage(ctx)
					if err != nil {
						return nil, err
					}
					return out.Items, nil
				}))
			}
		}),
		onOrders(Guregu, func(c *dynamodb.Client, table string) Op {
			t := gureguDB(c).Table(table)
			return func(ctx context.Context) error { return counted(readIter(ctx, t.Scan().Consistent(true).Iter())) }
		}),
		ourPages(Plain, false, ours),
		ourPages(Dystore, true, ours),
	}}
}
