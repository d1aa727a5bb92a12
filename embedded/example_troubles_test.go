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

// once returns a client of db that tries once, so that every refusal is
// visible.
func once(db *embedded.DB) *dynamodb.Client {
	return db.Client(func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
}

// put stores a note, and returns the outcome as text.
func put(ctx context.Context, client *dynamodb.Client, id, text string) string {
	_, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("notes"), Item: note(id, text)})
	var api smithy.APIError
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &api):
		return api.ErrorCode()
	}
	return err.Error()
}

// text reads a note.
func text(ctx context.Context, client *dynamodb.Client, id string, consistent bool) string {
	out, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("notes"), ConsistentRead: &consistent,
		Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: id}}})
	if err != nil {
		panic(err)
	}
	s, ok := out.Item["text"].(*types.AttributeValueMemberS)
	if !ok {
		return "none"
	}
	return s.Value
}

// four asks for the four notes a to d in one batch.
func four(ctx context.Context, client *dynamodb.Client) (found []string, unprocessed int) {
	var keys []map[string]types.AttributeValue
	for _, id := range []string{"a", "b", "c", "d"} {
		keys = append(keys, map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: id}})
	}
	out, err := client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"notes": {Keys: keys}}})
	if err != nil {
		panic(err)
	}
	for _, item := range out.Responses["notes"] {
		found = append(found, item["id"].(*types.AttributeValueMemberS).Value)
	}
	return found, len(out.UnprocessedKeys["notes"].Keys)
}

// Requests are throttled with a probability; with 1, all are.
func ExampleWithThrottling() {
	ctx := context.Background()
	client := once(embedded.New(embedded.WithThrottling(1)))
	notes(ctx, client)
	fmt.Println(put(ctx, client, "a", "x"))
	// Output: ProvisionedThroughputExceededException
}

// Writes meet the transaction of another client. Nothing is written then.
func ExampleWithConflicts() {
	ctx := context.Background()
	client := once(embedded.New(embedded.WithConflicts(1)))
	notes(ctx, client)
	fmt.Println(put(ctx, client, "a", "x"))
	// Output: TransactionConflictException
}

// Writes meet one of another region, as in global tables with multi-region strong
// consistency. Nothing is written then.
func ExampleWithReplicatedConflicts() {
	ctx := context.Background()
	client := once(embedded.New(embedded.WithReplicatedConflicts(1)))
	notes(ctx, client)
	fmt.Println(put(ctx, client, "a", "x"))
	// Output: ReplicatedWriteConflictException
}

// The engine has no transactions, as some have none.
func ExampleWithoutTransactions() {
	ctx := context.Background()
	client := embedded.New(embedded.WithoutTransactions()).Client()
	notes(ctx, client)
	_, err := client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Put: &types.Put{TableName: aws.String("notes"), Item: note("a", "x")}},
	}})
	var api smithy.APIError
	if errors.As(err, &api) {
		fmt.Println(api.ErrorCode())
	}
	fmt.Println(put(ctx, client, "a", "x"))
	// Output:
	// UnknownOperationException
	// done
}

// A batch always does something. The caller sends the rest again.
func ExampleWithUnprocessed() {
	ctx := context.Background()
	client := embedded.New(embedded.WithUnprocessed(1)).Client()
	notes(ctx, client)
	_, unprocessed := four(ctx, client)
	fmt.Println("unprocessed:", unprocessed)
	// Output: unprocessed: 3
}

// The items of a batch come back in another order than asked for. Find them by
// their keys, never by their positions.
func ExampleWithShuffledBatches() {
	ctx := context.Background()
	client := embedded.New(embedded.WithShuffledBatches(), embedded.WithSeed(1)).Client()
	notes(ctx, client)
	for _, id := range []string{"a", "b", "c", "d"} {
		put(ctx, client, id, "x")
	}
	found, _ := four(ctx, client)
	fmt.Println(found)
	// Output: [c a d b]
}

// The seed makes a run repeatable: the same requests meet the same troubles.
func ExampleWithSeed() {
	ctx := context.Background()
	run := func(seed uint64) (answers string) {
		client := once(embedded.New(embedded.WithSeed(seed), embedded.WithConflicts(0.5)))
		notes(ctx, client)
		for range 20 {
			answers += put(ctx, client, "a", "x")
		}
		return answers
	}
	first, again, other := run(1), run(1), run(2)
	fmt.Println(first == again, first == other)
	// Output: true false
}

// Reads that are not strong may miss the last changes: here at least one of a
// hundred does.
func ExampleWithStaleReads() {
	ctx := context.Background()
	client := embedded.New(embedded.WithStaleReads(5), embedded.WithSeed(1)).Client()
	notes(ctx, client)
	missed := map[bool]bool{}
	for i := range 100 {
		put(ctx, client, "a", fmt.Sprint(i))
		for _, strong := range []bool{false, true} {
			missed[strong] = missed[strong] || text(ctx, client, "a", strong) != fmt.Sprint(i)
		}
	}
	fmt.Println("missed by strong reads:", missed[true], "by others:", missed[false])
	// Output: missed by strong reads: false by others: true
}

// An index follows its table with a delay: here at least one of a hundred
// queries comes too early.
func ExampleWithIndexLag() {
	ctx := context.Background()
	client := embedded.New(embedded.WithIndexLag(5), embedded.WithSeed(1)).Client()
	notes(ctx, client)
	missed := false
	for i := range 100 {
		put(ctx, client, "a", fmt.Sprint(i))
		out, err := client.Query(ctx, &dynamodb.QueryInput{
			TableName: aws.String("notes"), IndexName: aws.String("by-text"), KeyConditionExpression: aws.String("#t = :t"),
			ExpressionAttributeNames:  map[string]string{"#t": "text"},
			ExpressionAttributeValues: map[string]types.AttributeValue{":t": &types.AttributeValueMemberS{Value: fmt.Sprint(i)}},
		})
		if err != nil {
			panic(err)
		}
		missed = missed || out.Count == 0
	}
	fmt.Println("missed:", missed)
	// Output: missed: true
}
