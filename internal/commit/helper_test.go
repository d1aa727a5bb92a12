package commit_test

import (
	"context"
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

// put is a write of one item that must not exist: a PutItem.
func put(id string) *commit.Write {
	return &commit.Write{Actions: []commit.Action{{Op: commit.Put, Table: "Roots", Item: attrs{"ID": str(id), "n": str("new")}, Cond: absent}}}
}

// change is a write of one item that a repetition would apply twice: an
// UpdateItem, or with a token a transaction.
func change(token string) *commit.Write {
	return &commit.Write{Token: token, Actions: []commit.Action{{
		Op: commit.Update, Table: "Roots", Key: attrs{"ID": str("1")}, Change: "ADD #c :one",
		Names: map[string]string{"#c": "count"}, Values: attrs{":one": &types.AttributeValueMemberN{Value: "1"}},
	}}}
}

// both is a transaction of all kinds of actions.
func both(token string) *commit.Write {
	return &commit.Write{Token: token, Actions: []commit.Action{
		{Op: commit.Put, Table: "Roots", Item: attrs{"ID": str("1")}, Cond: absent},
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
