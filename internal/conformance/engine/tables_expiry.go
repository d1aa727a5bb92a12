package engine

import (
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// mayStay is how long DynamoDB may take to delete what has expired, by its
// documentation: "within a few days"; 48 hours in earlier versions of it.
const mayStay = 49 * time.Hour

// expiryChecks need an engine whose clock can be moved.
var expiryChecks = []check{
	{"expired items go, from indexes too", func(t *testing.T, x *fixture, pk string) {
		name := x.create(t, "expiry", key("pk", "S"), func(in *dynamodb.CreateTableInput) {
			in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String("a"), AttributeType: types.ScalarAttributeTypeS})
			in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{{IndexName: aws.String("byA"),
				KeySchema:  []types.KeySchemaElement{{AttributeName: aws.String("a"), KeyType: types.KeyTypeHash}},
				Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly}}}
		})
		if _, err := x.Client.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{TableName: &name,
			TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("ttl"), Enabled: aws.Bool(true)}}); err != nil {
			t.Fatal(err)
		}
		out, err := x.Client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &name})
		if err != nil {
			t.Fatal(err)
		}
		now := *out.Table.CreationDateTime // by the clock of the engine
		at := func(d time.Duration) types.AttributeValue { return num(strconv.FormatInt(now.Add(d).Unix(), 10)) }
		const year = 365 * 24 * time.Hour
		for id, ttl := range map[string]types.AttributeValue{
			"soon": at(time.Minute), "later": at(2 * mayStay), "moved": at(time.Minute), "past": at(-year), "ancient": at(-6 * year),
			"text": str("2026-01-01T00:00:00Z"), "never": nil,
		} {
			it := row{"pk": str(id), "a": str("x")}
			if ttl != nil {
				it["ttl"] = ttl
			}
			x.put(t, name, it)
		}
		x.put(t, name, row{"pk": str("moved"), "a": str("x"), "ttl": at(2 * mayStay)})
		left := func(want ...string) {
			t.Helper()
			got := map[string]string{}
			for _, id := range []string{"soon", "later", "moved", "past", "ancient", "text", "never"} {
				if x.get(t, name, row{"pk": str(id)}) != nil {
					got[id] = "there"
				}
			}
			all := map[string]string{}
			for _, id := range want {
				all[id] = "there"
			}
			same(t, "what is left", got, all)
			found, err := x.Client.Query(t.Context(), &dynamodb.QueryInput{TableName: &name, IndexName: aws.String("byA"),
				KeyConditionExpression: aws.String("a = :x"), ExpressionAttributeValues: row{":x": str("x")}, Select: types.SelectCount})
			if err != nil {
				t.Fatal(err)
			}
			same(t, "entries of the index", int(found.Count), len(want))
		}
		x.Advance(time.Minute + mayStay)
		left("later", "moved", "ancient", "text", "never")
		x.Advance(2 * mayStay)
		left("ancient", "text", "never")
	}},
}

// namedChecks name tables by their ARNs.
var namedChecks = []check{
	{"a table has two names", func(t *testing.T, x *fixture, pk string) {
		out, err := x.Client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &x.plain})
		if err != nil {
			t.Fatal(err)
		}
		arn := *out.Table.TableArn
		it := with(pkOf(pk), row{"v": str("w")})
		_, err = x.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &arn, Item: it})
		x.accepted(t, err)
		if err != nil {
			return
		}
		same(t, "the item by name", x.get(t, x.plain, pkOf(pk)), it)
		same(t, "the item by ARN", x.get(t, arn, pkOf(pk)), it)
		batch, err := x.Client.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{arn: {Keys: []row{pkOf(pk)}}}})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "answers by ARN", batch.Responses[arn], []row{it})
		described, err := x.Client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &arn})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "its name", *described.Table.TableName, x.plain)
	}},
}
