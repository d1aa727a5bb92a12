package fault_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/fault"
)

func write(n int) *dynamodb.TransactWriteItemsInput {
	in := &dynamodb.TransactWriteItemsInput{}
	for range n {
		in.TransactItems = append(in.TransactItems, types.TransactWriteItem{Put: &types.Put{
			TableName: aws.String("t"), Item: put("1").Item,
		}})
	}
	return in
}

// The SDK makes its typed errors of the injected responses.
func TestTypedErrors(t *testing.T) {
	inject := func(f fault.Fault) *dynamodb.Client { return client(fault.New(&engine{}, fault.Inject(f))) }
	_, err := inject(fault.Throttle()).PutItem(t.Context(), put("1"))
	if e := new(types.ThrottlingException); !errors.As(err, &e) {
		t.Errorf("throttle: %v", err)
	}
	_, err = inject(fault.ProvisionedThroughputExceeded()).PutItem(t.Context(), put("1"))
	if e := new(types.ProvisionedThroughputExceededException); !errors.As(err, &e) {
		t.Errorf("throughput: %v", err)
	}
	_, err = inject(fault.ServerErrorAfter()).PutItem(t.Context(), put("1"))
	if e := new(types.InternalServerError); !errors.As(err, &e) || e.ErrorMessage() != "Internal server error" {
		t.Errorf("server error: %v", err)
	}
	_, err = inject(fault.Conflict()).UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: aws.String("t"), Key: put("1").Item})
	if e := new(types.TransactionConflictException); !errors.As(err, &e) {
		t.Errorf("conflict: %v", err)
	}
	_, err = inject(fault.InProgress()).TransactWriteItems(t.Context(), write(1))
	if e := new(types.TransactionInProgressException); !errors.As(err, &e) ||
		e.ErrorMessage() != "The transaction with the given request token is already in progress." {
		t.Errorf("in progress: %v", err)
	}
}

func TestCancelledTransactions(t *testing.T) {
	type reason struct{ Code, Message string }
	const conflict, ongoing = "TransactionConflict", "Transaction is ongoing for the item"
	for _, c := range []struct {
		name    string
		fault   fault.Fault
		message string
		want    []reason
	}{
		{"conflict", fault.Conflict(), "[TransactionConflict, None, None]",
			[]reason{{conflict, ongoing}, {"None", ""}, {"None", ""}}},
		{"conflict at", fault.Conflict(2, 1, 7, -1), "[None, TransactionConflict, TransactionConflict]",
			[]reason{{"None", ""}, {conflict, ongoing}, {conflict, ongoing}}},
		{"reasons", fault.CancelTransaction("", "ThrottlingError"), "[None, ThrottlingError, None]",
			[]reason{{"None", ""}, {"ThrottlingError", "Throughput exceeds the current capacity for one or more tables."}, {"None", ""}}},
		{"too many reasons", fault.CancelTransaction("ConditionalCheckFailed", "X", "Y", "Z"), "[ConditionalCheckFailed, X, Y]",
			[]reason{{"ConditionalCheckFailed", "The conditional request failed"}, {"X", ""}, {"Y", ""}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &engine{}
			db := client(fault.New(e, fault.Inject(c.fault)))
			_, err := db.TransactWriteItems(t.Context(), write(3))
			var got *types.TransactionCanceledException
			if !errors.As(err, &got) {
				t.Fatalf("got %v", err)
			}
			equal(t, "message", "Transaction cancelled, please refer cancellation reasons for specific reasons "+c.message, got.ErrorMessage())
			var reasons []reason
			for _, r := range got.CancellationReasons {
				reasons = append(reasons, reason{aws.ToString(r.Code), aws.ToString(r.Message)})
				if (r.Message == nil) != (aws.ToString(r.Message) == "") || r.Item != nil {
					t.Errorf("reason %+v", r)
				}
			}
			equal(t, "reasons", c.want, reasons)
			equal(t, "executed", 0, len(e.executed()))

			get := types.TransactGetItem{Get: &types.Get{TableName: aws.String("t"), Key: put("1").Item}}
			_, err = db.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{get, get}})
			if !errors.As(err, &got) || len(got.CancellationReasons) != 2 {
				t.Errorf("read: %v", err)
			}
		})
	}
}

func TestConflictInABrokenTransaction(t *testing.T) {
	_, reply, err := do(t, fault.New(&engine{}, fault.Inject(fault.Conflict())), "TransactWriteItems", `{"TransactItems":5}`)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "reply", `{"CancellationReasons":[],"Message":"Transaction cancelled, please refer cancellation reasons for specific reasons []",`+
		`"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException"}`, reply)
}
