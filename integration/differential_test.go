package integration

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/kit"
)

// steps is how many requests one sequence sends to each engine.
const steps = 25

// sequencesEnv is the number of sequences to send; without it, sequences.
const (
	sequencesEnv = "DYSTORE_TEST_SEQUENCES"
	sequences    = 60
)

// TestEmbeddedAnswersAlike sends random requests to the embedded engine and to
// the second one, and compares every answer: the code of an error, with the
// reasons and old items of a cancelled transaction, or all the data. The
// conformance suite compares texts. If the second engine is known to differ
// from AWS, either the difference is in a list (explained_test.go), or the
// generator avoids it (requests_test.go).
func TestEmbeddedAnswersAlike(t *testing.T) {
	d := newDifferential(t, true)
	setSequences(t)
	runs, tokens, requests, explained := 0, 0, 0, map[string]int{}
	defer func() {
		t.Logf("%d sequences, %d requests to each engine; differences that are explained: %v", runs, requests, explained)
	}()
	rapid.Check(t, func(t *rapid.T) {
		runs++
		g := &generator{t: t, table: d.table, pk: fmt.Sprint("run ", runs), tokens: &tokens, local: d.local}
		defer g.cleanUp(d.second, d.ours)
		for range steps {
			requests++
			request := g.request()
			theirs, ours := request.send(d.second), request.send(d.ours)
			diff, why := d.compare(theirs, ours)
			if diff == "" {
				continue
			}
			if why == "" {
				t.Fatalf("%s\n(-%s +embedded):\n%s", request, second.Product, diff)
			}
			explained[why]++
			g.adopt(d.ours, d.second)
		}
	})
}

// differential is the two engines, each with the same table.
type differential struct {
	second, ours *dynamodb.Client
	table        string
	differences
}

// newDifferential makes the tables, with the long key of createTable if the
// engines can have it.
func newDifferential(t *testing.T, long bool) *differential {
	t.Helper()
	d := &differential{second: newEngine(t).Client, ours: embedded.New().Client(), table: kit.TableName("differential")}
	d.differences = differencesOf(second.Product)
	for _, client := range []*dynamodb.Client{d.second, d.ours} {
		createTable(t, client, d.table, long && !d.local)
	}
	return d
}

// compare returns the first difference, "" if there is none, and the name of
// its explanation, "" if it has none.
func (d *differential) compare(theirs, ours answer) (diff, explained string) {
	others := ours.each()
	for i, theirs := range theirs.each() {
		if diff = cmp.Diff(theirs, others[i], cmpopts.IgnoreFields(answer{}, "Text")); diff == "" {
			continue
		}
		for _, e := range d.explanations {
			if e.is(theirs, others[i]) {
				return diff, e.name
			}
		}
		return diff, ""
	}
	return "", ""
}

// setSequences sets the number of sequences in rapid.
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

// createTable makes the table of the test, with an index on g and sk, and
// perhaps one on g and pk, and sk and h. DynamoDB Local 3.1.0 cannot have the
// second one.
func createTable(t *testing.T, client *dynamodb.Client, name string, long bool) {
	t.Helper()
	attribute := func(name string, kind types.ScalarAttributeType) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: &name, AttributeType: kind}
	}
	schema := func(hash, sort string) []types.KeySchemaElement {
		return []types.KeySchemaElement{{AttributeName: &hash, KeyType: types.KeyTypeHash}, {AttributeName: &sort, KeyType: types.KeyTypeRange}}
	}
	in := &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest, KeySchema: schema("pk", "sk"),
		AttributeDefinitions: []types.AttributeDefinition{attribute("pk", "S"), attribute("sk", "N"), attribute("g", "S")},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("byG"), KeySchema: schema("g", "sk"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
	}
	if long {
		key := slices.Concat(schema("g", "sk"), schema("pk", "h"))
		key[1], key[2] = key[2], key[1]
		in.AttributeDefinitions = append(in.AttributeDefinitions, attribute("h", "S"))
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String("byGH"), KeySchema: key, Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		})
	}
	if _, err := client.CreateTable(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	wait := dynamodb.NewTableExistsWaiter(client, func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = 50 * time.Millisecond })
	if err := wait.Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: &name}, time.Minute); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
			t.Error(err)
		}
	})
}

// answer is an engine's answer to a request, in a form to compare.
type answer struct {
	Code    string
	Text    string // of an error; not compared
	Reasons []string
	Items   []string
	Counts  []int32
	Rest    []answer // to the further requests of a repeated transaction
}

// each returns the answers of all requests.
func (a answer) each() []answer {
	all := append([]answer{a}, a.Rest...)
	all[0].Rest = nil
	return all
}

// failure is the answer for err; an empty one for nil.
func failure(err error) answer {
	if err == nil {
		return answer{}
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		return answer{Code: err.Error()}
	}
	a := answer{Code: api.ErrorCode(), Text: api.ErrorMessage()}
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
