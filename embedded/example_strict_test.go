package embedded_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/embedded"
)

// notes creates a table whose items have an id and a text, with an index by
// text.
func notes(ctx context.Context, client *dynamodb.Client) {
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String("notes"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("text"), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName:  aws.String("by-text"),
			KeySchema:  []types.KeySchemaElement{{AttributeName: aws.String("text"), KeyType: types.KeyTypeHash}},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
	})
	if err != nil {
		panic(err)
	}
}

func note(id, text string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: id}, "text": &types.AttributeValueMemberS{Value: text}}
}

// DynamoDB on a bad day, from a seed: a program that works against it relies on
// nothing that DynamoDB does not promise. This one sends batches until they are
// done, and reads strongly what it needs to be current.
func ExampleWithStrictness() {
	ctx := context.Background()
	client := embedded.New(embedded.WithStrictness(1)).Client()
	notes(ctx, client)

	for batch := range 10 {
		requests := map[string][]types.WriteRequest{}
		for i := range 20 {
			requests["notes"] = append(requests["notes"], types.WriteRequest{PutRequest: &types.PutRequest{Item: note(fmt.Sprint(batch, i), "x")}})
		}
		for len(requests) > 0 {
			out, err := client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: requests})
			if err != nil {
				panic(err)
			}
			requests = out.UnprocessedItems
		}
	}
	out, err := client.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String("notes"), ConsistentRead: aws.Bool(true)})
	fmt.Println(out.Count, err)
	// Output: 200 <nil>
}

// One trouble at a time, with a probability of the caller's choice.
func ExampleWithThrottling() {
	ctx := context.Background()
	once := func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }
	for _, trouble := range []embedded.Option{embedded.WithThrottling(1), embedded.WithConflicts(1)} {
		client := embedded.New(trouble).Client(once)
		notes(ctx, client)
		_, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("notes"), Item: note("a", "x")})
		var api smithy.APIError
		fmt.Println(errors.As(err, &api), api.ErrorCode())
	}

	// Of a batch something is always done.
	client := embedded.New(embedded.WithUnprocessed(1), embedded.WithShuffledBatches()).Client()
	notes(ctx, client)
	var keys []map[string]types.AttributeValue
	for _, id := range []string{"a", "b", "c", "d"} {
		keys = append(keys, map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: id}})
	}
	got, err := client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"notes": {Keys: keys}}})
	fmt.Println("unprocessed:", len(got.UnprocessedKeys["notes"].Keys), err)
	// Output:
	// true ProvisionedThroughputExceededException
	// true TransactionConflictException
	// unprocessed: 3 <nil>
}

// Reads that are not strong may miss the last changes, of a table as of an
// index: here at least one of a hundred does.
func ExampleWithStaleReads() {
	ctx := context.Background()
	client := embedded.New(embedded.WithStaleReads(5), embedded.WithIndexLag(5), embedded.WithSeed(1)).Client()
	notes(ctx, client)
	missed := map[string]bool{}
	for i := range 100 {
		text := fmt.Sprint(i)
		if _, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("notes"), Item: note("a", text)}); err != nil {
			panic(err)
		}
		for _, strong := range []bool{false, true} {
			out, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("notes"), ConsistentRead: &strong,
				Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "a"}}})
			if err != nil {
				panic(err)
			}
			now, ok := out.Item["text"].(*types.AttributeValueMemberS)
			if !ok || now.Value != text {
				missed[fmt.Sprintf("strong %t", strong)] = true
			}
		}
		out, err := client.Query(ctx, &dynamodb.QueryInput{
			TableName: aws.String("notes"), IndexName: aws.String("by-text"), KeyConditionExpression: aws.String("#t = :t"),
			ExpressionAttributeNames:  map[string]string{"#t": "text"},
			ExpressionAttributeValues: map[string]types.AttributeValue{":t": &types.AttributeValueMemberS{Value: text}},
		})
		if err != nil {
			panic(err)
		}
		if out.Count == 0 {
			missed["index"] = true
		}
	}
	fmt.Println("missed by:", missed)
	// Output: missed by: map[index:true strong false:true]
}
