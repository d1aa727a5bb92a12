package bench

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/repo"
)

// A rewrite is a contender that writes a person that exists, and one that reads
// it. The person is stored when put has run.
type rewrite struct {
	name string
	open func(ctx context.Context, e Engine) (put, get Op, err error)
}

// putGet writes a person that exists, and reads it back.
func putGet() Workload {
	return rewrites("Put and Get", func(put, get Op) Op {
		return func(ctx context.Context) error {
			if err := put(ctx); err != nil {
				return err
			}
			return get(ctx)
		}
	}, rewriters()...)
}

// rewrites makes a workload of what the contenders do with a stored person.
func rewrites(name string, do func(put, get Op) Op, list ...rewrite) Workload {
	w := Workload{Name: name, Items: 1}
	for _, c := range list {
		w.Contenders = append(w.Contenders, Contender{c.name, func(ctx context.Context, e Engine) (Op, error) {
			put, get, err := c.open(ctx, e)
			if err != nil {
				return nil, err
			}
			return do(put, get), put(ctx)
		}})
	}
	return w
}

func rewriters() []rewrite {
	return []rewrite{
		rewriteTable(SDK, func(_ context.Context, c *dynamodb.Client, table string) (put, get Op, err error) {
			p := NewPerson()
			p.ID = newID()
			put = func(ctx context.Context) error {
				p.Visits ^= 1
				return sdkPut(ctx, c, table, "", &p)
			}
			return put, func(ctx context.Context) error {
				out, err := sdkGet(ctx, c, table, p.ID)
				if err != nil {
					return err
				}
				return attributevalue.UnmarshalMap(out, new(Person))
			}, nil
		}),
		rewriteTable(SDKSame, guardedRewrite),
		rewriteTable(Guregu, func(_ context.Context, c *dynamodb.Client, table string) (put, get Op, err error) {
			t := gureguDB(c).Table(table)
			p := NewPerson()
			p.ID = newID()
			put = func(ctx context.Context) error {
				p.Visits ^= 1
				return t.Put(&p).Run(ctx)
			}
			return put, func(ctx context.Context) error {
				return t.Get("ID", p.ID).Consistent(true).One(ctx, new(Person))
			}, nil
		}),
		rewriteRepo(Plain, plainPeople),
		rewriteRepo(Dystore, trackedPeople),
	}
}

func rewriteTable(name string, do func(ctx context.Context, c *dynamodb.Client, table string) (put, get Op, err error)) rewrite {
	return rewrite{name, func(ctx context.Context, e Engine) (put, get Op, err error) {
		table, err := e.table(ctx, "people", "ID")
		if err != nil {
			return nil, nil, err
		}
		return do(ctx, e.Client, table)
	}}
}

func rewriteRepo(name string, open func(context.Context, Engine) (*repo.Repo[Person], error), opts ...repo.CallOption) rewrite {
	return rewrite{name, func(ctx context.Context, e Engine) (put, get Op, err error) {
		people, err := open(ctx, e)
		if err != nil {
			return nil, nil, err
		}
		people = people.With(opts...)
		p := NewPerson()
		key, err := people.Create(ctx, &p)
		put = func(ctx context.Context) error {
			p.Visits ^= 1
			_, err := people.Put(ctx, &p)
			return err
		}
		return put, func(ctx context.Context) error { _, err := people.Get(ctx, key); return err }, err
	}}
}

// putPerson writes a person that exists.
func putPerson() Workload {
	return rewrites("Put", func(put, _ Op) Op { return put }, append(rewriters(),
		rewriteTable(SDKBare, bareRewrite),
		rewriteTable(SDKToken, tokenRewrite),
		rewriteRepo(PlainRelaxed, plainPeople, repo.Relaxed()))...)
}

// getPerson reads a person.
func getPerson() Workload {
	return rewrites("Get", func(_, get Op) Op { return get }, append(rewriters(), rewriteTable(SDKBare, bareRewrite))...)
}

// bareRewrite is the SDK alone: the item is there before, and nobody decodes the answer.
func bareRewrite(_ context.Context, c *dynamodb.Client, table string) (put, get Op, err error) {
	p := NewPerson()
	p.ID = newID()
	it, err := attributevalue.MarshalMap(&p)
	return func(ctx context.Context) error {
		_, err := c.PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: it})
		return err
	}, func(ctx context.Context) error { _, err := sdkGet(ctx, c, table, p.ID); return err }, err
}

// tokenRewrite writes by a transaction, so that a repetition is harmless.
func tokenRewrite(_ context.Context, c *dynamodb.Client, table string) (put, get Op, err error) {
	p := NewPerson()
	p.ID = newID()
	return func(ctx context.Context) error {
		p.Visits ^= 1
		it, err := attributevalue.MarshalMap(&p)
		if err != nil {
			return err
		}
		_, err = c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
			TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: &table, Item: it}}},
		})
		return err
	}, nil, nil
}

func sdkGet(ctx context.Context, c *dynamodb.Client, table, id string) (item, error) {
	out, err := c.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: stringKey("ID", id), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}
