package embedded

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestThroughTheClient(t *testing.T) {
	ctx := context.Background()
	client := New().Client()
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String("people"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: "S"}, {AttributeName: aws.String("sk"), AttributeType: "N"}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: "HASH"}, {AttributeName: aws.String("sk"), KeyType: "RANGE"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{"10", "9", "-1", "1.5"} {
		_, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("people"), Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "a"}, "sk": &types.AttributeValueMemberN{Value: n},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	out, err := client.Query(ctx, &dynamodb.QueryInput{
		TableName: aws.String("people"), KeyConditionExpression: aws.String("pk = :p AND sk > :s"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":p": &types.AttributeValueMemberS{Value: "a"}, ":s": &types.AttributeValueMemberN{Value: "-1"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, item := range out.Items {
		got = append(got, item["sk"].(*types.AttributeValueMemberN).Value)
	}
	if diff := cmp.Diff([]string{"1.5", "9", "10"}, got); diff != "" {
		t.Error(diff)
	}
	_, err = client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Update: &types.Update{
			TableName: aws.String("people"), Key: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "a"}, "sk": &types.AttributeValueMemberN{Value: "9"}},
			UpdateExpression: aws.String("SET n = :n"), ConditionExpression: aws.String("attribute_not_exists(pk)"),
			ExpressionAttributeValues:           map[string]types.AttributeValue{":n": &types.AttributeValueMemberN{Value: "1"}},
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}},
	}})
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		t.Fatalf("error %v", err)
	}
	want := []types.CancellationReason{{
		Code: aws.String("ConditionalCheckFailed"), Message: aws.String("The conditional request failed"),
		Item: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "a"}, "sk": &types.AttributeValueMemberN{Value: "9"}},
	}}
	if diff := cmp.Diff(want, cancelled.CancellationReasons, cmpopts.IgnoreUnexported(types.CancellationReason{}, types.AttributeValueMemberS{}, types.AttributeValueMemberN{})); diff != "" {
		t.Error(diff)
	}
}
