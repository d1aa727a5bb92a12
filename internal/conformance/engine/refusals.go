package engine

import (
	"cmp"
	"context"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// refusal is a request that every engine must refuse. It must change nothing.
type refusal struct {
	name string
	// seed, with the case's key, is the item in the plain table before and
	// after the request. nil means no item, before and after.
	seed row
	send request
	// code is the code of the error; "" means ValidationException.
	code string
	// text is a fragment of what AWS says.
	text string
}

// request sends something for the case whose partition key is pk.
type request func(ctx context.Context, x *fixture, pk string) error

// refusals are those of every engine; transactionRefusals need transactions.
var refusals = slices.Concat(itemRefusals, keyRefusals, expressionRefusals, updateRefusals, batchRefusals, queryRefusals)

func (x *fixture) runRefusals(t *testing.T) {
	cases := refusals
	if x.Has(kit.Transactions) {
		cases = slices.Concat(cases, transactionRefusals)
	}
	for _, r := range cases {
		t.Run(r.name, func(t *testing.T) { x.in(t, "refusals/"+r.name).runRefusal(t, r) })
	}
}

func (x *fixture) runRefusal(t *testing.T, r refusal) {
	pk := r.name
	var before row
	if r.seed != nil {
		before = with(r.seed, pkOf(pk))
		x.put(t, x.plain, before)
	}
	x.refused(t, r.send(t.Context(), x, pk), cmp.Or(r.code, invalid), r.text)
	x.same(t, "the item after the refusal", x.get(t, x.plain, pkOf(pk)), before)
}

// putting is a Put of the given attributes and the case's key into the plain
// table.
func putting(attributes row) request {
	return func(ctx context.Context, x *fixture, pk string) error {
		return x.putInto(ctx, x.plain, with(pkOf(pk), attributes))
	}
}

func (x *fixture) putInto(ctx context.Context, table string, item row) error {
	_, err := x.Client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: item})
	return err
}

// exp is an expression with its names and values.
type exp struct {
	text   string
	names  map[string]string
	values row
}

// updating is an Update of the case's item in the plain table.
func updating(e exp) request {
	return func(ctx context.Context, x *fixture, pk string) error {
		_, err := x.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &x.plain, Key: pkOf(pk), UpdateExpression: &e.text,
			ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.values,
		})
		return err
	}
}

// onlyIf is a Put over the case's item under a condition.
func onlyIf(e exp) request {
	return func(ctx context.Context, x *fixture, pk string) error {
		_, err := x.Client.PutItem(ctx, onlyIfInput(x.plain, with(pkOf(pk), row{"put": boolean(true)}), e))
		return err
	}
}

func onlyIfInput(table string, item row, cond exp) *dynamodb.PutItemInput {
	return &dynamodb.PutItemInput{
		TableName: &table, Item: item, ConditionExpression: &cond.text,
		ExpressionAttributeNames: cond.names, ExpressionAttributeValues: cond.values,
	}
}

// projecting is a Get of some attributes of the case's item.
func projecting(e exp) request {
	return func(ctx context.Context, x *fixture, pk string) error {
		_, err := x.Client.GetItem(ctx, &dynamodb.GetItemInput{
			TableName: &x.plain, Key: pkOf(pk), ProjectionExpression: &e.text, ExpressionAttributeNames: e.names,
		})
		return err
	}
}

// transacting sends the actions that make returns as one transaction.
func transacting(actions func(x *fixture, pk string) []types.TransactWriteItem) request {
	return func(ctx context.Context, x *fixture, pk string) error {
		_, err := x.Client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: actions(x, pk)})
		return err
	}
}

// updatingIf is an Update of the case's item under a condition. It may create
// the item.
func updatingIf(e exp) request {
	return func(ctx context.Context, x *fixture, pk string) error {
		_, err := x.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &x.plain, Key: pkOf(pk),
			UpdateExpression: aws.String("SET done = :done"), ConditionExpression: &e.text,
			ExpressionAttributeNames: e.names, ExpressionAttributeValues: with(e.values, row{":done": boolean(true)}),
		})
		return err
	}
}

// putWith is a Put with names or values, but without an expression.
func putWith(e exp) request {
	return func(ctx context.Context, x *fixture, pk string) error {
		_, err := x.Client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &x.plain, Item: pkOf(pk), ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.values,
		})
		return err
	}
}
