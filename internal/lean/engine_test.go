package lean_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/direct"
)

// steps are requests of every operation, whose outputs depend on those before.
func steps(t *testing.T, c client) (outs []any) {
	ctx, table := t.Context(), aws.String("Table")
	step := func(out any, err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
		outs = append(outs, out)
	}
	item := func(id string) attrs {
		return attrs{"ID": &types.AttributeValueMemberS{Value: id}, "n": &types.AttributeValueMemberN{Value: "1"}, "b": &types.AttributeValueMemberB{Value: []byte(id)}}
	}
	id := func(id string) attrs { return attrs{"ID": &types.AttributeValueMemberS{Value: id}} }
	opts := answer.Observed
	put, err := c.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: item("1"), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal}, opts...)
	step(put, err)
	batch, err := c.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"Table": {{PutRequest: &types.PutRequest{Item: item("2")}}}}}, opts...)
	step(batch, err)
	for range 2 { // the second one would be refused if its token were that of the first
		written, err := c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
			{Put: &types.Put{TableName: table, Item: item("3")}},
			{ConditionCheck: &types.ConditionCheck{TableName: table, Key: id("1"), ConditionExpression: aws.String("attribute_exists(ID)")}},
			{Update: &types.Update{TableName: table, Key: id("2"), UpdateExpression: aws.String("REMOVE b")}},
			{Delete: &types.Delete{TableName: table, Key: id("4")}},
		}}, opts...)
		step(written, err)
	}
	updated, err := c.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: table, Key: id("1"), UpdateExpression: aws.String("REMOVE n"), ReturnValues: types.ReturnValueAllNew}, opts...)
	step(updated, err)
	deleted, err := c.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: table, Key: id("2"), ReturnValues: types.ReturnValueAllOld}, opts...)
	step(deleted, err)
	got, err := c.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: id("1")}, opts...)
	step(got, err)
	none, err := c.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: id("2")}, opts...)
	step(none, err)
	some, err := c.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"Table": {Keys: []map[string]types.AttributeValue{id("1")}}}}, opts...)
	step(some, err)
	several, err := c.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{{Get: &types.Get{TableName: table, Key: id("3")}}}}, opts...)
	step(several, err)
	found, err := c.Query(ctx, &dynamodb.QueryInput{TableName: table, KeyConditionExpression: aws.String("ID = :id"), ExpressionAttributeValues: attrs{":id": id("3")["ID"]}}, opts...)
	step(found, err)
	all, err := c.Scan(ctx, &dynamodb.ScanInput{TableName: table, Limit: aws.Int32(1)}, opts...)
	step(all, err)
	return outs
}

// engine is an engine with a table.
func engine(t *testing.T) *dynamodb.Client {
	t.Helper()
	c := embedded.New().Client()
	_, err := c.CreateTable(t.Context(), &dynamodb.CreateTableInput{TableName: aws.String("Table"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("ID"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("ID"), KeyType: types.KeyTypeHash}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Every operation has the outputs of the SDK's client.
func TestOperations(t *testing.T) {
	want, got := steps(t, engine(t)), steps(t, leanly(t, engine(t)))
	for i := range want {
		reflect.ValueOf(want[i]).Elem().FieldByName("ResultMetadata").SetZero()
		if !reflect.DeepEqual(want[i], got[i]) {
			t.Errorf("step %d: the SDK's output is\n%+v, ours\n%+v", i, want[i], got[i])
		}
	}
}

// Items stay bytes where the caller wants that.
func TestUndecoded(t *testing.T) {
	c := leanly(t, engine(t))
	steps(t, c)
	out, err := c.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("Table")}, answer.Told, direct.Options(""))
	if err != nil || !direct.Undecoded(out.Items) || direct.Count(out.Items) != 2 {
		t.Errorf("%v, %v", out, err)
	}
	_, err = c.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("None")}, answer.Told, direct.Options(""))
	if _, gone := errors.AsType[*types.ResourceNotFoundException](err); !gone {
		t.Error(err)
	}
}
