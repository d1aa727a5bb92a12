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
