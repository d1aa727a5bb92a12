package fault_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
)

// accounts is the client of an engine with one table. It retries as the SDK
// does, but without pauses.
func accounts() *dynamodb.Client {
	client := embedded.New().Client(func(o *dynamodb.Options) {
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	})
	_, err := client.CreateTable(context.Background(), &dynamodb.CreateTableInput{
		TableName: aws.String("accounts"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		panic(err)
	}
	return client
}

func id(s string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: s}}
}

// deposit is a service's operation: it adds n to an account.
func deposit(ctx context.Context, db *dynamodb.Client, account string, n int) error {
	_, err := db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String("accounts"), Key: id(account), UpdateExpression: aws.String("ADD balance :n"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":n": &types.AttributeValueMemberN{Value: fmt.Sprint(n)}},
	})
	return err
}

// transfer is another: it moves n from one account to another, in two
// requests.
func transfer(ctx context.Context, db *dynamodb.Client, from, to string, n int) error {
	if err := deposit(ctx, db, from, -n); err != nil {
		return err
	}
	return deposit(ctx, db, to, n)
}

func balance(db *dynamodb.Client, account string) string {
	out, err := db.GetItem(context.Background(), &dynamodb.GetItemInput{
		TableName: aws.String("accounts"), Key: id(account), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		panic(err)
	}
	n, ok := out.Item["balance"].(*types.AttributeValueMemberN)
	if !ok {
		return "0"
	}
	return n.Value
}

// The write is done, its reply is lost, the SDK sends it again.
func Example() {
	ctx := context.Background()
	engine := accounts()
	client, net := fault.Wrap(engine,
		fault.Inject(fault.ReplyLost(), fault.Op("UpdateItem"), fault.Times(1)))

	err := deposit(ctx, client, "a", 10)
	fmt.Println("error:", err)
	fmt.Println("balance:", balance(engine, "a"))
	for _, r := range net.Requests() {
		fmt.Printf("%d %s, fault %q\n", r.Index, r.Operation, r.Fault)
	}
	// Output:
	// error: <nil>
	// balance: 20
	// 0 UpdateItem, fault "reply lost"
	// 1 UpdateItem, fault ""
}

// A scenario is run under every fault at every request that it makes. The
// promise that is checked: no money appears or vanishes, also if transfer
// fails. The promise does not hold, and the output says when.
func ExampleEach() {
	ctx := context.Background()
	scenario := func(rules ...fault.Rule) (sum int, requests []fault.Request) {
		engine := accounts()
		client, net := fault.Wrap(engine, rules...)
		transfer(ctx, client, "a", "b", 10)
		var a, b int
		fmt.Sscan(balance(engine, "a"), &a)
		fmt.Sscan(balance(engine, "b"), &b)
		return a + b, net.Requests()
	}

	_, requests := scenario()
	for name, rule := range fault.Each(requests, fault.SendError(), fault.ReplyLost(), fault.Throttle(), fault.Crash()) {
		if sum, _ := scenario(rule); sum != 0 {
			fmt.Printf("%s: %+d\n", name, sum)
		}
	}
	// Output:
	// request 0, UpdateItem: reply lost: -10
	// request 1, UpdateItem: reply lost: +10
	// request 1, UpdateItem: crash: -10
}

// Tests of a service can pin the number of requests it makes.
func ExampleTransport_Operations() {
	client, net := fault.Wrap(accounts())
	if err := transfer(context.Background(), client, "a", "b", 10); err != nil {
		panic(err)
	}
	fmt.Println(net.Operations(), net.Count("UpdateItem"))
	// Output: [UpdateItem UpdateItem] 2
}

// A slow request arrives after a later one and undoes it.
func ExampleHoldFor() {
	ctx := context.Background()
	engine := accounts()
	client, _ := fault.Wrap(engine, fault.Inject(fault.HoldFor(2), fault.At(0)))
	put := func(n string) error {
		item := id("a")
		item["balance"] = &types.AttributeValueMemberN{Value: n}
		_, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("accounts"), Item: item})
		return err
	}
	fmt.Println(put("1")) // the first copy is held, the SDK's retry succeeds
	fmt.Println(put("2")) // now the first copy arrives
	fmt.Println("balance:", balance(engine, "a"))
	// Output:
	// <nil>
	// <nil>
	// balance: 1
}

// The caller gives up at the worst moment: the write is done.
func ExampleCancelContextAfter() {
	engine := accounts()
	client, _ := fault.Wrap(engine, fault.Inject(fault.CancelContextAfter()))
	ctx, cancel := fault.Cancelable(context.Background())
	defer cancel()

	err := deposit(ctx, client, "a", 10)
	fmt.Println(errors.Is(err, context.Canceled), balance(engine, "a"))
	// Output: true 10
}

// A schedule from a seed: the same requests meet the same faults again.
func ExampleRandom() {
	run := func(seed uint64) (failed string) {
		client, net := fault.Wrap(accounts(), fault.Random(seed, 0.5, fault.Standard()[:6]))
		for range 4 {
			deposit(context.Background(), client, "a", 1)
		}
		for _, r := range net.Requests() {
			failed += fmt.Sprintf("%s;", r.Fault)
		}
		return failed
	}
	first, again, other := run(1), run(1), run(2)
	fmt.Println(first == again, first == other)
	// Output: true false
}

// Only part of a batch is processed; a service has to send the rest again.
func ExampleUnprocessed() {
	client, _ := fault.Wrap(accounts(), fault.Inject(fault.Unprocessed(1), fault.Times(1)))
	requests := map[string][]types.WriteRequest{"accounts": {
		{PutRequest: &types.PutRequest{Item: id("a")}},
		{PutRequest: &types.PutRequest{Item: id("b")}},
		{PutRequest: &types.PutRequest{Item: id("c")}},
	}}
	for len(requests) > 0 {
		out, err := client.BatchWriteItem(context.Background(), &dynamodb.BatchWriteItemInput{RequestItems: requests})
		if err != nil {
			panic(err)
		}
		fmt.Println("unprocessed:", len(out.UnprocessedItems["accounts"]))
		requests = out.UnprocessedItems
	}
	// Output:
	// unprocessed: 2
	// unprocessed: 0
}

// A client that repeats requests by itself, as that of DAX does, returns the
// answer to the last one. A write that is done looks refused, and the answer
// does not say whose item was met.
func ExampleOpaque() {
	client, net := fault.Wrap(accounts(),
		fault.Inject(fault.ReplyLost(), fault.Op("PutItem"), fault.Times(1)))
	db := fault.Opaque(client, 3)

	_, err := db.PutItem(context.Background(), &dynamodb.PutItemInput{
		TableName: aws.String("accounts"), Item: id("a"), ConditionExpression: aws.String("attribute_not_exists(id)"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var refused *types.ConditionalCheckFailedException
	fmt.Println(errors.As(err, &refused), len(refused.Item), net.Operations())
	// Output: true 0 [PutItem PutItem]
}
