package fault_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/fault"
)

// once returns a client that tries once, so that every fault shows.
func once(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }

// What a caller gets of each fault, and what was done: a caller without an
// answer cannot know.
func ExampleFault() {
	ctx := context.Background()
	for _, f := range []fault.Fault{
		fault.SendError(), fault.ReplyLost(), fault.ServerError(), fault.ServerErrorAfter(),
		fault.Throttle(), fault.ProvisionedThroughputExceeded(), fault.Conflict(),
		fault.Respond(400, "RequestLimitExceeded", "slow down"), fault.Hold(), fault.Crash(),
		fault.Delay(time.Microsecond), fault.DelayReply(time.Microsecond),
	} {
		engine := accounts()
		client, _ := fault.Wrap(dynamodb.New(engine.Options(), once), fault.Inject(f))
		err := deposit(ctx, client, "a", 10)

		told := "success"
		var api smithy.APIError
		switch {
		case errors.As(err, &api):
			told = api.ErrorCode()
		case err != nil:
			told = "no answer"
		}
		fmt.Printf("%s: %s, balance %s\n", f, told, balance(engine, "a"))
	}
	// Output:
	// send error: no answer, balance 0
	// reply lost: no answer, balance 10
	// server error: InternalServerError, balance 0
	// server error after commit: InternalServerError, balance 10
	// throttle: ThrottlingException, balance 0
	// throughput exceeded: ProvisionedThroughputExceededException, balance 0
	// conflict: TransactionConflictException, balance 0
	// RequestLimitExceeded: RequestLimitExceeded, balance 0
	// held: no answer, balance 0
	// crash: no answer, balance 0
	// delay: success, balance 10
	// reply delayed: success, balance 10
}

// Transactions have faults that other requests do not have.
func ExampleCancelTransaction() {
	ctx := context.Background()
	put := func(account string) types.TransactWriteItem {
		return types.TransactWriteItem{Put: &types.Put{TableName: aws.String("accounts"), Item: id(account)}}
	}
	for _, f := range []fault.Fault{
		fault.CancelTransaction("", "ThrottlingError"), fault.Conflict(1), fault.InProgress(),
	} {
		client, _ := fault.Wrap(dynamodb.New(accounts().Options(), once), fault.Inject(f))
		_, err := client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{put("a"), put("b")}})
		var canceled *types.TransactionCanceledException
		if errors.As(err, &canceled) {
			fmt.Println("cancelled:", *canceled.CancellationReasons[0].Code, *canceled.CancellationReasons[1].Code)
			continue
		}
		var progress *types.TransactionInProgressException
		fmt.Println("in progress:", errors.As(err, &progress))
	}
	// Output:
	// cancelled: None ThrottlingError
	// cancelled: None TransactionConflict
	// in progress: true
}

// A packet that is slow, not lost: it arrives when the test says so, or never.
func ExampleTransport_Release() {
	ctx := context.Background()
	engine := accounts()
	client, net := fault.Wrap(dynamodb.New(engine.Options(), once), fault.Inject(fault.Hold(), fault.Times(2)))

	deposit(ctx, client, "a", 10)
	fmt.Println("held:", net.Held(), "balance:", balance(engine, "a"))
	err := net.Release()
	fmt.Println("held:", net.Held(), "balance:", balance(engine, "a"), err)

	deposit(ctx, client, "a", 10)
	err = net.Close() // it is lost after all
	fmt.Println("held:", net.Held(), "balance:", balance(engine, "a"), err)
	// Output:
	// held: 1 balance: 0
	// held: 0 balance: 10 <nil>
	// held: 0 balance: 10 <nil>
}
