package bench

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// Bill and Slip are two objects of one item each.
type (
	Bill struct {
		ID    string      `dynamodbav:"id" dynamo:"id"`
		Owner string      `dynamodbav:"owner" dynamo:"owner"`
		Total int         `dynamodbav:"total" dynamo:"total"`
		Meta  meta.Record `dynamodbav:"-" dynamo:"-"`
	}
	Slip struct {
		ID   string      `dynamodbav:"id" dynamo:"id"`
		Bill string      `dynamodbav:"bill" dynamo:"bill"`
		Meta meta.Record `dynamodbav:"-" dynamo:"-"`
	}
)

var (
	billID = repo.KeyOf(func(b *Bill) *string { return &b.ID }, keygen.UUIDv7)
	slipID = repo.KeyOf(func(s *Slip) *string { return &s.ID }, keygen.UUIDv7)
)

func newPair() (Bill, Slip) {
	return Bill{Owner: "customer-1", Total: 1200}, Slip{Bill: "bill-1"}
}

// twoTables makes a contender that writes a bill and a slip by hand.
func twoTables(name string, do func(c *dynamodb.Client, bills, slips string) Op) Contender {
	return Contender{name, func(ctx context.Context, e Engine) (Op, error) {
		bills, err := e.table(ctx, "bills", "id")
		if err != nil {
			return nil, err
		}
		slips, err := e.table(ctx, "slips", "id")
		return do(e.Client, bills, slips), err
	}}
}

// transact creates two objects of two repositories, all or none: neither exists, a
// repetition is not applied twice, and a refusal says what was in the way.
func transact() Workload {
	ours := func(name string, parts func() (repo.Model[Bill], repo.Model[Slip]), opts ...repo.Option) Contender {
		return Contender{name, func(ctx context.Context, e Engine) (Op, error) {
			b, s := parts()
			bills, err := repository(ctx, e, b, opts...)
			if err != nil {
				return nil, err
			}
			slips, err := repository(ctx, e, s, opts...)
			return func(ctx context.Context) error {
				b, s := newPair()
				return repo.Transact(ctx, []repo.Op{bills.CreateOp(&b), slips.CreateOp(&s)})
			}, err
		}}
	}
	return Workload{"Transact of 2 objects", 2, []Contender{
		twoTables(SDK, func(c *dynamodb.Client, bills, slips string) Op {
			return func(ctx context.Context) error { return sdkTransact(ctx, c, bills, slips) }
		}),
		twoTables(Guregu, func(c *dynamodb.Client, bills, slips string) Op {
			db := gureguDB(c)
			bt, st := db.Table(bills), db.Table(slips)
			return func(ctx context.Context) error {
				b, s := newPair()
				b.ID, s.ID = newID(), newID()
				const fresh = "attribute_not_exists(id)"
				return db.WriteTx().Idempotent(true).Put(bt.Put(b).If(fresh)).Put(st.Put(s).If(fresh)).Run(ctx)
			}
		}),
		ours(Plain, func() (repo.Model[Bill], repo.Model[Slip]) {
			return repo.TableOf("bills", billID), repo.TableOf("slips", slipID)
		}, repo.Plain()),
		ours(Dystore, func() (repo.Model[Bill], repo.Model[Slip]) {
			return repo.TableOf("bills", billID, meta.Keep(func(b *Bill) *meta.Record { return &b.Meta })),
				repo.TableOf("slips", slipID, meta.Keep(func(s *Slip) *meta.Record { return &s.Meta }))
		}),
	}}
}

func sdkTransact(ctx context.Context, c *dynamodb.Client, bills, slips string) error {
	b, s := newPair()
	b.ID, s.ID = newID(), newID()
	var items []types.TransactWriteItem
	for _, put := range []struct {
		table string
		value any
	}{{bills, b}, {slips, s}} {
		it, err := attributevalue.MarshalMap(put.value)
		if err != nil {
			return err
		}
		items = append(items, types.TransactWriteItem{Put: &types.Put{TableName: aws.String(put.table), Item: it,
			ConditionExpression:                 aws.String("attribute_not_exists(id)"),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld}})
	}
	_, err := c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items, ClientRequestToken: aws.String(newID())})
	return err
}
