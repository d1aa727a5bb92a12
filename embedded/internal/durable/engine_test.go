package durable_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dystore/dystore/embedded"
)

// engine opens the file with an engine on it; stop closes the file, as must
// happen before a restart.
func engine(t *testing.T, path string) (client *dynamodb.Client, stop func()) {
	t.Helper()
	s := open(t, path)
	db, err := embedded.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return db.Client(), func() {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// Everything an operation changes is there after a restart: items of every
// kind of write, definitions, and the tokens of transactions.
func TestEngineRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	c, stop := engine(t, path)
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"people", "dropped"} {
		must(c.CreateTable(t.Context(), &dynamodb.CreateTableInput{
			TableName: &name, BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{
				{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS},
				{AttributeName: aws.String("city"), AttributeType: types.ScalarAttributeTypeS},
			},
			KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
			GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
				IndexName: aws.String("by-city"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
				KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("city"), KeyType: types.KeyTypeHash}},
			}},
		}))
	}
	item := func(id, city string) map[string]types.AttributeValue {
		return map[string]types.AttributeValue{"id": str(id), "city": str(city), "all": &types.AttributeValueMemberL{Value: []types.AttributeValue{
			&types.AttributeValueMemberN{Value: "12345678901234567890123456789012345678"},
			&types.AttributeValueMemberB{Value: []byte{0, 255}}, &types.AttributeValueMemberNULL{Value: true},
			&types.AttributeValueMemberBOOL{Value: true}, &types.AttributeValueMemberSS{Value: []string{"a", "b"}},
			&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"x": str("")}},
		}}}
	}
	people := aws.String("people")
	for _, id := range []string{"put", "updated", "deleted", "moved"} {
		must(c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: people, Item: item(id, "Basel")}))
	}
	set := aws.String("SET city = :c ADD n :one")
	values := map[string]types.AttributeValue{":c": str("Bern"), ":one": &types.AttributeValueMemberN{Value: "1"}}
	must(c.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: people, Key: map[string]types.AttributeValue{"id": str("updated")},
		UpdateExpression: set, ExpressionAttributeValues: values}))
	must(c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: people, Key: map[string]types.AttributeValue{"id": str("deleted")}}))
	must(c.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{
		"people": {{PutRequest: &types.PutRequest{Item: item("batched", "Chur")}}}}}))
	transaction := &dynamodb.TransactWriteItemsInput{ClientRequestToken: aws.String("token-1"), TransactItems: []types.TransactWriteItem{
		{Update: &types.Update{TableName: people, Key: map[string]types.AttributeValue{"id": str("moved")}, UpdateExpression: set, ExpressionAttributeValues: values}},
		{Put: &types.Put{TableName: people, Item: item("transacted", "Bern")}},
	}}
	must(c.TransactWriteItems(t.Context(), transaction))
	must(c.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{TableName: people,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("ttl"), Enabled: aws.Bool(true)}}))
	must(c.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: aws.String("dropped")}))
	// A refused write leaves nothing behind.
	_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: people, Item: item("put", "Genf"), ConditionExpression: aws.String("attribute_not_exists(id)")})
	if e := new(types.ConditionalCheckFailedException); !errors.As(err, &e) {
		t.Fatalf("got %v", err)
	}

	type view struct {
		Tables []string
		Table  *types.TableDescription
		TTL    *types.TimeToLiveDescription
		Items  []map[string]types.AttributeValue
		Bern   []map[string]types.AttributeValue
	}
	look := func() view {
		t.Helper()
		tables, err := c.ListTables(t.Context(), &dynamodb.ListTablesInput{})
		must(nil, err)
		table, err := c.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: people})
		must(nil, err)
		ttl, err := c.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: people})
		must(nil, err)
		scan, err := c.Scan(t.Context(), &dynamodb.ScanInput{TableName: people})
		must(nil, err)
		query, err := c.Query(t.Context(), &dynamodb.QueryInput{TableName: people, IndexName: aws.String("by-city"),
			KeyConditionExpression: aws.String("city = :c"), ExpressionAttributeValues: map[string]types.AttributeValue{":c": str("Bern")}})
		must(nil, err)
		return view{tables.TableNames, table.Table, ttl.TimeToLiveDescription, scan.Items, query.Items}
	}
	before := look()
	if len(before.Items) != 5 || len(before.Bern) != 3 || len(before.Tables) != 1 {
		t.Fatalf("%d items, %d in Bern, tables %v", len(before.Items), len(before.Bern), before.Tables)
	}
	stop()
	c, stop = engine(t, path)
	defer stop()
	must(c.TransactWriteItems(t.Context(), transaction)) // a retry that arrives after the restart: no effect
	after := look()
	less := func(a, b map[string]types.AttributeValue) bool {
		return a["id"].(*types.AttributeValueMemberS).Value < b["id"].(*types.AttributeValueMemberS).Value
	}
	if d := cmp.Diff(before, after, cmpopts.SortSlices(less), cmp.FilterPath(func(p cmp.Path) bool {
		return p.Last().String() == ".noSmithyDocumentSerde"
	}, cmp.Ignore())); d != "" {
		t.Errorf("(-before +after) %s", d)
	}
}
