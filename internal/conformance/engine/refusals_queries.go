package engine

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

var queryRefusals = []refusal{
	{name: "query without the partition key", send: querying("sk = :v", row{":v": str("1")}), text: "Query condition missed key schema element"},
	{name: "query by a range of partitions", send: querying("pk > :v", row{":v": str("1")}), text: "Query key condition not supported"},
	{name: "query by <>", send: querying("pk = :v AND sk <> :v", row{":v": str("1")}), text: "Invalid operator used in KeyConditionExpression: <>"},
	{name: "query by OR", send: querying("pk = :v OR sk = :v", row{":v": str("1")}), text: "Invalid operator used in KeyConditionExpression: OR"},
	{name: "query by another attribute", send: querying("pk = :v AND v = :v", row{":v": str("1")}), text: "Query condition missed key schema element"},
	{name: "query by a key of another type", send: querying("pk = :v", row{":v": num("1")}), text: "Condition parameter type does not match schema type"},
	{name: "query by an empty prefix", send: querying("pk = :v AND begins_with(sk, :e)", row{":v": str("1"), ":e": str("")}), text: "cannot contain an empty string value. Key: sk"},
	{name: "query by a number as prefix", send: querying("pk = :v AND begins_with(sk, :n) AND sk > :v", row{":v": str("1"), ":n": num("1")}), text: "operator or function: begins_with, operand type: N"},
	{name: "query by a bad prefix and an undefined value", send: querying("pk = :v AND begins_with(sk, :n) AND sk = :missing", row{":v": str("1"), ":n": num("1")}), text: "operator or function: begins_with, operand type: N"},
	{
		name: "filter on a key", text: "Filter Expression can only contain non-primary key attributes",
		send: func(ctx context.Context, x *fixture, pk string) error {
			in := keyQuery(x.sorted, str(pk))
			in.FilterExpression = aws.String("sk <> :pk")
			_, err := x.Client.Query(ctx, in)
			return err
		},
	},
	{
		name: "query of an unknown index", text: "The table does not have the specified index",
		send: func(ctx context.Context, x *fixture, pk string) error {
			in := keyQuery(x.sorted, str(pk))
			in.IndexName, in.ConsistentRead = aws.String("nowhere"), nil
			_, err := x.Client.Query(ctx, in)
			return err
		},
	},
	{
		name: "strong query of an index", text: "Consistent reads are not supported on global secondary indexes",
		send: func(ctx context.Context, x *fixture, pk string) error {
			_, err := x.Client.Query(ctx, &dynamodb.QueryInput{TableName: &x.sorted, IndexName: aws.String("byA"), ConsistentRead: aws.Bool(true),
				KeyConditionExpression: aws.String("a = :a"), ExpressionAttributeValues: row{":a": str(pk)}})
			return err
		},
	},
	{
		name: "start key of another shape", text: "The provided starting key is invalid",
		send: func(ctx context.Context, x *fixture, pk string) error {
			in := keyQuery(x.sorted, str(pk))
			in.ExclusiveStartKey = pkOf(pk)
			_, err := x.Client.Query(ctx, in)
			return err
		},
	},
	{
		name: "start key that no item can have", text: "cannot contain an empty string value",
		send: func(ctx context.Context, x *fixture, _ string) error {
			_, err := x.Client.Scan(ctx, &dynamodb.ScanInput{TableName: &x.sorted, ExclusiveStartKey: row{"pk": str(""), "sk": str("a")}})
			return err
		},
	},
	{
		name: "limit of zero", text: "greater than or equal to 1",
		send: func(ctx context.Context, x *fixture, pk string) error {
			in := keyQuery(x.sorted, str(pk))
			in.Limit = aws.Int32(0)
			_, err := x.Client.Query(ctx, in)
			return err
		},
	},
}

func querying(cond string, values row) request {
	return func(ctx context.Context, x *fixture, _ string) error {
		_, err := x.Client.Query(ctx, &dynamodb.QueryInput{TableName: &x.sorted, KeyConditionExpression: &cond, ExpressionAttributeValues: values})
		return err
	}
}
