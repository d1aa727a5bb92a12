package integration

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance"
)

// steps is how many requests one sequence sends to each engine.
const steps = 25

// sequencesEnv is the number of sequences to send; without it, sequences.
const (
	sequencesEnv = "DYSTORE_TEST_SEQUENCES"
	sequences    = 60
)

// TestEmbeddedAnswersLikeDynamoDBLocal sends random requests to the embedded
// engine and to DynamoDB Local, and compares every answer: the code of an
// error, with the reasons and old items of a cancelled transaction, or all the
// data. Texts are the conformance suite's business. Where DynamoDB Local is
// known not to be like AWS, the generator does not go (see requests_test.go).
func TestEmbeddedAnswersLikeDynamoDBLocal(t *testing.T) {
	local := newEngine(t).Client
	ours := embedded.New().Client()
	table := conformance.TableName("differential")
	for _, client := range []*dynamodb.Client{local, ours} {
		createTable(t, client, table)
	}
	setSequences(t)
	runs, tokens, requests := 0, 0, 0
	defer func() { t.Logf("%d sequences, %d requests to each engine", runs, requests) }()
	rapid.Check(t, func(t *rapid.T) {
		runs++
		g := &generator{t: t, table: table, pk: fmt.Sprint("run ", runs), tokens: &tokens}
		defer g.cleanUp(local, ours)
		for range steps {
			requests++
			request := g.request()
			want := request.send(local)
			got := request.send(ours)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s\n(-DynamoDB Local +embedded):\n%s", request, diff)
			}
		}
	})
}

// setSequences tells rapid how many sequences there shall be.
func setSequences(t *testing.T) {
	t.Helper()
	n := os.Getenv(sequencesEnv)
	if n == "" {
		n = strconv.Itoa(sequences)
	}
	checks := flag.Lookup("rapid.checks").Value
	before := checks.String()
	if err := checks.Set(n); err != nil {
		t.Fatalf("%s=%s: %v", sequencesEnv, n, err)
	}
	t.Cleanup(func() { _ = checks.Set(before) })
}

// createTable makes the table of the test, with an index on g and sk.
func createTable(t *testing.T, client *dynamodb.Client, name string) {
	t.Helper()
	attribute := func(name string, kind types.ScalarAttributeType) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: &name, AttributeType: kind}
	}
	schema := func(hash, sort string) []types.KeySchemaElement {
		return []types.KeySchemaElement{{AttributeName: &hash, KeyType: types.KeyTypeHash}, {AttributeName: &sort, KeyType: types.KeyTypeRange}}
	}
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest, KeySchema: schema("pk", "sk"),
		AttributeDefinitions: []types.AttributeDefinition{attribute("pk", "S"), attribute("sk", "N"), attribute("g", "S")},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("byG"), KeySchema: schema("g", "sk"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
			t.Error(err)
		}
	})
}

// answer is what an engine says to a request, in a form to compare.
type answer struct {
	Code    string
	Reasons []string
	Items   []string
	Counts  []int32
}

// failure is the answer that err is; an empty one for nil.
func failure(err error) answer {
	if err == nil {
		return answer{}
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		return answer{Code: err.Error()}
	}
	a := answer{Code: api.ErrorCode()}
	var cancelled *types.TransactionCanceledException
	var condition *types.ConditionalCheckFailedException
	switch {
	case errors.As(err, &cancelled):
		for _, r := range cancelled.CancellationReasons {
			a.Reasons = append(a.Reasons, aws.ToString(r.Code))
			a.Items = append(a.Items, show(r.Item))
		}
	case errors.As(err, &condition):
		a.Items = []string{show(condition.Item)}
	}
	return a
}
