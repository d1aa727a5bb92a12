package commit_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/commit"
)

type attrs = map[string]types.AttributeValue

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// quick is a policy for tests that run on the real clock.
var quick = commit.Policy{Attempts: 4, Within: time.Minute, Base: time.Millisecond, Cap: time.Millisecond}

// engine is the embedded engine with two tables, behind a transport that
// records requests and injects faults.
func engine(t *testing.T, rules ...fault.Rule) (*dynamodb.Client, *fault.Transport) {
	t.Helper()
	client, net := fault.Wrap(embedded.New().Client())
	for _, name := range []string{"Roots", "Parts"} {
		_, err := client.CreateTable(context.Background(), &dynamodb.CreateTableInput{
			TableName: aws.String(name), BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("ID"), AttributeType: types.ScalarAttributeTypeS}},
			KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("ID"), KeyType: types.KeyTypeHash}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	net.Reset(rules...)
	return client, net
}

// get reads an item, past the faults.
func get(t *testing.T, net *fault.Transport, client *dynamodb.Client, table, id string) attrs {
	t.Helper()
	net.Reset()
	out, err := client.GetItem(context.Background(), &dynamodb.GetItemInput{TableName: &table, Key: attrs{"ID": str(id)}, ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	return out.Item
}

const absent = "attribute_not_exists(ID)"

// send sends one plan.
func send(ctx context.Context, c commit.Client, w *commit.Write, p commit.Policy) commit.Reply {
	return operation(c, p).Send(ctx, w)
}

// source makes the tokens first, t1, t2, and so on.
type source struct {
	repeats bool
	n       int
}

func (*source) FirstToken() string  { return "first" }
func (s *source) Repeats() bool     { return s.repeats }
func (s *source) NextToken() string { s.n++; return fmt.Sprint("t", s.n) }
func (*source) Fence() (commit.Action, bool) {
	return commit.Action{Op: commit.Check, Table: "Roots", Key: attrs{"ID": str("1")}, Cond: "attribute_exists(ID) OR attribute_not_exists(ID)"}, true
}

func operation(c commit.Client, p commit.Policy) *commit.Operation {
	return commit.NewOperation(c, p, &source{})
}

// put is a write of one item that must not exist. It is called pinned, and so
// is a PutItem.
func put(id string) *commit.Write {
	w := create(id)
	w.Pinned = true
	return w
}

// create is the same as what it is: a transaction with a token.
func create(id string) *commit.Write {
	return &commit.Write{Actions: []commit.Action{{Op: commit.Put, Table: "Roots", KeyIn: [2]string{"ID"}, Item: attrs{"ID": str(id), "n": str("new")}, Cond: absent}}}
}

// change is a write of one item that a repetition would apply twice.
func change() *commit.Write {
	return &commit.Write{Actions: []commit.Action{{
		Op: commit.Update, Table: "Roots", Key: attrs{"ID": str("1")}, Change: "ADD #c :one",
		Names: map[string]string{"#c": "count"}, Values: attrs{":one": &types.AttributeValueMemberN{Value: "1"}},
	}}}
}

// relaxed is change as an UpdateItem.
func relaxed() *commit.Write {
	w := change()
	w.Relaxed = true
	return w
}

// both is a transaction of all kinds of actions.
func both() *commit.Write {
	return &commit.Write{Actions: []commit.Action{
		{Op: commit.Put, Table: "Roots", KeyIn: [2]string{"ID"}, Item: attrs{"ID": str("1")}, Cond: absent},
		{Op: commit.Update, Table: "Parts", Key: attrs{"ID": str("a")}, Change: "SET #x = :x", Cond: absent,
			Names: map[string]string{"#x": "x"}, Values: attrs{":x": str("1")}},
		{Op: commit.Delete, Table: "Parts", Key: attrs{"ID": str("b")}, Cond: absent},
		{Op: commit.Check, Table: "Parts", Key: attrs{"ID": str("c")}, Cond: absent},
	}}
}

// store puts an item into a table.
func store(t *testing.T, client *dynamodb.Client, table string, item attrs) {
	t.Helper()
	if _, err := client.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: &table, Item: item}); err != nil {
		t.Fatal(err)
	}
}

// doer is an HTTP client made of a function.
type doer func(*http.Request) (*http.Response, error)

func (f doer) Do(r *http.Request) (*http.Response, error) { return f(r) }

var holding = fault.Hold()

// emptied: the request is executed, and the answer is a 200 without a body.
var emptied = fault.Custom("answer emptied", func(next fault.HTTPClient, r *http.Request) (*http.Response, error) {
	res, err := next.Do(r)
	if err == nil {
		res.Body, res.Header = http.NoBody, http.Header{}
	}
	return res, err
})

// truncated: the request is executed, and the answer breaks off.
var truncated = fault.Custom("answer truncated", func(next fault.HTTPClient, r *http.Request) (*http.Response, error) {
	res, err := next.Do(r)
	if err == nil {
		res.Body, res.Header = io.NopCloser(io.LimitReader(res.Body, 1)), http.Header{}
	}
	return res, err
})
