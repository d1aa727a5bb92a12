package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
)

// A test gets its own DynamoDB, and talks to it through the client that it
// would use in production.
func Example() {
	ctx := context.Background()
	client := embedded.New().Client()
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String("counters"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		panic(err)
	}
	increment := &dynamodb.UpdateItemInput{
		TableName: aws.String("counters"), Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "visits"}},
		UpdateExpression: aws.String("ADD n :one"), ConditionExpression: aws.String("attribute_not_exists(n) OR n < :two"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":one": &types.AttributeValueMemberN{Value: "1"}, ":two": &types.AttributeValueMemberN{Value: "2"},
		},
		ReturnValues: types.ReturnValueUpdatedNew,
	}
	for range 3 {
		out, err := client.UpdateItem(ctx, increment)
		var failed *types.ConditionalCheckFailedException
		switch {
		case errors.As(err, &failed):
			fmt.Println(failed.ErrorMessage())
		case err != nil:
			panic(err)
		default:
			fmt.Println(out.Attributes["n"].(*types.AttributeValueMemberN).Value)
		}
	}
	// Output:
	// 1
	// 2
	// The conditional request failed
}

// The test sets the time: here two days pass at once. DynamoDB takes up to 48
// hours to delete expired items, and so does the engine.
func ExampleWithClock() {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	db := embedded.New(embedded.WithClock(func() time.Time { return now }))
	sessions(db, now.Add(time.Hour))
	for range 3 {
		fmt.Println(count(db))
		now = now.Add(25 * time.Hour)
	}
	// Output:
	// 1
	// 1
	// 0
}

// Expired items are deleted at once.
func ExampleWithTTLDelay() {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	db := embedded.New(embedded.WithClock(func() time.Time { return now }), embedded.WithTTLDelay(0))
	sessions(db, now.Add(time.Hour))
	for range 2 {
		fmt.Println(count(db))
		now = now.Add(time.Hour + time.Second)
	}
	// Output:
	// 1
	// 0
}

// The test decides when DynamoDB deletes, for each table by itself: an expired
// session is read until then.
func ExampleDB_ExpireNow() {
	ctx := context.Background()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	db := embedded.New(embedded.WithClock(func() time.Time { return now }))
	sessions(db, now.Add(time.Hour))
	fmt.Println(db.ExpireNow(ctx, "sessions"))
	now = now.Add(2 * time.Hour)
	fmt.Println(count(db))
	fmt.Println(db.ExpireNow(ctx, "sessions"))
	fmt.Println(count(db))
	// Output:
	// 0 <nil>
	// 1
	// 1 <nil>
	// 0
}

// The program names its tables by their ARNs, as in production.
func ExampleWithAccount() {
	db := embedded.New(embedded.WithAccount("eu-west-1", "123456789012"))
	sessions(db, time.Now().Add(time.Hour))
	for _, region := range []string{"eu-west-1", "eu-central-1"} {
		out, err := db.DescribeTable(context.Background(), &dynamodb.DescribeTableInput{TableName: aws.String("arn:aws:dynamodb:" + region + ":123456789012:table/sessions")})
		if err != nil {
			var absent *types.ResourceNotFoundException
			fmt.Println(region, errors.As(err, &absent))
			continue
		}
		fmt.Println(*out.Table.TableName, *out.Table.TableArn)
	}
	// Output:
	// sessions arn:aws:dynamodb:eu-west-1:123456789012:table/sessions
	// eu-central-1 true
}

// sessions creates a table with one session, which ends at the given time.
func sessions(db *embedded.DB, end time.Time) {
	ctx := context.Background()
	_, err := db.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String("sessions"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		panic(err)
	}
	_, err = db.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName: aws.String("sessions"), TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("expires"), Enabled: aws.Bool(true)},
	})
	if err != nil {
		panic(err)
	}
	_, err = db.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("sessions"), Item: map[string]types.AttributeValue{
		"id":      &types.AttributeValueMemberS{Value: "s1"},
		"expires": &types.AttributeValueMemberN{Value: fmt.Sprint(end.Unix())},
	}})
	if err != nil {
		panic(err)
	}
}

// count is the number of stored sessions.
func count(db *embedded.DB) int32 {
	out, err := db.Scan(context.Background(), &dynamodb.ScanInput{TableName: aws.String("sessions")})
	if err != nil {
		panic(err)
	}
	return out.Count
}
