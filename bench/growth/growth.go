// Package growth measures the embedded engine alone, called without the SDK: does
// it become slower as it fills?
package growth

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/embedded"
)

type item = map[string]types.AttributeValue

// Filled is an engine with a table of n small items, 50 in each partition, so
// that every query does the same work.
type Filled struct {
	db *embedded.DB
	n  int
}

var filledTable = aws.String("filled")

const (
	perPartition = 50
	firstNumber  = 1_000_000_000 // so that all numbers are as long
)

// Fill makes an engine with n items.
func Fill(ctx context.Context, n int) (*Filled, error) {
	f := &Filled{embedded.New(), n}
	_, err := f.db.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: filledTable, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: "S"}, {AttributeName: aws.String("sk"), AttributeType: "N"}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: "HASH"}, {AttributeName: aws.String("sk"), KeyType: "RANGE"}},
	})
	for i := 0; i < n && err == nil; i++ {
		err = f.put(ctx, i, -1)
	}
	return f, err
}

func (f *Filled) partition(i int) types.AttributeValue {
	return &types.AttributeValueMemberS{Value: "p" + strconv.Itoa(firstNumber+i%(f.n/perPartition))}
}

func number(i int) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.Itoa(firstNumber + i)}
}

// put writes item i as it is after so many rounds. The engine would notice an
// item that is the same as before.
func (f *Filled) put(ctx context.Context, i, round int) error {
	_, err := f.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: filledTable, Item: item{
		"pk": f.partition(i), "sk": number(i), "v": &types.AttributeValueMemberS{Value: "a small value" + strconv.Itoa(round%2)},
	}})
	return err
}

// spread visits all numbers below n in an order that jumps around.
func (f *Filled) spread(step int) int { return int(uint64(step) * 2_654_435_761 % uint64(f.n)) }

// Put replaces items all over the table.
func (f *Filled) Put() bench.Op {
	step := 0
	return func(ctx context.Context) error { step++; return f.put(ctx, f.spread(step), step/f.n) }
}

// Get reads items all over the table.
func (f *Filled) Get() bench.Op {
	step := 0
	return func(ctx context.Context) error {
		step++
		i := f.spread(step)
		out, err := f.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: filledTable, Key: item{"pk": f.partition(i), "sk": number(i)}})
		if err == nil && len(out.Item) != 3 {
			err = fmt.Errorf("item %d of %d is missing", i, f.n)
		}
		return err
	}
}

// Query reads ten items out of the middle of a partition.
func (f *Filled) Query() bench.Op {
	step := 0
	return func(ctx context.Context) error {
		step++
		out, err := f.db.Query(ctx, &dynamodb.QueryInput{
			TableName: filledTable, KeyConditionExpression: aws.String("pk = :p AND sk > :s"), Limit: aws.Int32(10),
			ExpressionAttributeValues: item{":p": f.partition(f.spread(step)), ":s": number(f.n / 2)},
		})
		if err == nil && out.Count != 10 {
			err = fmt.Errorf("%d items, want 10", out.Count)
		}
		return err
	}
}
