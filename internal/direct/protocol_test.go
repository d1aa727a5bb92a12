package direct_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/direct"
	"github.com/dystore/dystore/internal/wire"
)

// sent is what a client sends.
type sent struct {
	body  any
	calls int
}

func (s *sent) Do(r *http.Request) (*http.Response, error) {
	s.calls++
	if err := json.NewDecoder(r.Body).Decode(&s.body); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: 200, ContentLength: 2, Body: io.NopCloser(bytes.NewReader([]byte("{}"))), Header: http.Header{}}, nil
}

// Attributes that are written go into every request as they are, whoever writes it.
func TestWrittenAttributes(t *testing.T) {
	s := &sent{}
	c := client(answers{}, func(o *dynamodb.Options) { o.HTTPClient = s })
	written := &wire.Written{JSON: []byte(`"a":{"S":"x"},"long":{"S":},"raw":{"B":}`), Late: []wire.Late{{At: 26, Text: "\"1\""}, {At: 39, Binary: []byte("2")}}}
	value := &wire.Written{JSON: []byte(`{"M":{"v":{"N":"1"}}}`)}
	want := map[string]any{"rec": map[string]any{"M": map[string]any{"v": map[string]any{"N": "1"}}}, "a": map[string]any{"S": "x"}, "long": map[string]any{"S": `"1"`}, "raw": map[string]any{"B": "Mg=="}, "own": map[string]any{"S": "y"}}
	for name, own := range map[string]struct{ in, out string }{"by package request": {"y", "y"}, "by the SDK": {"y\xff", "y\ufffd"}} {
		item := map[string]types.AttributeValue{wire.WrittenName: written, "rec": value, "own": &types.AttributeValueMemberS{Value: own.in}}
		want["own"] = map[string]any{"S": own.out}
		if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("t"), Item: item}, direct.Answered); err != nil {
			t.Fatal(name, err)
		}
		if got := s.body.(map[string]any)["Item"]; !reflect.DeepEqual(got, any(want)) {
			t.Errorf("%s: put %v", name, got)
		}
		in := &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
			{Delete: &types.Delete{TableName: aws.String("t"), Key: map[string]types.AttributeValue{"a": &types.AttributeValueMemberS{Value: "1"}}}},
			{Put: &types.Put{TableName: aws.String("t"), Item: item}},
		}}
		if _, err := c.TransactWriteItems(t.Context(), in, direct.Answered); err != nil {
			t.Fatal(name, err)
		}
		if got := s.body.(map[string]any)["TransactItems"].([]any)[1].(map[string]any)["Put"].(map[string]any)["Item"]; !reflect.DeepEqual(got, any(want)) {
			t.Errorf("%s: transaction %v", name, got)
		}
		if !wire.IsWritten(in.TransactItems[1].Put.Item) || len(item) != 3 {
			t.Errorf("%s: the input of a caller has changed", name)
		}
	}
	if s.calls != 4 {
		t.Errorf("%d calls", s.calls)
	}
}

// What is written, but is no JSON, is not sent.
func TestBrokenWrittenAttributes(t *testing.T) {
	s := &sent{}
	c := client(answers{}, func(o *dynamodb.Options) { o.HTTPClient = s })
	item := map[string]types.AttributeValue{wire.WrittenName: &wire.Written{JSON: []byte(`"a":{"S"`)}, "own": &types.AttributeValueMemberS{Value: "\xff"}}
	if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("t"), Item: item}, direct.Answered); err == nil || s.calls != 0 {
		t.Errorf("%v, %d calls", err, s.calls)
	}
}

func TestWrites(t *testing.T) {
	version11 := client(answers{}, func(o *dynamodb.Options) { o.Protocol = awsjson.New11(schemas.DynamoDB_20120810) })
	for name, c := range map[string]struct {
		client any
		want   bool
	}{
		"the SDK's":             {client(answers{}), true},
		"the engine's":          {embedded.New().Client(), false}, // it takes Go values
		"a wrapper":             {wrapper{client(answers{})}, false},
		"another version":       {version11, false},
		"with interceptors":     {client(answers{}, func(o *dynamodb.Options) { o.Interceptors.AddBeforeTransmit(before{}) }), false},
		"something else":        {42, false},
		"a client that is none": {(*dynamodb.Client)(nil), false},
	} {
		if got := direct.Writes(c.client); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
