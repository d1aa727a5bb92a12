package bench_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/bench"
)

// The contender "same guarantees" has them: it does not write over the change of
// another, nor into a part of another object, and does not take parts for one
// object that are not.
func TestSameGuarantees(t *testing.T) {
	newer := types.Update{UpdateExpression: aws.String("SET #h.v = :x"), ExpressionAttributeValues: values{":x": &types.AttributeValueMemberN{Value: "99"}}}
	other := types.Update{UpdateExpression: aws.String("SET #h.o = :x"), ExpressionAttributeValues: values{":x": &types.AttributeValueMemberS{Value: "other"}}}
	stale := types.Update{UpdateExpression: aws.String("SET #h.w = :x"), ExpressionAttributeValues: values{":x": &types.AttributeValueMemberB{Value: make([]byte, 16)}}}
	for _, x := range []struct {
		workload, table string
		change          types.Update
	}{
		{"Put", "people", newer},
		{"Put", "people", stale},
		{"Sharded: put, one part changed", "Root", newer},
		{"Sharded: put, one part changed", "Root", stale},
		{"Sharded: put, one part changed", "Shard2", other},
		{"Sharded: update one path", "Shard2", other},
		{"Sharded: get", "Shard1", other},
		{"Sharded: get", "Shard3", stale},
		{"Put an object of 99 parts, one changed", "baskets", newer},
		{"Put an object of 99 parts, one changed", "lines", other},
	} {
		t.Run(x.workload+"/"+x.table+"/"+*x.change.UpdateExpression, func(t *testing.T) {
			e := bench.Embedded()
			op, err := contender(t, x.workload, bench.SDKSame).Prepare(t.Context(), e)
			if err != nil {
				t.Fatal(err)
			}
			changeAll(t, e.Client, e.Prefix+x.table, x.change)
			err = op(t.Context())
			var one *types.ConditionalCheckFailedException
			var many *types.TransactionCanceledException
			if err == nil || x.workload != "Sharded: get" && !errors.As(err, &one) && !errors.As(err, &many) {
				t.Errorf("after a change by another: %v", err)
			}
		})
	}
}

type values = map[string]types.AttributeValue

func contender(t *testing.T, workload, name string) bench.Contender {
	t.Helper()
	for _, w := range bench.OnStub() {
		for _, c := range w.Contenders {
			if w.Name == workload && c.Name == name {
				return c
			}
		}
	}
	t.Fatalf("no contender %s of %s", name, workload)
	return bench.Contender{}
}

// changeAll changes what the contender has stored beside each item of a table.
func changeAll(t *testing.T, c *dynamodb.Client, table string, change types.Update) {
	t.Helper()
	ctx := context.Background()
	described, err := c.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table})
	if err != nil {
		t.Fatal(err)
	}
	key := *described.Table.KeySchema[0].AttributeName
	out, err := c.Scan(ctx, &dynamodb.ScanInput{TableName: &table})
	if err != nil || len(out.Items) == 0 {
		t.Fatalf("%d items, %v", len(out.Items), err)
	}
	for _, it := range out.Items {
		if _, err := c.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: &table, Key: values{key: it[key]}, UpdateExpression: change.UpdateExpression,
			ExpressionAttributeNames: map[string]string{"#h": "_hand"}, ExpressionAttributeValues: change.ExpressionAttributeValues}); err != nil {
			t.Fatal(err)
		}
	}
}
