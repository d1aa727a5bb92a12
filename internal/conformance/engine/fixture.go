package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// fixture is an engine with the tables that the cases share. No two cases use
// the same partition key.
type fixture struct {
	kit.Engine
	known   *known // the engine's deviation in this case, or nil
	plain   string // pk S
	sorted  string // pk S, sk S; index "byA": a S, n N, everything projected; index "keysOnly": a S
	numbers string // pk S, sk N
	bytes   string // pk B, sk B
}

// check is a case in code. No other case uses pk.
type check struct {
	name string
	run  func(t *testing.T, x *fixture, pk string)
}

// tableWait is the longest that a table may take to come or to go.
const tableWait = time.Minute

func newFixture(t *testing.T, e kit.Engine) *fixture {
	x := &fixture{Engine: e}
	x.plain = x.create(t, "plain", key("pk", "S"))
	x.sorted = x.create(t, "sorted", key("pk", "S"), key("sk", "S"), func(in *dynamodb.CreateTableInput) {
		in.AttributeDefinitions = append(in.AttributeDefinitions,
			types.AttributeDefinition{AttributeName: aws.String("a"), AttributeType: types.ScalarAttributeTypeS},
			types.AttributeDefinition{AttributeName: aws.String("n"), AttributeType: types.ScalarAttributeTypeN})
		in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{{
			IndexName: aws.String("byA"),
			KeySchema: []types.KeySchemaElement{
				{AttributeName: aws.String("a"), KeyType: types.KeyTypeHash},
				{AttributeName: aws.String("n"), KeyType: types.KeyTypeRange}},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}, {
			IndexName:  aws.String("keysOnly"),
			KeySchema:  []types.KeySchemaElement{{AttributeName: aws.String("a"), KeyType: types.KeyTypeHash}},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
		}}
	})
	x.numbers = x.create(t, "numbers", key("pk", "S"), key("sk", "N"))
	x.bytes = x.create(t, "bytes", key("pk", "B"), key("sk", "B"))
	return x
}

func (x *fixture) runChecks(t *testing.T, group string, checks []check) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) { c.run(t, x.in(t, group+"/"+c.name), c.name) })
	}
}

// key adds a key attribute to a table: the first one is the partition key.
func key(name string, kind types.ScalarAttributeType) func(*dynamodb.CreateTableInput) {
	return func(in *dynamodb.CreateTableInput) {
		role := types.KeyTypeHash
		if len(in.KeySchema) > 0 {
			role = types.KeyTypeRange
		}
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: &name, AttributeType: kind})
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: &name, KeyType: role})
	}
}

// create makes a table and deletes it when t is done.
func (x *fixture) create(t *testing.T, prefix string, parts ...func(*dynamodb.CreateTableInput)) string {
	t.Helper()
	name := kit.TableName(prefix)
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
	for _, part := range parts {
		part(in)
	}
	if _, err := x.Client.CreateTable(t.Context(), in); err != nil {
		t.Fatalf("create table: %v", err)
	}
	t.Cleanup(func() {
		// The context of the test is done.
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if _, err := x.Client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
			t.Errorf("delete table %s: %v", name, err)
		}
	})
	x.awaitTable(t, name)
	return name
}

func (x *fixture) awaitTable(t *testing.T, name string) {
	t.Helper()
	wait := dynamodb.NewTableExistsWaiter(x.Client, func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = 50 * time.Millisecond })
	if err := wait.Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: &name}, tableWait); err != nil {
		t.Fatalf("wait for table: %v", err)
	}
}

func (x *fixture) put(t *testing.T, table string, items ...row) {
	t.Helper()
	for _, item := range items {
		if _, err := x.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: item}); err != nil {
			t.Fatalf("put: %v", err)
		}
	}
}

// get reads one item with a consistent read; nil if there is none.
func (x *fixture) get(t *testing.T, table string, key row) row {
	t.Helper()
	out, err := x.Client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &table, Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatalf("get: %v", err)
	}
	return out.Item
}

// refused fails t unless err is an error of the service with that code and that
// fragment in its text. If the engine is known to differ, its answer is wanted.
func (x *fixture) refused(t *testing.T, err error, code, fragment string) {
	t.Helper()
	wrong := unlike(err, kit.Refusal{Code: code, Text: fragment})
	if other := x.known.refusal(); other != nil {
		if wrong == "" {
			t.Errorf("the answer is as on AWS: take it off the list of deviations; the error is %v", err)
			return
		}
		wrong = unlike(err, *other)
	}
	if wrong != "" {
		t.Error(wrong)
	}
}

// accepted fails t if err is an error, unless the engine is known to refuse.
func (x *fixture) accepted(t *testing.T, err error) {
	t.Helper()
	x.refused(t, err, Accepted.Code, Accepted.Text)
}

// unlike says how err differs from the refusal; "" if it does not.
func unlike(err error, want kit.Refusal) string {
	var api smithy.APIError
	switch {
	case err == nil && want == Accepted:
		return ""
	case err == nil:
		return fmt.Sprintf("accepted; want %s with %q", want.Code, want.Text)
	case !errors.As(err, &api):
		return fmt.Sprintf("got %v; want %s from the service", err, want.Code)
	case want == Accepted:
		return fmt.Sprintf("%s says %q; want it accepted", api.ErrorCode(), api.ErrorMessage())
	case api.ErrorCode() != want.Code:
		return fmt.Sprintf("got code %s (%s); want %s with %q", api.ErrorCode(), api.ErrorMessage(), want.Code, want.Text)
	case !strings.Contains(api.ErrorMessage(), want.Text):
		return fmt.Sprintf("%s says %q; want a text with %q", want.Code, api.ErrorMessage(), want.Text)
	}
	return ""
}

// errorCode is the code of an error of the service, "" for any other.
func errorCode(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}
