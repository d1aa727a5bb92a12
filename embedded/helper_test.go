package embedded

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
)

type item = map[string]types.AttributeValue

func str(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
func num(v string) types.AttributeValue { return &types.AttributeValueMemberN{Value: v} }
func bin(v string) types.AttributeValue { return &types.AttributeValueMemberB{Value: []byte(v)} }
func flag(v bool) types.AttributeValue  { return &types.AttributeValueMemberBOOL{Value: v} }
func object(m item) types.AttributeValue {
	return &types.AttributeValueMemberM{Value: m}
}
func list(v ...types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: v}
}
func texts(v ...string) types.AttributeValue   { return &types.AttributeValueMemberSS{Value: v} }
func numbers(v ...string) types.AttributeValue { return &types.AttributeValueMemberNS{Value: v} }

// api is the common part of the typed face and the client.
type api interface {
	PutItem(context.Context, *dynamodb.PutItemInput) (*dynamodb.PutItemOutput, error)
	GetItem(context.Context, *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput) (*dynamodb.DeleteItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput) (*dynamodb.QueryOutput, error)
	Scan(context.Context, *dynamodb.ScanInput) (*dynamodb.ScanOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error)
	BatchWriteItem(context.Context, *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error)
	TransactGetItems(context.Context, *dynamodb.TransactGetItemsInput) (*dynamodb.TransactGetItemsOutput, error)
}

// clientFace is the SDK's client without its options.
type clientFace struct{ c *dynamodb.Client }

func (f clientFace) PutItem(ctx context.Context, in *dynamodb.PutItemInput) (*dynamodb.PutItemOutput, error) {
	return f.c.PutItem(ctx, in)
}
func (f clientFace) GetItem(ctx context.Context, in *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
	return f.c.GetItem(ctx, in)
}
func (f clientFace) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error) {
	return f.c.UpdateItem(ctx, in)
}
func (f clientFace) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput) (*dynamodb.DeleteItemOutput, error) {
	return f.c.DeleteItem(ctx, in)
}
func (f clientFace) Query(ctx context.Context, in *dynamodb.QueryInput) (*dynamodb.QueryOutput, error) {
	return f.c.Query(ctx, in)
}
func (f clientFace) Scan(ctx context.Context, in *dynamodb.ScanInput) (*dynamodb.ScanOutput, error) {
	return f.c.Scan(ctx, in)
}
func (f clientFace) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
	return f.c.BatchGetItem(ctx, in)
}
func (f clientFace) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
	return f.c.BatchWriteItem(ctx, in)
}
func (f clientFace) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error) {
	return f.c.TransactWriteItems(ctx, in)
}
func (f clientFace) TransactGetItems(ctx context.Context, in *dynamodb.TransactGetItemsInput) (*dynamodb.TransactGetItemsOutput, error) {
	return f.c.TransactGetItems(ctx, in)
}

// overTheWire makes a client decode all answers from JSON.
func overTheWire(o *dynamodb.Options) { o.APIOptions = nil }

// everyFace runs a test on the typed face and through the client. The client
// takes answers as Go values in one run and decodes them in another.
func everyFace(t *testing.T, test func(t *testing.T, db *DB, a api), opts ...Option) {
	t.Helper()
	t.Run("typed", func(t *testing.T) {
		db := New(opts...)
		createTables(t, db)
		test(t, db, db)
	})
	for name, decoding := range map[string]func(*dynamodb.Options){"client": func(*dynamodb.Options) {}, "wire": overTheWire} {
		t.Run(name, func(t *testing.T) {
			db := New(opts...)
			createTables(t, db)
			test(t, db, clientFace{db.Client(decoding, func(o *dynamodb.Options) { o.RetryMaxAttempts = 1 })})
		})
	}
}

func define(name, kind string) types.AttributeDefinition {
	return types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: types.ScalarAttributeType(kind)}
}

func schema(names ...string) []types.KeySchemaElement {
	s := []types.KeySchemaElement{{AttributeName: aws.String(names[0]), KeyType: types.KeyTypeHash}}
	if len(names) > 1 {
		s = append(s, types.KeySchemaElement{AttributeName: aws.String(names[1]), KeyType: types.KeyTypeRange})
	}
	return s
}

func projected(kind types.ProjectionType, names ...string) *types.Projection {
	return &types.Projection{ProjectionType: kind, NonKeyAttributes: names}
}

// createTables makes the tables "plain" (pk S) and "sorted" (pk S, sk N) with
// an index of each kind.
func createTables(t testing.TB, db *DB) {
	t.Helper()
	create(t, db)
}

// create is createTables for rapid's tests, too.
func create(t interface{ Fatal(...any) }, db *DB) {
	for _, in := range []*dynamodb.CreateTableInput{
		{
			TableName: aws.String("plain"), BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{define("pk", "S")}, KeySchema: schema("pk"),
		},
		{
			TableName: aws.String("sorted"), BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{define("pk", "S"), define("sk", "N"), define("g", "S"), define("h", "N"), define("l", "S")},
			KeySchema:            schema("pk", "sk"),
			GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{
				{IndexName: aws.String("all"), KeySchema: schema("g", "h"), Projection: projected("ALL")},
				{IndexName: aws.String("some"), KeySchema: schema("g"), Projection: projected("INCLUDE", "x")},
				{IndexName: aws.String("keys"), KeySchema: schema("h"), Projection: projected("KEYS_ONLY")},
			},
			LocalSecondaryIndexes: []types.LocalSecondaryIndex{
				{IndexName: aws.String("local"), KeySchema: schema("pk", "l"), Projection: projected("KEYS_ONLY")},
			},
		},
	} {
		if _, err := db.CreateTable(context.Background(), in); err != nil {
			t.Fatal(err)
		}
	}
}

func store(t testing.TB, a api, table string, items ...item) {
	t.Helper()
	for _, i := range items {
		if _, err := a.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: i}); err != nil {
			t.Fatal(err)
		}
	}
}

func get(t testing.TB, a api, table string, key item) item {
	t.Helper()
	out, err := a.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(table), Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	return out.Item
}

// same compares items, values and whole outputs by their printed form, which
// is exact and readable.
func same(t testing.TB, got, want any) {
	t.Helper()
	if diff := cmp.Diff(show(want), show(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func show(v any) string {
	switch v := v.(type) {
	case types.AttributeValue:
		return showValue(v)
	case item:
		if v == nil {
			return "nil"
		}
		parts := []string{}
		for _, name := range sortedNames(v) {
			parts = append(parts, name+": "+showValue(v[name]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []item:
		parts := []string{}
		for _, i := range v {
			parts = append(parts, show(i))
		}
		return strings.Join(parts, "\n")
	}
	return fmt.Sprintf("%#v", v)
}

func showValue(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		if len(v.Value) > 100 {
			return fmt.Sprintf("S of %d bytes", len(v.Value))
		}
		return fmt.Sprintf("%q", v.Value)
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberB:
		return fmt.Sprintf("B%q", v.Value)
	case *types.AttributeValueMemberBOOL:
		return fmt.Sprint(v.Value)
	case *types.AttributeValueMemberNULL:
		return "null"
	case *types.AttributeValueMemberSS:
		return fmt.Sprintf("SS%q", v.Value)
	case *types.AttributeValueMemberNS:
		return fmt.Sprintf("NS%v", v.Value)
	case *types.AttributeValueMemberBS:
		return fmt.Sprintf("BS%q", v.Value)
	case *types.AttributeValueMemberM:
		return show(v.Value)
	case *types.AttributeValueMemberL:
		parts := []string{}
		for _, e := range v.Value {
			parts = append(parts, showValue(e))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprintf("%T", v)
}

// refused checks the code of an error and a part of its text. An empty code
// stands for success.
func refused(t testing.TB, err error, code, fragment string) {
	t.Helper()
	if code == "" {
		if err != nil {
			t.Errorf("error %v", err)
		}
		return
	}
	var e smithy.APIError
	if !errors.As(err, &e) {
		t.Errorf("error %v, want %s", err, code)
		return
	}
	if e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), fragment) {
		t.Errorf("%s: %s, want %s: …%s…", e.ErrorCode(), e.ErrorMessage(), code, fragment)
	}
}

const invalid = "ValidationException"

// defaultARN is the ARN of a table of an engine without WithAccount.
func defaultARN(table string) string { return New().arn(table) }

// current is a table as it is now, nil if there is none.
func current(db *DB, name string) *table { return at(db.find([]*string{&name})).find(&name) }

// items is the number of items in a table.
func items(db *DB, name string) int { return current(db, name).records.Len() }
