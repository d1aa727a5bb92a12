package fault_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/fault"
)

// A rule says which requests a fault strikes; Reset gives the Transport other
// rules and counts anew.
func ExampleInject() {
	ctx := context.Background()
	client, net := fault.Wrap(dynamodb.New(accounts().Options(), once))
	aboutB := func(r fault.Request) bool { return bytes.Contains(r.Body, []byte(`"b"`)) }
	for _, c := range []struct {
		text string
		rule fault.Rule
	}{
		{"the first", fault.Inject(fault.SendError(), fault.At(0))},
		{"from the third on", fault.Inject(fault.SendError(), fault.From(2))},
		{"all but the first", fault.Inject(fault.SendError(), fault.Op("UpdateItem"), fault.Skip(1))},
		{"one about b", fault.Inject(fault.SendError(), fault.If(aboutB), fault.Times(1))},
	} {
		net.Reset(c.rule)
		var failed []bool
		for _, account := range []string{"a", "b", "a", "b"} {
			failed = append(failed, deposit(ctx, client, account, 1) != nil)
		}
		fmt.Println(c.text, failed)
	}
	// Output:
	// the first [true false false false]
	// from the third on [false false true true]
	// all but the first [false true true true]
	// one about b [false true false false]
}

// A custom fault gets the request and decides what happens to it: here it sends
// it twice, as a network may.
func ExampleCustom() {
	ctx := context.Background()
	twice := fault.Custom("sent twice", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
		first, err := next.Do(req)
		if err != nil {
			return nil, err
		}
		first.Body.Close()
		return next.Do(req)
	})
	engine := accounts()
	client, _ := fault.Wrap(engine, fault.Inject(twice, fault.Op("UpdateItem")))
	err := deposit(ctx, client, "a", 10)
	fmt.Println(err, "balance:", balance(engine, "a"))
	// Output: <nil> balance: 20
}

// A context that ends before the request is sent: nothing was done.
func ExampleCancelContext() {
	engine := accounts()
	client, _ := fault.Wrap(engine, fault.Inject(fault.CancelContext()))
	ctx, cancel := fault.Cancelable(context.Background())
	defer cancel()
	err := deposit(ctx, client, "a", 10)
	fmt.Println(err != nil, ctx.Err(), "balance:", balance(engine, "a"))
	// Output: true context canceled balance: 0
}

// Any client of the SDK takes a Transport as its HTTPClient.
func ExampleNew() {
	ctx := context.Background()
	options := accounts().Options()
	net := fault.New(options.HTTPClient, fault.Inject(fault.Throttle(), fault.Times(1)))
	options.HTTPClient = net
	client := dynamodb.New(options)

	fmt.Println(deposit(ctx, client, "a", 1))
	fmt.Println(net.Operations())
	// Output:
	// <nil>
	// [UpdateItem UpdateItem]
}

// A recording Transport injects nothing. It says what a service sent, and how
// much.
func ExampleRecord() {
	ctx := context.Background()
	options := accounts().Options()
	net := fault.Record(options.HTTPClient)
	options.HTTPClient = net
	client := dynamodb.New(options)

	fmt.Println(transfer(ctx, client, "a", "b", 10))
	for _, r := range net.Requests() {
		fmt.Println(r.Operation, bytes.Contains(r.Body, []byte(`"a"`)))
	}
	requests, answers := net.Bytes() // without headers
	fmt.Println(net.Count(), "requests:", requests > 0, answers > 0)
	// Output:
	// <nil>
	// UpdateItem true
	// UpdateItem false
	// 2 requests: true true
}

// The items of batches come back in another order, as the service may send
// them. The seed decides the order.
func ExampleShuffle() {
	ctx := context.Background()
	client, _ := fault.Wrap(accounts(), fault.Inject(fault.Shuffle(1), fault.Op("BatchGetItem")))
	keys := []map[string]types.AttributeValue{}
	for _, account := range []string{"a", "b", "c", "d"} {
		if err := deposit(ctx, client, account, 1); err != nil {
			panic(err)
		}
		keys = append(keys, id(account))
	}
	out, err := client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"accounts": {Keys: keys}}})
	if err != nil {
		panic(err)
	}
	var order []string
	for _, item := range out.Responses["accounts"] {
		order = append(order, item["id"].(*types.AttributeValueMemberS).Value)
	}
	fmt.Println(order)
	// Output: [b c d a]
}

// The faults that every service should survive.
func ExampleStandard() {
	for _, f := range fault.Standard() {
		fmt.Println(f)
	}
	// Output:
	// send error
	// reply lost
	// server error
	// server error after commit
	// throttle
	// conflict
	// transaction in progress
	// crash
}
