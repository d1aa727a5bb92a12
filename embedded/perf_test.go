package embedded

import (
	"context"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func benchTable(b testing.TB, db *DB) {
	_, err := db.CreateTable(context.Background(), &dynamodb.CreateTableInput{
		TableName: aws.String("bench"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: "S"}, {AttributeName: aws.String("sk"), AttributeType: "N"}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: "HASH"}, {AttributeName: aws.String("sk"), KeyType: "RANGE"}},
	})
	if err != nil {
		b.Fatal(err)
	}
}

func benchItem(i int) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "p" + strconv.Itoa(i%1000)},
		"sk": &types.AttributeValueMemberN{Value: strconv.Itoa(i)},
		"v":  &types.AttributeValueMemberS{Value: "value"},
	}
}

func BenchmarkPut(b *testing.B) {
	db := New()
	benchTable(b, db)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := db.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: aws.String("bench"), Item: benchItem(i)}); err != nil {
			b.Fatal(err)
		}
	}
}

// benchIndex adds an index of all items whose key has the attributes, after a
// partition key of one.
func benchIndex(b testing.TB, db *DB, attributes ...types.AttributeDefinition) {
	key := []types.KeySchemaElement{{AttributeName: aws.String("g"), KeyType: "HASH"}}
	for _, a := range attributes {
		key = append(key, types.KeySchemaElement{AttributeName: a.AttributeName, KeyType: "RANGE"})
	}
	_, err := db.UpdateTable(context.Background(), &dynamodb.UpdateTableInput{
		TableName:            aws.String("bench"),
		AttributeDefinitions: append(attributes, types.AttributeDefinition{AttributeName: aws.String("g"), AttributeType: "S"}),
		GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Create: &types.CreateGlobalSecondaryIndexAction{
			IndexName: aws.String("index"), KeySchema: key, Projection: &types.Projection{ProjectionType: "ALL"},
		}}},
	})
	if err != nil {
		b.Fatal(err)
	}
}

func BenchmarkIndexed(b *testing.B) {
	sk := types.AttributeDefinition{AttributeName: aws.String("sk"), AttributeType: "N"}
	v := types.AttributeDefinition{AttributeName: aws.String("v"), AttributeType: "S"}
	for name, attributes := range map[string][]types.AttributeDefinition{"two attributes": {sk}, "three attributes": {v, sk}} {
		db := New()
		benchTable(b, db)
		benchIndex(b, db, attributes...)
		put := func(i int) {
			item := benchItem(i)
			item["g"] = &types.AttributeValueMemberS{Value: "g" + strconv.Itoa(i%100)}
			if _, err := db.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: aws.String("bench"), Item: item}); err != nil {
				b.Fatal(err)
			}
		}
		b.Run(name+"/put", func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				put(i % 100_000)
			}
		})
		for i := range 10_000 {
			put(i)
		}
		condition, values := "g = :g AND sk > :s", map[string]types.AttributeValue{":g": &types.AttributeValueMemberS{Value: "g7"}, ":s": &types.AttributeValueMemberN{Value: "5000"}}
		if len(attributes) == 2 {
			condition, values[":v"] = "g = :g AND v = :v AND sk > :s", &types.AttributeValueMemberS{Value: "value"}
		}
		b.Run(name+"/query", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				out, err := db.Query(context.Background(), &dynamodb.QueryInput{
					TableName: aws.String("bench"), IndexName: aws.String("index"), KeyConditionExpression: &condition,
					Limit: aws.Int32(10), ExpressionAttributeValues: values,
				})
				if err != nil || out.Count != 10 {
					b.Fatal(err, out.Count)
				}
			}
		})
	}
}

func BenchmarkMillion(b *testing.B) {
	db := New()
	benchTable(b, db)
	for i := range 1_000_000 {
		if _, err := db.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: aws.String("bench"), Item: benchItem(i)}); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("get", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			item := benchItem(i % 1_000_000)
			delete(item, "v")
			if _, err := db.GetItem(context.Background(), &dynamodb.GetItemInput{TableName: aws.String("bench"), Key: item}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("query", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			out, err := db.Query(context.Background(), &dynamodb.QueryInput{
				TableName: aws.String("bench"), KeyConditionExpression: aws.String("pk = :p AND sk > :s"), Limit: aws.Int32(10),
				ExpressionAttributeValues: map[string]types.AttributeValue{":p": &types.AttributeValueMemberS{Value: "p7"}, ":s": &types.AttributeValueMemberN{Value: "500000"}},
			})
			if err != nil || out.Count != 10 {
				b.Fatal(err, out.Count)
			}
		}
	})
}
