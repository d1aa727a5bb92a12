package embedded_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

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
