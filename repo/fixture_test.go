package repo_test

import (
	"context"
	"errors"
	"net/url"
	"testing"

	endpoints "github.com/aws/smithy-go/endpoints"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/repo"
)

// repoOver is a repository over a client, with its tables.
func repoOver[T any](t *testing.T, c *dynamodb.Client, m repo.Model[T], opts ...repo.Option) *repo.Repo[T] {
	t.Helper()
	r, err := repo.New(c, m, opts...)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CreateTables(context.Background()); err != nil {
		t.Fatal(err)
	}
	return r
}

// failer is a *testing.T or a *rapid.T.
type failer interface {
	Helper()
	Fatal(...any)
}

// must is v, in a test that fails if there is an error.
func must[V any](v V, err error) func(failer) V {
	return func(t failer) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// errOf drops the value beside an error.
func errOf[V any](_ V, err error) error { return err }

func noErr(t failer, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// emptyTables checks that nothing is left in the tables.
func emptyTables(t *testing.T, c *dynamodb.Client, tables ...string) {
	t.Helper()
	for _, table := range tables {
		out, err := c.Scan(context.Background(), &dynamodb.ScanInput{TableName: &table})
		noErr(t, err)
		if len(out.Items) > 0 {
			t.Errorf("%d items are left in table %s: %v", len(out.Items), table, out.Items)
		}
	}
}

// rawItem is an item as DynamoDB has it.
type rawItem = map[string]types.AttributeValue

func avS(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func avN(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }

func avL(l ...types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: append([]types.AttributeValue{}, l...)}
}

func avM(m rawItem) types.AttributeValue { return &types.AttributeValueMemberM{Value: m} }

// editItem changes a stored item, as another program does.
func editItem(t *testing.T, c *dynamodb.Client, table string, key rawItem, change func(rawItem)) {
	t.Helper()
	out, err := c.GetItem(context.Background(), &dynamodb.GetItemInput{TableName: &table, Key: key})
	noErr(t, err)
	change(out.Item)
	_, err = c.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: &table, Item: out.Item})
	noErr(t, err)
}

// entriesOf are the entries of a map.
func entriesOf(av types.AttributeValue) rawItem { return av.(*types.AttributeValueMemberM).Value }

// itemsOf returns the raw items of a table.
func itemsOf(t *testing.T, client *dynamodb.Client, table string) []rawItem {
	t.Helper()
	out, err := client.Scan(context.Background(), &dynamodb.ScanInput{TableName: aws.String(table), ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	return out.Items
}

// quick leaves out what makes up half the time of a request in process: the
// rules for endpoints and the signature.
func quick(o *dynamodb.Options) {
	o.EndpointResolverV2 = nowhere{}
	o.Credentials = aws.AnonymousCredentials{}
}

type nowhere struct{}

func (nowhere) ResolveEndpoint(context.Context, dynamodb.EndpointParameters) (endpoints.Endpoint, error) {
	return endpoints.Endpoint{URI: url.URL{Scheme: "http", Host: "localhost"}}, nil
}

// kindsOf lists which of the errors of package repo err is.
func kindsOf(err error) (kinds []error) {
	for _, k := range []error{repo.ErrNotFound, repo.ErrNoPath, repo.ErrExists, repo.ErrConflict, repo.ErrCondition, repo.ErrInvalid,
		repo.ErrTooLarge, repo.ErrNotLoaded, repo.ErrCorrupt, repo.ErrSchemaTooNew, repo.ErrOutcomeUnknown, repo.ErrThrottled,
		repo.ErrContention, repo.ErrBusy, repo.ErrUnavailable, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

var background = context.Background()
