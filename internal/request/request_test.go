package request_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/request"
)

// operations are those about items, with an empty input of each.
var operations = []struct {
	schema *smithy.OperationSchema
	input  func() smithy.Serializable
}{
	{smithy.NewOperationSchema(schemas.GetItem, schemas.GetItemInput, nil), func() smithy.Serializable { return new(dynamodb.GetItemInput) }},
	{smithy.NewOperationSchema(schemas.BatchGetItem, schemas.BatchGetItemInput, nil), func() smithy.Serializable { return new(dynamodb.BatchGetItemInput) }},
	{smithy.NewOperationSchema(schemas.TransactGetItems, schemas.TransactGetItemsInput, nil), func() smithy.Serializable { return new(dynamodb.TransactGetItemsInput) }},
	{smithy.NewOperationSchema(schemas.Query, schemas.QueryInput, nil), func() smithy.Serializable { return new(dynamodb.QueryInput) }},
	{smithy.NewOperationSchema(schemas.Scan, schemas.ScanInput, nil), func() smithy.Serializable { return new(dynamodb.ScanInput) }},
	{smithy.NewOperationSchema(schemas.PutItem, schemas.PutItemInput, nil), func() smithy.Serializable { return new(dynamodb.PutItemInput) }},
	{smithy.NewOperationSchema(schemas.UpdateItem, schemas.UpdateItemInput, nil), func() smithy.Serializable { return new(dynamodb.UpdateItemInput) }},
	{smithy.NewOperationSchema(schemas.DeleteItem, schemas.DeleteItemInput, nil), func() smithy.Serializable { return new(dynamodb.DeleteItemInput) }},
	{smithy.NewOperationSchema(schemas.BatchWriteItem, schemas.BatchWriteItemInput, nil), func() smithy.Serializable { return new(dynamodb.BatchWriteItemInput) }},
	{smithy.NewOperationSchema(schemas.TransactWriteItems, schemas.TransactWriteItemsInput, nil), func() smithy.Serializable { return new(dynamodb.TransactWriteItemsInput) }},
}

// sent is what of a request a protocol makes.
type sent struct {
	method, path string
	header       http.Header
	length       int64
	body         any
}

func empty() *smithyhttp.Request {
	return &smithyhttp.Request{Request: &http.Request{URL: &url.URL{}, Header: http.Header{"X": {"kept"}}, ContentLength: -1}}
}

func read(t interface {
	Helper()
	Fatal(...any)
}, r *smithyhttp.Request) sent {
	t.Helper()
	raw, err := io.ReadAll(r.GetStream())
	if err != nil {
		t.Fatal(err)
	}
	s := sent{r.Method, r.URL.Path, r.Header, 0, nil}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&s.body); err != nil || d.More() {
		t.Fatal(string(raw), err)
	}
	if !r.IsStreamSeekable() {
		t.Fatal("no attempt could follow")
	}
	return s
}

// compare compares the request of an input with the SDK's.
func compare(t interface {
	Helper()
	Fatal(...any)
	Errorf(string, ...any)
}, op *smithy.OperationSchema, in smithy.Serializable) {
	t.Helper()
	ours, theirs := empty(), empty()
	if err := awsjson.New10(schemas.DynamoDB_20120810).SerializeRequest(context.Background(), op, in, theirs); err != nil {
		t.Fatal(err)
	}
	ok, err := request.Of(ours, op, in)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if got, want := read(t, ours), read(t, theirs); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

// Every request says what the SDK's says, whatever is in its input.
func TestRequests(t *testing.T) {
	for _, op := range operations {
		t.Run(op.schema.ID().Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				in := op.input()
				fill(t, reflect.ValueOf(in).Elem(), 0)
				compare(t, op.schema, in)
			})
		})
	}
}

// Every member that the SDK knows is written, and what is empty is absent or not, as there.
func TestMembers(t *testing.T) {
	for _, op := range operations {
		compare(t, op.schema, op.input())
		members := reflect.TypeOf(op.input()).Elem()
		for i := range members.NumField() {
			if !members.Field(i).IsExported() {
				continue
			}
			in := op.input()
			f := reflect.ValueOf(in).Elem().Field(i)
			f.Set(blank(f.Type()))
			compare(t, op.schema, in)
		}
	}
}

// blank is a value of a type that is empty, and not nil.
func blank(t reflect.Type) reflect.Value {
	switch t.Kind() {
	case reflect.Pointer:
		return reflect.New(t.Elem())
	case reflect.Slice:
		return reflect.MakeSlice(t, 0, 0)
	case reflect.Map:
		return reflect.MakeMap(t)
	}
	return reflect.Zero(t)
}

// fill sets some of what a type of an input has.
func fill(t *rapid.T, v reflect.Value, level int) {
	if v.Type() == reflect.TypeFor[types.AttributeValue]() {
		v.Set(reflect.ValueOf(value(t, level)))
		return
	}
	few := rapid.IntRange(0, 2)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !f.Anonymous && (f.Type.Kind() == reflect.Interface || rapid.Bool().Draw(t, f.Name)) {
				fill(t, v.Field(i), level+1)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), level)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), few.Draw(t, "n"), 3))
		for i := range v.Len() {
			fill(t, v.Index(i), level+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range few.Draw(t, "n") {
			e := reflect.New(v.Type().Elem()).Elem()
			fill(t, e, level+1)
			v.SetMapIndex(reflect.ValueOf(text(t)), e)
		}
	case reflect.String:
		v.SetString(text(t))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	default:
		v.SetInt(int64(rapid.Int32().Draw(t, "int")))
	}
}

func text(t *rapid.T) string {
	return rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "\x00\x1f\u007f\"\\/<>&\b\f\n\r\t", "\u2028\u2029\ufffd", "😀"})).Draw(t, "text")
}

func value(t *rapid.T, level int) types.AttributeValue {
	kinds := 10
	if level > 6 {
		kinds = 8
	}
	some := func() (all []string) {
		for range rapid.IntRange(0, 2).Draw(t, "n") {
			all = append(all, text(t))
		}
		return all
	}
	switch rapid.IntRange(1, kinds).Draw(t, "kind") {
	case 1:
		return &types.AttributeValueMemberS{Value: text(t)}
	case 2:
		return &types.AttributeValueMemberN{Value: text(t)}
	case 3:
		return &types.AttributeValueMemberB{Value: append([]byte{}, text(t)...)}
	case 4:
		return &types.AttributeValueMemberBOOL{Value: rapid.Bool().Draw(t, "bool")}
	case 5:
		return &types.AttributeValueMemberNULL{Value: rapid.Bool().Draw(t, "null")}
	case 6:
		return &types.AttributeValueMemberSS{Value: some()}
	case 7:
		return &types.AttributeValueMemberNS{Value: some()}
	case 8:
		av := &types.AttributeValueMemberBS{}
		for _, s := range some() {
			av.Value = append(av.Value, append([]byte{}, s...))
		}
		return av
	case 9:
		av := &types.AttributeValueMemberL{}
		for range rapid.IntRange(0, 2).Draw(t, "n") {
			av.Value = append(av.Value, value(t, level+1))
		}
		return av
	}
	var m map[string]types.AttributeValue
	for range rapid.IntRange(0, 2).Draw(t, "n") {
		if m == nil {
			m = map[string]types.AttributeValue{}
		}
		m[text(t)] = value(t, level+1)
	}
	return &types.AttributeValueMemberM{Value: m}
}

// What the SDK writes in its own way is left to it, and its request is not begun.
func TestForeign(t *testing.T) {
	put := func(av types.AttributeValue) *dynamodb.PutItemInput {
		return &dynamodb.PutItemInput{Item: map[string]types.AttributeValue{"a": &types.AttributeValueMemberL{Value: []types.AttributeValue{av}}}}
	}
	for name, in := range map[string]any{
		"no input":                   (*dynamodb.PutItemInput)(nil),
		"not an input":               42,
		"a member of a type unknown": &struct{ Portion *float64 }{},
		"a number that is required":  &struct{ Count int32 }{},
		"a value that is none":       put(nil),
		"a value of a type unknown":  put(&types.UnknownUnionMember{Tag: "X"}),
		"no bytes":                   put(&types.AttributeValueMemberB{}),
		"no bytes in a set":          put(&types.AttributeValueMemberBS{Value: [][]byte{nil}}),
		"a text that is not UTF-8":   put(&types.AttributeValueMemberS{Value: "\xff"}),
		"a name that is not UTF-8":   put(&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"\xff": &types.AttributeValueMemberNULL{Value: true}}}),
		"a member that is not UTF-8": &dynamodb.PutItemInput{TableName: aws.String("\xff")},
	} {
		r := empty()
		if ok, err := request.Of(r, operations[5].schema, in); ok || err != nil || r.GetStream() != nil || r.Method != "" || len(r.Header) != 1 {
			t.Errorf("%s: %v, %v, %+v", name, ok, err, r)
		}
	}
}

// A path that a client has set stays, as it does with the SDK.
func TestPath(t *testing.T) {
	r := empty()
	r.URL.Path = "/prefix"
	if ok, err := request.Of(r, operations[0].schema, operations[0].input()); !ok || err != nil || r.URL.Path != "/prefix" {
		t.Errorf("%v, %v, %v", ok, err, r.URL)
	}
}
