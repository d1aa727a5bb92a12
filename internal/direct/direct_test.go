package direct_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/rpcv2"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/direct"
	"github.com/dystore/dystore/internal/wire"
)

// answers is an HTTP client that gives one answer.
type answers struct {
	status  int
	body    string
	unknown bool // its length is not said
	short   bool // it breaks off
}

func (a answers) Do(*http.Request) (*http.Response, error) {
	n, body := int64(len(a.body)), a.body
	if a.unknown {
		n = -1
	}
	if a.short {
		body = body[:len(body)/2]
	}
	return &http.Response{StatusCode: a.status, ContentLength: n, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{}}, nil
}

func client(a answers, opts ...func(*dynamodb.Options)) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: "eu-west-1", HTTPClient: a, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "A", SecretAccessKey: "S"}, nil
		}),
	}, opts...)
}

// texts are the texts of the attribute a of items, and whether the items were bytes.
func texts(items []*wire.Item) (s string) {
	for _, it := range items {
		v, _ := it.Attr("a").(*types.AttributeValueMemberS)
		s += fmt.Sprintf("%v:%s ", it.Raw(), v.Value)
	}
	return s
}

// The items of every operation that reads come undecoded, the rest as ever.
func TestUndecoded(t *testing.T) {
	ctx, undecoded := t.Context(), direct.Options("rec")
	key := map[string]types.AttributeValue{"a": &types.AttributeValueMemberS{Value: "1"}}
	for _, unknown := range []bool{false, true} {
		of := func(body string) *dynamodb.Client { return client(answers{status: 200, body: body, unknown: unknown}) }
		get, err := of(`{"Item":{"a":{"S":"1"}},"ConsumedCapacity":{"TableName":"t","CapacityUnits":0.5}}`).GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("t"), Key: key}, undecoded)
		if err != nil || texts([]*wire.Item{direct.Item(get.Item)}) != "true:1 " || *get.ConsumedCapacity.CapacityUnits != 0.5 {
			t.Errorf("GetItem: %+v, %v", get, err)
		}
		get, err = of(`{}`).GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("t"), Key: key}, undecoded)
		if err != nil || direct.Item(get.Item) != nil {
			t.Errorf("GetItem of nothing: %+v, %v", get, err)
		}
		query, err := of(`{"Items":[{"a":{"S":"1"}},{"a":{"S":"2"}}],"Count":2,"LastEvaluatedKey":{"a":{"S":"2"}}}`).Query(ctx, &dynamodb.QueryInput{TableName: aws.String("t")}, undecoded)
		if err != nil || texts(direct.Items(query.Items)) != "true:1 true:2 " || direct.Count(query.Items) != 2 || query.Count != 2 || len(query.LastEvaluatedKey) != 1 {
			t.Errorf("Query: %+v, %v", query, err)
		}
		scan, err := of(`{"Items":[],"Count":0,"ScannedCount":7}`).Scan(ctx, &dynamodb.ScanInput{TableName: aws.String("t")}, undecoded)
		if err != nil || scan.Items == nil || len(direct.Items(scan.Items)) != 0 || scan.ScannedCount != 7 {
			t.Errorf("Scan: %+v, %v", scan, err)
		}
		batch, err := of(`{"Responses":{"t":[{"a":{"S":"1"}}],"u":[]},"UnprocessedKeys":{"t":{"Keys":[{"a":{"S":"3"}}]}}}`).BatchGetItem(ctx,
			&dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"t": {Keys: []map[string]types.AttributeValue{key}}}}, undecoded)
		if err != nil || len(batch.Responses) != 2 || texts(direct.Items(batch.Responses["t"])) != "true:1 " || len(batch.UnprocessedKeys["t"].Keys) != 1 {
			t.Errorf("BatchGetItem: %+v, %v", batch, err)
		}
		several, err := of(`{"Responses":[{"Item":{"a":{"S":"1"}}},{}]}`).TransactGetItems(ctx,
			&dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{{Get: &types.Get{TableName: aws.String("t"), Key: key}}, {Get: &types.Get{TableName: aws.String("t"), Key: key}}}}, undecoded)
		if err != nil || len(several.Responses) != 2 || texts([]*wire.Item{direct.Item(several.Responses[0].Item)}) != "true:1 " || several.Responses[1].Item != nil {
			t.Errorf("TransactGetItems: %+v, %v", several, err)
		}
	}
}

// Errors are what they are without: of the service, and about answers that are none.
func TestUndecodedErrors(t *testing.T) {
	call := func(a answers) error {
		_, err := client(a).Query(t.Context(), &dynamodb.QueryInput{TableName: aws.String("t")}, direct.Options(""))
		return err
	}
	var gone *types.ResourceNotFoundException
	if err := call(answers{status: 400, body: `{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"m"}`}); !errors.As(err, &gone) {
		t.Errorf("refused: %v", err)
	}
	for name, a := range map[string]answers{
		"broken off":   {status: 200, body: `{"Items":[{"a":{"S":"1"}}]}`, short: true},
		"empty":        {status: 200},
		"half":         {status: 200, body: `{"Items":[{"a":{"S":"1"}}]`},
		"of two types": {status: 200, body: `{"Items":[{"a":{"S":"1","N":"1"}}]}`},
		"a wrong rest": {status: 200, body: `{"Items":[],"Count":"x"}`},
	} {
		var none *answer.NoAnswerError
		if err := call(a); !errors.As(err, &none) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// wrapper is a client of somebody's.
type wrapper struct{ *dynamodb.Client }

type before struct{}

func (before) BeforeTransmit(context.Context, *smithyhttp.InterceptorContext) error { return nil }

func TestTakes(t *testing.T) {
	plain := client(answers{})
	for name, c := range map[string]struct {
		client any
		want   bool
	}{
		"the SDK's":    {plain, true},
		"the engine's": {embedded.New().Client(), true},
		"none":         {(*dynamodb.Client)(nil), false},
		"a wrapper":    {wrapper{plain}, false},
		"with middleware": {client(answers{}, func(o *dynamodb.Options) {
			o.APIOptions = append(o.APIOptions, func(*middleware.Stack) error { return nil })
		}), false},
		"with interceptors": {client(answers{}, func(o *dynamodb.Options) { o.Interceptors.AddBeforeTransmit(before{}) }), false},
		"another protocol":  {client(answers{}, func(o *dynamodb.Options) { o.Protocol = rpcv2.NewCBOR(schemas.DynamoDB_20120810) }), false},
	} {
		if got := direct.Takes(c.client); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Answers that are no JSON are read as the client reads them, though somebody asks for JSON.
func TestOtherProtocols(t *testing.T) {
	cbor := func(*http.Request) (*http.Response, error) {
		body := "\xa1\x64Item\xa1\x61a\xa1\x61S\x611"
		return &http.Response{StatusCode: 200, ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{"Smithy-Protocol": {"rpc-v2-cbor"}}}, nil
	}
	c := client(answers{}, func(o *dynamodb.Options) {
		o.Protocol, o.HTTPClient = rpcv2.NewCBOR(schemas.DynamoDB_20120810), doer(cbor)
	})
	get, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("t"), Key: map[string]types.AttributeValue{"a": &types.AttributeValueMemberS{Value: "1"}}}, direct.Options("rec"))
	if err != nil || texts([]*wire.Item{direct.Item(get.Item)}) != "false:1 " {
		t.Errorf("%+v, %v", get, err)
	}
}

type doer func(*http.Request) (*http.Response, error)

func (f doer) Do(r *http.Request) (*http.Response, error) { return f(r) }

// A list in an output has its items in one form or the other.
func TestLists(t *testing.T) {
	plain := []map[string]types.AttributeValue{{"a": &types.AttributeValueMemberS{Value: "1"}}, {"a": &types.AttributeValueMemberS{Value: "2"}}}
	items := direct.Items(plain)
	if direct.Undecoded(plain) || direct.Count(plain) != 2 || texts(items) != "false:1 false:2 " {
		t.Errorf("%v", items)
	}
	if got := direct.Replaced(plain, items[1:]); len(got) != 1 || direct.Undecoded(got) {
		t.Errorf("%v", got)
	}
	out, err := client(answers{status: 200, body: `{"Items":[{"a":{"S":"1"}},{"a":{"S":"2"}}]}`}).Query(t.Context(), &dynamodb.QueryInput{TableName: aws.String("t")}, direct.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	got := direct.Replaced(out.Items, direct.Items(out.Items)[1:])
	if !direct.Undecoded(got) || texts(direct.Items(got)) != "true:2 " {
		t.Errorf("%v", got)
	}
}
