package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

type Buyer struct {
	ID     string      `dynamodbav:"id"`
	Orders int         `dynamodbav:"orders"`
	Meta   meta.Record `dynamodbav:"-"`
}

type Stock struct {
	SKU   string `dynamodbav:"sku"`
	Count int    `dynamodbav:"count"`
}

type Purchase struct {
	ID    string      `dynamodbav:"id"`
	Buyer string      `dynamodbav:"buyer"`
	SKU   string      `dynamodbav:"sku"`
	Meta  meta.Record `dynamodbav:"-"`
}

var (
	buyerID     = repo.KeyOf(func(b *Buyer) *string { return &b.ID })
	buyerOrders = lens.Of(func(b *Buyer) *int { return &b.Orders })
	stockSKU    = repo.KeyOf(func(s *Stock) *string { return &s.SKU })
	stockCount  = lens.Of(func(s *Stock) *int { return &s.Count })
	purchaseID  = repo.KeyOf(func(p *Purchase) *string { return &p.ID })
)

// shop has three repositories over one client.
type shop struct {
	buyers    *repo.Repo[Buyer]
	stock     *repo.Repo[Stock]
	purchases *repo.Repo[Purchase]
}

func newShop(ctx context.Context) (*shop, error) {
	client := embedded.New().Client()
	buyers, err := repo.New(client, repo.TableOf("Buyers", buyerID, meta.Keep(func(b *Buyer) *meta.Record { return &b.Meta })))
	if err != nil {
		return nil, err
	}
	stock, err := repo.New(client, repo.TableOf("Stock", stockSKU))
	if err != nil {
		return nil, err
	}
	purchases, err := repo.New(client, repo.TableOf("Purchases", purchaseID, meta.Keep(func(p *Purchase) *meta.Record { return &p.Meta })))
	if err != nil {
		return nil, err
	}
	for _, create := range []func(context.Context) error{buyers.CreateTables, stock.CreateTables, purchases.CreateTables} {
		if err := create(ctx); err != nil {
			return nil, err
		}
	}
	if _, err := buyers.Create(ctx, &Buyer{ID: "ann"}); err != nil {
		return nil, err
	}
	_, err = stock.Create(ctx, &Stock{SKU: "lamp", Count: 1})
	return &shop{buyers, stock, purchases}, err
}

// buy takes one from the stock, counts the order and stores it: all or nothing.
func (s *shop) buy(ctx context.Context, p *Purchase) error {
	return repo.Transact(ctx, []repo.Op{
		s.purchases.CreateOp(p),
		s.stock.UpdateOp(stockSKU.Of(p.SKU), lens.Add(stockCount, -1), repo.If(stockCount.Ge(1))),
		s.buyers.UpdateOp(buyerID.Of(p.Buyer), lens.Add(buyerOrders, 1)),
	})
}

// Of a transaction that is refused nothing is written, and the error says which
// operation is the reason.
func ExampleTransact() {
	ctx := context.Background()
	s, err := newShop(ctx)
	fmt.Println(err)

	first, second := Purchase{ID: "p1", Buyer: "ann", SKU: "lamp"}, Purchase{ID: "p2", Buyer: "ann", SKU: "lamp"}
	fmt.Println(s.buy(ctx, &first), "version", first.Meta.Version)

	err = s.buy(ctx, &second)
	var of *repo.OpError
	if errors.As(err, &of) {
		fmt.Println("operation", of.Index, errors.Is(err, repo.ErrCondition))
	}
	ann, err := s.buyers.Get(ctx, buyerID.Of("ann"))
	fmt.Println(ann.Orders, err)
	// Output:
	// <nil>
	// <nil> version 1
	// operation 1 true
	// 1 <nil>
}

// TransactGet shows objects as they were at one moment; absent ones are nil.
func ExampleTransactGet() {
	ctx := context.Background()
	s, err := newShop(ctx)
	fmt.Println(err)

	var ann, bob *Buyer
	var lamp *Stock
	err = repo.TransactGet(ctx, s.buyers.GetOp(buyerID.Of("ann"), &ann), s.stock.GetOp(stockSKU.Of("lamp"), &lamp), s.buyers.GetOp(buyerID.Of("bob"), &bob))
	fmt.Println(ann.Orders, lamp.Count, bob, err)
	// Output:
	// <nil>
	// 0 1 <nil> <nil>
}

// Each verb has an operation.
func ExampleOp() {
	ctx := context.Background()
	s, err := newShop(ctx)
	fmt.Println(err)
	ann, err := s.buyers.Get(ctx, buyerID.Of("ann"))
	fmt.Println(err)

	ann.Orders = 7
	gift := Purchase{ID: "p1", SKU: "lamp"}
	fmt.Println(repo.Transact(ctx, []repo.Op{
		s.buyers.PutOp(ann),
		s.purchases.CreateOp(&gift),
		s.stock.CheckOp(stockSKU.Of("lamp"), stockCount.Ge(1)), // stays as it is
		s.buyers.DeleteOp(buyerID.Of("bob")),
	}))
	fmt.Println(repo.Transact(ctx, []repo.Op{
		s.purchases.DeleteValueOp(&gift), // if it still is what was written
		s.stock.UpdateOp(stockSKU.Of("lamp"), stockCount.Set(3)),
	}))
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// <nil>
}

// A model whose key is detached has operations that name the key.
func ExampleRepo_CreateAtOp() {
	type Page struct {
		Text string
		Meta meta.Record `dynamodbav:"-"`
	}
	ctx := context.Background()
	path := repo.DetachedKey[Page, string]("path")
	pages := engineRepo(repo.TableOf("Pages", path, meta.Keep(func(p *Page) *meta.Record { return &p.Meta })))
	home, about := Page{Text: "welcome"}, Page{Text: "we"}
	fmt.Println(repo.Transact(ctx, []repo.Op{pages.CreateAtOp(path.Of("/"), &home), pages.PutAtOp(path.Of("/about"), &about)}))

	got, err := pages.Get(ctx, path.Of("/about"))
	fmt.Println(got.Text, err)
	// Output:
	// <nil>
	// we <nil>
}

// RawOp is for items that are no objects of a repository.
func ExampleRawOp() {
	ctx := context.Background()
	s, err := newShop(ctx)
	fmt.Println(err)

	count := repo.RawOp(types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String("Stock"), Key: map[string]types.AttributeValue{"sku": &types.AttributeValueMemberS{Value: "#sold"}},
		UpdateExpression:          aws.String("ADD sold :one"),
		ConditionExpression:       aws.String("attribute_not_exists(closed)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}},
	}})
	lamp := stockSKU.Of("lamp")
	fmt.Println(repo.Transact(ctx, []repo.Op{s.stock.UpdateOp(lamp, lens.Add(stockCount, -1)), count}))

	closed := repo.RawOp(types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String("Stock"), Key: map[string]types.AttributeValue{"sku": &types.AttributeValueMemberS{Value: "#sold"}},
		ConditionExpression: aws.String("attribute_exists(closed)"),
	}})
	err = repo.Transact(ctx, []repo.Op{s.stock.UpdateOp(lamp, lens.Add(stockCount, -1)), closed})
	var met *types.ConditionalCheckFailedException
	if errors.As(err, &met) {
		fmt.Println(errors.Is(err, repo.ErrCondition), met.Item["sold"].(*types.AttributeValueMemberN).Value)
	}
	// Output:
	// <nil>
	// <nil>
	// true 1
}
