package dynamodbtest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ended is a test that records how it ends.
type ended struct {
	testing.TB
	how string
}

func (e *ended) Helper() {}

func (e *ended) Skip(args ...any) { e.end("skipped: " + fmt.Sprint(args...)) }

func (e *ended) Fatal(args ...any) { e.end("failed: " + fmt.Sprint(args...)) }

func (e *ended) end(how string) {
	e.how = how
	panic(e) // as the real ones, it does not return
}

// outcome is how a test ends with which f ends.
func outcome(t *testing.T, f func(testing.TB)) string {
	e := &ended{TB: t}
	func() {
		defer func() {
			if r := recover(); r != any(e) {
				panic(fmt.Sprint("the test goes on: ", r))
			}
		}()
		f(e)
	}()
	return e.how
}

func TestSkipOrFail(t *testing.T) {
	none := fmt.Errorf("dynamodbtest: %w: nowhere", ErrUnavailable)
	for _, test := range []struct {
		err           error
		require, want string
	}{
		{none, "", "skipped: dynamodbtest: no DynamoDB to test with: nowhere"},
		{none, "0", "skipped: dynamodbtest: no DynamoDB to test with: nowhere"},
		{none, "1", "failed: dynamodbtest: no DynamoDB to test with: nowhere"},
		{errors.New("broken"), "", "failed: broken"},
	} {
		t.Setenv(EnvRequire, test.require)
		if got := outcome(t, func(t testing.TB) { Skip(t, test.err) }); got != test.want {
			t.Errorf("%v with %s=%s: %s; want %s", test.err, EnvRequire, test.require, got, test.want)
		}
	}
}

// TestStartStops: the server is there during the test and gone after it.
func TestStartStops(t *testing.T) {
	clean(t)
	var client *dynamodb.Client
	t.Run("test", func(t *testing.T) {
		client = Start(t, Embedded()).Client(func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
		create(t, client, "")
		t.Run("part of it", func(t *testing.T) {
			if names := tables(t, client); len(names) != 1 {
				t.Errorf("got tables %v", names)
			}
		})
	})
	_, err := client.ListTables(t.Context(), &dynamodb.ListTablesInput{})
	if err == nil {
		t.Error("the server answers after the test")
	}
}

// TestTablePrefix runs on the engine that the environment chooses, in each of
// its ways: process, container, endpoint. A test's tables end with it, and others
// stay.
func TestTablePrefix(t *testing.T) {
	server := Start(t)
	client := server.Client()
	stays := create(t, client, server.TablePrefix(t))
	var ends string
	t.Run("test", func(t *testing.T) {
		ends = create(t, client, server.TablePrefix(t))
		if names := tables(t, client); !slices.Contains(names, stays) || !slices.Contains(names, ends) {
			t.Errorf("got tables %v, want %s and %s among them", names, stays, ends)
		}
	})
	if names := tables(t, client); !slices.Contains(names, stays) || slices.Contains(names, ends) {
		t.Errorf("got tables %v, want %s among them and not %s", names, stays, ends)
	}
}

func create(t *testing.T, client *dynamodb.Client, prefix string) string {
	t.Helper()
	name := prefix + "orders"
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func tables(t *testing.T, client *dynamodb.Client) (names []string) {
	t.Helper()
	pages := dynamodb.NewListTablesPaginator(client, &dynamodb.ListTablesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, page.TableNames...)
	}
	return names
}
