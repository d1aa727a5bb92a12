package wire_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded/internal/wire"
)

// trip sends an input with every member set through the SDK and checks what
// the backend receives, then what the caller gets for an output with every
// member set, and for an empty one.
func trip[In, Out any](t *testing.T, call func(*dynamodb.Client, context.Context, *In, ...func(*dynamodb.Options)) (*Out, error)) {
	name := reflect.TypeFor[In]().Name()
	t.Run(name, func(t *testing.T) { tripThrough(t, call) })
	t.Run(name+", direct", func(t *testing.T) { tripThrough(t, call, wire.Direct) })
}

func tripThrough[In, Out any](t *testing.T, call func(*dynamodb.Client, context.Context, *In, ...func(*dynamodb.Options)) (*Out, error), options ...func(*dynamodb.Options)) {
	var got any
	out := filled[Out]()
	c := client(fake(func(_ context.Context, in any) (any, error) {
		got = in
		return out, nil
	}), options...)
	sent := filled[In]()
	res, err := call(c, t.Context(), sent)
	if err != nil {
		t.Fatal(err)
	}
	mustEqual(t, "input", any(filled[In]()), got)
	mustEqual(t, "output", filled[Out](), res)
	mustEqual(t, "the caller's input", filled[In](), sent)

	out = new(Out)
	if res, err = call(c, t.Context(), filled[In]()); err != nil {
		t.Fatal(err)
	}
	mustEqual(t, "empty output", new(Out), res)

	out = nil
	if res, err = call(c, t.Context(), filled[In]()); err != nil {
		t.Fatal(err)
	}
	mustEqual(t, "nil output", new(Out), res)
}

func TestEveryOperation(t *testing.T) {
	trip(t, (*dynamodb.Client).CreateTable)
	trip(t, (*dynamodb.Client).DescribeTable)
	trip(t, (*dynamodb.Client).UpdateTable)
	trip(t, (*dynamodb.Client).DeleteTable)
	trip(t, (*dynamodb.Client).ListTables)
	trip(t, (*dynamodb.Client).UpdateTimeToLive)
	trip(t, (*dynamodb.Client).DescribeTimeToLive)
	trip(t, (*dynamodb.Client).DescribeContinuousBackups)
	trip(t, (*dynamodb.Client).UpdateContinuousBackups)
	trip(t, (*dynamodb.Client).TagResource)
	trip(t, (*dynamodb.Client).UntagResource)
	trip(t, (*dynamodb.Client).ListTagsOfResource)
	trip(t, (*dynamodb.Client).PutItem)
	trip(t, (*dynamodb.Client).GetItem)
	trip(t, (*dynamodb.Client).UpdateItem)
	trip(t, (*dynamodb.Client).DeleteItem)
	trip(t, (*dynamodb.Client).Query)
	trip(t, (*dynamodb.Client).Scan)
	trip(t, (*dynamodb.Client).BatchGetItem)
	trip(t, (*dynamodb.Client).BatchWriteItem)
	trip(t, (*dynamodb.Client).TransactWriteItems)
	trip(t, (*dynamodb.Client).TransactGetItems)
}

func TestDescribeLimits(t *testing.T) {
	out, err := client(fake(nil)).DescribeLimits(t.Context(), &dynamodb.DescribeLimitsInput{})
	if err != nil {
		t.Fatal(err)
	}
	mustEqual(t, "limits", &dynamodb.DescribeLimitsOutput{
		AccountMaxReadCapacityUnits: aws.Int64(80_000), AccountMaxWriteCapacityUnits: aws.Int64(80_000),
		TableMaxReadCapacityUnits: aws.Int64(40_000), TableMaxWriteCapacityUnits: aws.Int64(40_000),
	}, out)
}

// Empty lists, maps and texts are values. They must not become absent on the
// way to the backend.
func TestEmptyValuesArrive(t *testing.T) {
	item := func() map[string]types.AttributeValue {
		return map[string]types.AttributeValue{
			"":  &types.AttributeValueMemberS{Value: ""},
			"b": &types.AttributeValueMemberB{Value: []byte{}},
			"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{}},
			"m": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{}},
			"s": &types.AttributeValueMemberSS{Value: []string{}},
			"n": &types.AttributeValueMemberNS{Value: []string{}},
			"x": &types.AttributeValueMemberBS{Value: [][]byte{}},
			"f": &types.AttributeValueMemberBOOL{Value: false},
		}
	}
	var got any
	c := client(fake(func(_ context.Context, in any) (any, error) { got = in; return nil, nil }))
	sent := &dynamodb.PutItemInput{TableName: aws.String("t"), Item: item(), ExpressionAttributeNames: map[string]string{}}
	if _, err := c.PutItem(t.Context(), sent); err != nil {
		t.Fatal(err)
	}
	mustEqual(t, "input", any(&dynamodb.PutItemInput{
		TableName: aws.String("t"), Item: item(), ExpressionAttributeNames: map[string]string{},
	}), got)
}

// Counts of zero are part of the answer, and an empty page has Items.
func TestEmptyPageOnTheWire(t *testing.T) {
	b := fake(func(context.Context, any) (any, error) {
		return &dynamodb.QueryOutput{Items: []map[string]types.AttributeValue{}}, nil
	})
	got := post(t, wire.NewTransport(b), "Query", `{"TableName":"t"}`)
	if want := `{"Count":0,"Items":[],"ScannedCount":0}`; got.body != want {
		t.Errorf("body %s, want %s", got.body, want)
	}
}

// When one side writes to its copy, nothing that the other side holds may
// change.
func TestNoAliasing(t *testing.T) {
	stored := map[string]types.AttributeValue{
		"b": &types.AttributeValueMemberB{Value: []byte{1, 2, 3}},
		"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberB{Value: []byte{4}}}},
	}
	var received *dynamodb.PutItemInput
	c := client(fake(func(_ context.Context, in any) (any, error) {
		if put, ok := in.(*dynamodb.PutItemInput); ok {
			received = put
			return &dynamodb.PutItemOutput{Attributes: stored}, nil
		}
		return &dynamodb.GetItemOutput{Item: stored}, nil
	}))

	blob := []byte{9, 9}
	put, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String("t"),
		Item:      map[string]types.AttributeValue{"b": &types.AttributeValueMemberB{Value: blob}},
	})
	if err != nil {
		t.Fatal(err)
	}
	blob[0] = 0
	mustEqual(t, "received", []byte{9, 9}, received.Item["b"].(*types.AttributeValueMemberB).Value)

	put.Attributes["b"].(*types.AttributeValueMemberB).Value[0] = 77
	put.Attributes["l"].(*types.AttributeValueMemberL).Value[0].(*types.AttributeValueMemberB).Value[0] = 77
	get, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String("t"), Key: map[string]types.AttributeValue{"k": &types.AttributeValueMemberS{Value: "1"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	mustEqual(t, "stored b", []byte{1, 2, 3}, get.Item["b"].(*types.AttributeValueMemberB).Value)
	mustEqual(t, "stored l", []byte{4},
		get.Item["l"].(*types.AttributeValueMemberL).Value[0].(*types.AttributeValueMemberB).Value)
}
