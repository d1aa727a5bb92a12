package wire_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded/internal/wire"
)

// fake is a Backend whose answer is a function.
type fake func(ctx context.Context, in any) (out any, err error)

func answer[Out any](f fake, ctx context.Context, in any) (*Out, error) {
	out, err := f(ctx, in)
	o, _ := out.(*Out)
	return o, err
}

func (f fake) CreateTable(ctx context.Context, in *dynamodb.CreateTableInput) (*dynamodb.CreateTableOutput, error) {
	return answer[dynamodb.CreateTableOutput](f, ctx, in)
}
func (f fake) DescribeTable(ctx context.Context, in *dynamodb.DescribeTableInput) (*dynamodb.DescribeTableOutput, error) {
	return answer[dynamodb.DescribeTableOutput](f, ctx, in)
}
func (f fake) UpdateTable(ctx context.Context, in *dynamodb.UpdateTableInput) (*dynamodb.UpdateTableOutput, error) {
	return answer[dynamodb.UpdateTableOutput](f, ctx, in)
}
func (f fake) DeleteTable(ctx context.Context, in *dynamodb.DeleteTableInput) (*dynamodb.DeleteTableOutput, error) {
	return answer[dynamodb.DeleteTableOutput](f, ctx, in)
}
func (f fake) ListTables(ctx context.Context, in *dynamodb.ListTablesInput) (*dynamodb.ListTablesOutput, error) {
	return answer[dynamodb.ListTablesOutput](f, ctx, in)
}
func (f fake) UpdateTimeToLive(ctx context.Context, in *dynamodb.UpdateTimeToLiveInput) (*dynamodb.UpdateTimeToLiveOutput, error) {
	return answer[dynamodb.UpdateTimeToLiveOutput](f, ctx, in)
}
func (f fake) DescribeTimeToLive(ctx context.Context, in *dynamodb.DescribeTimeToLiveInput) (*dynamodb.DescribeTimeToLiveOutput, error) {
	return answer[dynamodb.DescribeTimeToLiveOutput](f, ctx, in)
}
func (f fake) DescribeContinuousBackups(ctx context.Context, in *dynamodb.DescribeContinuousBackupsInput) (*dynamodb.DescribeContinuousBackupsOutput, error) {
	return answer[dynamodb.DescribeContinuousBackupsOutput](f, ctx, in)
}
func (f fake) UpdateContinuousBackups(ctx context.Context, in *dynamodb.UpdateContinuousBackupsInput) (*dynamodb.UpdateContinuousBackupsOutput, error) {
	return answer[dynamodb.UpdateContinuousBackupsOutput](f, ctx, in)
}
func (f fake) TagResource(ctx context.Context, in *dynamodb.TagResourceInput) (*dynamodb.TagResourceOutput, error) {
	return answer[dynamodb.TagResourceOutput](f, ctx, in)
}
func (f fake) UntagResource(ctx context.Context, in *dynamodb.UntagResourceInput) (*dynamodb.UntagResourceOutput, error) {
	return answer[dynamodb.UntagResourceOutput](f, ctx, in)
}
func (f fake) ListTagsOfResource(ctx context.Context, in *dynamodb.ListTagsOfResourceInput) (*dynamodb.ListTagsOfResourceOutput, error) {
	return answer[dynamodb.ListTagsOfResourceOutput](f, ctx, in)
}
func (f fake) PutItem(ctx context.Context, in *dynamodb.PutItemInput) (*dynamodb.PutItemOutput, error) {
	return answer[dynamodb.PutItemOutput](f, ctx, in)
}
func (f fake) GetItem(ctx context.Context, in *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
	return answer[dynamodb.GetItemOutput](f, ctx, in)
}
func (f fake) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error) {
	return answer[dynamodb.UpdateItemOutput](f, ctx, in)
}
func (f fake) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput) (*dynamodb.DeleteItemOutput, error) {
	return answer[dynamodb.DeleteItemOutput](f, ctx, in)
}
func (f fake) Query(ctx context.Context, in *dynamodb.QueryInput) (*dynamodb.QueryOutput, error) {
	return answer[dynamodb.QueryOutput](f, ctx, in)
}
func (f fake) Scan(ctx context.Context, in *dynamodb.ScanInput) (*dynamodb.ScanOutput, error) {
	return answer[dynamodb.ScanOutput](f, ctx, in)
}
func (f fake) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
	return answer[dynamodb.BatchGetItemOutput](f, ctx, in)
}
func (f fake) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
	return answer[dynamodb.BatchWriteItemOutput](f, ctx, in)
}
func (f fake) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error) {
	return answer[dynamodb.TransactWriteItemsOutput](f, ctx, in)
}
func (f fake) TransactGetItems(ctx context.Context, in *dynamodb.TransactGetItemsInput) (*dynamodb.TransactGetItemsOutput, error) {
	return answer[dynamodb.TransactGetItemsOutput](f, ctx, in)
}

// client is a real SDK client in front of b, without retries.
func client(b wire.Backend, options ...func(*dynamodb.Options)) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:       "local",
		BaseEndpoint: aws.String("http://embedded.invalid"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
		HTTPClient: wire.NewTransport(b),
		Retryer:    aws.NopRetryer{},
	}, options...)
}

// filler sets every member of an SDK struct, each to a different value.
type filler struct{ n int }

func (f *filler) fill(v reflect.Value) {
	f.n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.UnixMilli(1_700_000_000_000 + int64(f.n)).UTC()))
		return
	case []types.AttributeValue:
		v.Set(reflect.ValueOf(allTypes()))
		return
	case map[string]types.AttributeValue:
		m := map[string]types.AttributeValue{"name \"\\\n\x01 é 😀": &types.AttributeValueMemberM{
			Value: map[string]types.AttributeValue{"list": &types.AttributeValueMemberL{Value: allTypes()}},
		}}
		for i, av := range allTypes() {
			m[string(rune('a'+i))] = av
		}
		v.Set(reflect.ValueOf(m))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("s" + string(rune('a'+f.n%26)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Float64:
		v.SetFloat(float64(f.n) + 0.5)
	case reflect.Interface:
		v.Set(reflect.ValueOf(allTypes()[f.n%10]))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0))
		f.fill(v.Index(1))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, k := range []string{"#k1", "#k2"} {
			elem := reflect.New(v.Type().Elem()).Elem()
			f.fill(elem)
			v.SetMapIndex(reflect.ValueOf(k), elem)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if t := v.Type().Field(i); t.IsExported() && !t.Anonymous && t.Name != "ResultMetadata" && t.Name != "ErrorCodeOverride" {
				f.fill(v.Field(i))
			}
		}
	}
}

func filled[T any]() *T {
	v := new(T)
	(&filler{}).fill(reflect.ValueOf(v).Elem())
	return v
}

func allTypes() []types.AttributeValue {
	return []types.AttributeValue{
		&types.AttributeValueMemberS{Value: "text \u2028 \"quoted\" \\ \t\u0000 é 😀"},
		&types.AttributeValueMemberN{Value: "-12345678901234567890123456789012345678"},
		&types.AttributeValueMemberB{Value: []byte{0, 1, 254, 255}},
		&types.AttributeValueMemberBOOL{Value: true},
		&types.AttributeValueMemberNULL{Value: true},
		&types.AttributeValueMemberSS{Value: []string{"a", ""}},
		&types.AttributeValueMemberNS{Value: []string{"1", "2.5"}},
		&types.AttributeValueMemberBS{Value: [][]byte{{1}, {2, 3}}},
		&types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: ""}}},
		&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"x": &types.AttributeValueMemberN{Value: "1"}}},
	}
}

// diff compares SDK structs member by member.
func diff(want, got any) string {
	return cmp.Diff(want, got, cmp.FilterPath(func(p cmp.Path) bool {
		last := p.Last().String()
		return last == ".noSmithyDocumentSerde" || last == ".ResultMetadata"
	}, cmp.Ignore()))
}

func mustEqual(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := diff(want, got); d != "" {
		t.Errorf("%s differs (-want +got):\n%s", what, d)
	}
}
