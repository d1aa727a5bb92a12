package embedded

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const workers = 32

func inParallel(work func(worker int)) {
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { work(w) })
	}
	wg.Wait()
}

func version(i item) int {
	n, _ := strconv.Atoi(i["v"].(*types.AttributeValueMemberN).Value)
	return n
}

func TestCompareAndSetLosesNothing(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		store(t, a, "plain", item{"pk": str("k"), "v": num("0")})
		var mu sync.Mutex
		done := 0
		inParallel(func(int) {
			for range 20 {
				v := version(get(t, a, "plain", item{"pk": str("k")}))
				_, err := a.UpdateItem(context.Background(), &dynamodb.UpdateItemInput{
					TableName: aws.String("plain"), Key: item{"pk": str("k")},
					UpdateExpression: aws.String("SET v = v + :one"), ConditionExpression: aws.String("v = :v"),
					ExpressionAttributeValues: item{":one": num("1"), ":v": num(strconv.Itoa(v))},
				})
				var failed *types.ConditionalCheckFailedException
				switch {
				case err == nil:
					mu.Lock()
					done++
					mu.Unlock()
				case !errors.As(err, &failed):
					t.Error(err)
				}
			}
		})
		if got := version(get(t, a, "plain", item{"pk": str("k")})); got != done || done == 0 {
			t.Errorf("version %d after %d successes", got, done)
		}
	})
}

// TestTransactionsAreSeenWhole writes two items together all the time, while
// others read them together.
func TestTransactionsAreSeenWhole(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		write := func(n string) error {
			_, err := a.TransactWriteItems(context.Background(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
				putIf("plain", item{"pk": str("a"), "v": num(n)}, ""), putIf("plain", item{"pk": str("b"), "v": num(n)}, ""),
			}})
			return err
		}
		if err := write("0"); err != nil {
			t.Fatal(err)
		}
		inParallel(func(w int) {
			for i := range 30 {
				if w%2 == 0 {
					if err := write(strconv.Itoa(w*1000 + i)); err != nil {
						t.Error(err)
					}
					continue
				}
				out, err := a.TransactGetItems(context.Background(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
					{Get: &types.Get{TableName: aws.String("plain"), Key: item{"pk": str("a")}}},
					{Get: &types.Get{TableName: aws.String("plain"), Key: item{"pk": str("b")}}},
				}})
				if err != nil {
					t.Error(err)
				} else if x, y := version(out.Responses[0].Item), version(out.Responses[1].Item); x != y {
					t.Errorf("torn read: %d and %d", x, y)
				}
			}
		})
	})
}

// TestEverythingAtOnce expects only that nothing fails and that the race
// detector reports nothing.
func TestEverythingAtOnce(t *testing.T) {
	db := New(WithStaleReads(3), WithShuffledBatches(), WithUnprocessed(0.2))
	createTables(t, db)
	ctx := context.Background()
	check := func(err error) {
		var inUse *types.ResourceInUseException
		if err != nil && !errors.As(err, &inUse) {
			t.Error(err)
		}
	}
	inParallel(func(w int) {
		for i := range 40 {
			n := strconv.Itoa(i % 7)
			key := item{"pk": str("p" + n), "sk": num(strconv.Itoa(w))}
			whole := item{"pk": key["pk"], "sk": key["sk"], "g": str(n), "h": num(n), "l": str(n), "x": str(n)}
			var err error
			switch (w + i) % 10 {
			case 0:
				_, err = db.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("sorted"), Item: whole, ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes, ReturnItemCollectionMetrics: types.ReturnItemCollectionMetricsSize})
			case 1:
				_, err = db.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("sorted"), Key: key})
			case 2:
				_, err = db.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: aws.String("sorted"), Key: key, UpdateExpression: aws.String("SET g = :g"), ExpressionAttributeValues: item{":g": str(n)}, ReturnValues: types.ReturnValueAllNew})
			case 3:
				_, err = db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: aws.String("sorted"), Key: key})
			case 4:
				_, err = db.Query(ctx, &dynamodb.QueryInput{TableName: aws.String("sorted"), IndexName: aws.String("all"), KeyConditionExpression: aws.String("g = :g"), ExpressionAttributeValues: item{":g": str(n)}})
			case 5:
				_, err = db.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String("sorted"), IndexName: aws.String("keys")})
			case 6:
				_, err = db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"sorted": {{PutRequest: &types.PutRequest{Item: whole}}}}})
			case 7:
				_, err = db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"sorted": {Keys: []item{key}}}})
			case 8:
				_, err = db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{putIf("sorted", whole, ""), count(n)}, ClientRequestToken: aws.String(strconv.Itoa(w*100 + i))})
			case 9:
				name := aws.String("table" + strconv.Itoa(w%3))
				_, err = db.CreateTable(ctx, &dynamodb.CreateTableInput{TableName: name, BillingMode: types.BillingModePayPerRequest, AttributeDefinitions: []types.AttributeDefinition{define("pk", "S")}, KeySchema: schema("pk")})
				check(err)
				_, err = db.TagResource(ctx, &dynamodb.TagResourceInput{ResourceArn: aws.String(defaultARN("sorted")), Tags: []types.Tag{{Key: name, Value: name}}})
				check(err)
				_, err = db.ListTables(ctx, &dynamodb.ListTablesInput{})
				check(err)
				_, err = db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String("sorted")})
			}
			check(err)
		}
	})
}
