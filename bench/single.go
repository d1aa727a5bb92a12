package bench

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// Workloads on objects of one item.

func plainPeople(ctx context.Context, e Engine) (*repo.Repo[Person], error) {
	return repository(ctx, e, repo.TableOf("people", personID), repo.Plain())
}

func trackedPeople(ctx context.Context, e Engine) (*repo.Repo[Person], error) {
	return repository(ctx, e, repo.TableOf("people", personID, meta.Keep(func(p *Person) *meta.Record { return &p.Meta })))
}

// onPeople makes a contender that works on a repository of people.
func onPeople(name string, open func(context.Context, Engine) (*repo.Repo[Person], error),
	do func(context.Context, *repo.Repo[Person]) (Op, error)) Contender {
	return Contender{name, func(ctx context.Context, e Engine) (Op, error) {
		people, err := open(ctx, e)
		if err != nil {
			return nil, err
		}
		return do(ctx, people)
	}}
}

// onTable makes a contender that works on a table of people.
func onTable(name string, do func(ctx context.Context, c *dynamodb.Client, table string) (Op, error)) Contender {
	return Contender{name, func(ctx context.Context, e Engine) (Op, error) {
		table, err := e.table(ctx, "people", "ID")
		if err != nil {
			return nil, err
		}
		return do(ctx, e.Client, table)
	}}
}

func sdkPut(ctx context.Context, c *dynamodb.Client, table, cond string, p *Person) error {
	it, err := attributevalue.MarshalMap(p)
	if err != nil {
		return err
	}
	in := &dynamodb.PutItemInput{TableName: &table, Item: it}
	if cond != "" {
		in.ConditionExpression = &cond
	}
	_, err = c.PutItem(ctx, in)
	return err
}

// create writes a person that must not exist, under a new key.
func create() Workload {
	ours := func(_ context.Context, people *repo.Repo[Person]) (Op, error) {
		return func(ctx context.Context) error {
			p := NewPerson()
			_, err := people.Create(ctx, &p)
			return err
		}, nil
	}
	relaxed := func(ctx context.Context, people *repo.Repo[Person]) (Op, error) {
		return ours(ctx, people.With(repo.Relaxed()))
	}
	return Workload{"Create", 1, []Contender{
		onTable(SDK, func(_ context.Context, c *dynamodb.Client, table string) (Op, error) {
			return func(ctx context.Context) error {
				p := NewPerson()
				p.ID = newID()
				return sdkPut(ctx, c, table, "attribute_not_exists(ID)", &p)
			}, nil
		}),
		onTable(SDKToken, func(_ context.Context, c *dynamodb.Client, table string) (Op, error) {
			return func(ctx context.Context) error {
				p := NewPerson()
				p.ID = newID()
				it, err := attributevalue.MarshalMap(&p)
				if err != nil {
					return err
				}
				_, err = c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{
					Put: &types.Put{TableName: &table, Item: it, ConditionExpression: aws.String("attribute_not_exists(ID)")},
				}}})
				return err
			}, nil
		}),
		onTable(SDKSame, guardedCreate),
		onTable(Guregu, func(_ context.Context, c *dynamodb.Client, table string) (Op, error) {
			t := gureguDB(c).Table(table)
			return func(ctx context.Context) error {
				p := NewPerson()
				p.ID = newID()
				return t.Put(&p).If("attribute_not_exists(ID)").Run(ctx)
			}, nil
		}),
		onPeople(Plain, plainPeople, ours),
		onPeople(Relaxed, trackedPeople, relaxed),
		onPeople(Dystore, trackedPeople, ours),
	}}
}

// updatePath sets one nested attribute of a person that must exist.
func updatePath() Workload {
	return Workload{"Update one path", 1, []Contender{
		onTable(SDK, sdkUpdate(false)),
		onTable(SDKToken, sdkUpdate(true)),
		onTable(SDKSame, guardedUpdate),
		onTable(Guregu, func(ctx context.Context, c *dynamodb.Client, table string) (Op, error) {
			t := gureguDB(c).Table(table)
			p := NewPerson()
			p.ID = newID()
			n := 0
			return func(ctx context.Context) error {
				n++
				return t.Update("ID", p.ID).Set("'location'.city", cities[n%2]).If("attribute_exists(ID)").Run(ctx)
			}, t.Put(&p).Run(ctx)
		}),
		onPeople(PlainRelaxed, plainPeople, ourRelaxedUpdate),
		onPeople(Dystore, trackedPeople, ourUpdate),
	}}
}

// relaxedUpdate has a record, but no token.
func relaxedUpdate() Contender { return onPeople(Relaxed, trackedPeople, ourRelaxedUpdate) }

func ourRelaxedUpdate(ctx context.Context, people *repo.Repo[Person]) (Op, error) {
	return ourUpdate(ctx, people.With(repo.Relaxed()))
}

func ourUpdate(ctx context.Context, people *repo.Repo[Person]) (Op, error) {
	p := NewPerson()
	key, err := people.Create(ctx, &p)
	n := 0
	return func(ctx context.Context) error {
		n++
		return people.Update(ctx, key, city.Set(cities[n%2]))
	}, err
}

// sdkUpdate is an UpdateItem. With a token it is the transaction that makes a
// repetition harmless: dystore sends that unless it is Relaxed.
func sdkUpdate(token bool) func(context.Context, *dynamodb.Client, string) (Op, error) {
	return func(ctx context.Context, c *dynamodb.Client, table string) (Op, error) {
		p := NewPerson()
		p.ID = newID()
		names := map[string]string{"#l": "location"}
		n := 0
		return func(ctx context.Context) error {
			n++
			key, values := stringKey("ID", p.ID), stringKey(":c", cities[n%2])
			change, cond := aws.String("SET #l.city = :c"), aws.String("attribute_exists(ID)")
			var err error
			if token {
				_, err = c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Update: &types.Update{
					TableName: &table, Key: key, UpdateExpression: change, ConditionExpression: cond,
					ExpressionAttributeNames: names, ExpressionAttributeValues: values,
				}}}})
			} else {
				_, err = c.UpdateItem(ctx, &dynamodb.UpdateItemInput{
					TableName: &table, Key: key, UpdateExpression: change, ConditionExpression: cond,
					ExpressionAttributeNames: names, ExpressionAttributeValues: values,
				})
			}
			return err
		}, sdkPut(ctx, c, table, "", &p)
	}
}
