package wire_test

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/embedded/internal/wire"
)

// This package takes the names of the struct's fields for those of the members.
// The SDK's schemas say what the members really are.
func TestMemberNamesAreTheServices(t *testing.T) {
	for _, c := range []struct {
		schema *smithy.Schema
		typ    reflect.Type
	}{
		{schemas.PutItemInput, reflect.TypeFor[dynamodb.PutItemInput]()},
		{schemas.CreateTableInput, reflect.TypeFor[dynamodb.CreateTableInput]()},
		{schemas.UpdateTableInput, reflect.TypeFor[dynamodb.UpdateTableInput]()},
		{schemas.QueryInput, reflect.TypeFor[dynamodb.QueryInput]()},
		{schemas.ScanInput, reflect.TypeFor[dynamodb.ScanInput]()},
		{schemas.BatchGetItemInput, reflect.TypeFor[dynamodb.BatchGetItemInput]()},
		{schemas.BatchWriteItemInput, reflect.TypeFor[dynamodb.BatchWriteItemInput]()},
		{schemas.TransactWriteItemsInput, reflect.TypeFor[dynamodb.TransactWriteItemsInput]()},
		{schemas.TransactGetItemsInput, reflect.TypeFor[dynamodb.TransactGetItemsInput]()},
		{schemas.DescribeTableOutput, reflect.TypeFor[dynamodb.DescribeTableOutput]()},
		{schemas.QueryOutput, reflect.TypeFor[dynamodb.QueryOutput]()},
	} {
		for name := range c.schema.Members() {
			if _, ok := c.typ.FieldByName(name); !ok {
				t.Errorf("%v has no field for member %s", c.typ, name)
			}
		}
	}
}

// A request of every operation consists of members only; the decoder must
// know each of them. (The round trips prove the values.)
func TestEveryMemberIsKnown(t *testing.T) {
	b := fake(func(context.Context, any) (any, error) { return nil, nil })
	for _, c := range []struct {
		op     string
		schema *smithy.Schema
	}{
		{"CreateTable", schemas.CreateTableInput}, {"DescribeTable", schemas.DescribeTableInput},
		{"UpdateTable", schemas.UpdateTableInput}, {"DeleteTable", schemas.DeleteTableInput},
		{"ListTables", schemas.ListTablesInput}, {"UpdateTimeToLive", schemas.UpdateTimeToLiveInput},
		{"DescribeTimeToLive", schemas.DescribeTimeToLiveInput},
		{"UpdateContinuousBackups", schemas.UpdateContinuousBackupsInput}, {"DescribeContinuousBackups", schemas.DescribeContinuousBackupsInput}, {"TagResource", schemas.TagResourceInput},
		{"UntagResource", schemas.UntagResourceInput}, {"ListTagsOfResource", schemas.ListTagsOfResourceInput},
		{"PutItem", schemas.PutItemInput}, {"GetItem", schemas.GetItemInput},
		{"UpdateItem", schemas.UpdateItemInput}, {"DeleteItem", schemas.DeleteItemInput},
		{"Query", schemas.QueryInput}, {"Scan", schemas.ScanInput},
		{"BatchGetItem", schemas.BatchGetItemInput}, {"BatchWriteItem", schemas.BatchWriteItemInput},
		{"TransactWriteItems", schemas.TransactWriteItemsInput}, {"TransactGetItems", schemas.TransactGetItemsInput},
	} {
		members := map[string]any{}
		for name := range c.schema.Members() {
			members[name] = nil
		}
		body, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		if got := post(t, wire.NewTransport(b), c.op, string(body)); got.status != 200 {
			t.Errorf("%s: %s", c.op, got.text)
		}
	}
}
