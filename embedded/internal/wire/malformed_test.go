package wire_test

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/dystore/dystore/embedded/internal/wire"
)

type reply struct {
	status int
	body   string
	code   string
	text   string
}

// doer is one of the two faces.
type doer interface {
	Do(*http.Request) (*http.Response, error)
}

func request(t testing.TB, op, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://embedded.invalid/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+op)
	return r
}

func post(t *testing.T, d doer, op, body string) reply {
	t.Helper()
	return send(t, d, request(t, op, body))
}

func send(t *testing.T, d doer, r *http.Request) reply {
	t.Helper()
	res, err := d.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if got, want := res.Header.Get("X-Amz-Crc32"), fmt.Sprint(crc32.ChecksumIEEE(body)); got != want {
		t.Errorf("X-Amz-Crc32 %s, want %s", got, want)
	}
	if id := res.Header.Get("X-Amzn-Requestid"); id == "" {
		t.Error("no X-Amzn-Requestid")
	}
	if ct := res.Header.Get("Content-Type"); ct != "application/x-amz-json-1.0" {
		t.Errorf("Content-Type %q", ct)
	}
	var e struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatalf("body %s: %v", body, err)
	}
	_, code, _ := strings.Cut(e.Type, "#")
	return reply{status: res.StatusCode, body: string(body), code: code, text: e.Message}
}

func TestMalformedRequests(t *testing.T) {
	const (
		ser     = "SerializationException"
		val     = "ValidationException"
		empty   = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
		nesting = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
		many    = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
	)
	put := func(attribute string) string { return `{"TableName":"t","Item":{"a":` + attribute + `}}` }
	deep := func(n int) string { return strings.Repeat(`{"L":[`, n) + `{"S":""}` + strings.Repeat(`]}`, n) }
	for _, c := range []struct{ name, op, body, code, text string }{
		{"empty body", "PutItem", ``, ser, "the request body is not valid JSON"},
		{"cut off", "PutItem", `{"TableName":"t"`, ser, "the request body is not valid JSON"},
		{"trailing text", "PutItem", `{}{}`, ser, "the request body is not valid JSON"},
		{"a list", "PutItem", `[]`, ser, "Start of list found where not expected"},
		{"null", "PutItem", `null`, ser, "Unexpected value type in payload"},
		{"text", "PutItem", `"x"`, ser, "Unexpected value type in payload"},

		{"number for text", "PutItem", `{"TableName":5}`, ser, "NUMBER_VALUE cannot be converted to String (at TableName)"},
		{"decimal for text", "PutItem", `{"TableName":5.5}`, ser, "DECIMAL_VALUE cannot be converted to String (at TableName)"},
		{"bool for text", "PutItem", `{"TableName":true}`, ser, "TRUE_VALUE cannot be converted to String (at TableName)"},
		{"list for text", "PutItem", `{"TableName":["t"]}`, ser, "Start of list found where not expected (at TableName)"},
		{"object for text", "PutItem", `{"TableName":{}}`, ser, "Start of structure or map found where not expected (at TableName)"},
		{"text for int", "Query", `{"Limit":"5"}`, ser, "STRING_VALUE cannot be converted to Integer (at Limit)"},
		{"decimal for int", "Query", `{"Limit":1.5}`, ser, "1.5 cannot be converted to Integer (at Limit)"},
		{"int too large", "Query", `{"Limit":2147483648}`, ser, "2147483648 cannot be converted to Integer (at Limit)"},
		{"text for long", "CreateTable", `{"ProvisionedThroughput":{"ReadCapacityUnits":"1"}}`, ser,
			"STRING_VALUE cannot be converted to Long (at ProvisionedThroughput.ReadCapacityUnits)"},
		{"text for bool", "Query", `{"ConsistentRead":"true"}`, ser, "Unexpected token received from parser (at ConsistentRead)"},
		{"number for bool", "Query", `{"ConsistentRead":1}`, ser, "NUMBER_VALUE cannot be converted to Boolean (at ConsistentRead)"},
		{"text for list", "Query", `{"AttributesToGet":"a"}`, ser, "Unexpected value type in payload (at AttributesToGet)"},
		{"object for list", "Query", `{"AttributesToGet":{}}`, ser, "Start of structure or map found where not expected (at AttributesToGet)"},
		{"null in a list", "Query", `{"AttributesToGet":["a",null]}`, ser, "NULL_VALUE cannot be converted to String (at AttributesToGet[1])"},
		{"list for map", "Query", `{"ExpressionAttributeNames":[]}`, ser, "Start of list found where not expected (at ExpressionAttributeNames)"},
		{"number in a map", "Query", `{"ExpressionAttributeNames":{"#a":1}}`, ser,
			"NUMBER_VALUE cannot be converted to String (at ExpressionAttributeNames.#a)"},
		{"text for struct", "TransactGetItems", `{"TransactItems":[{"Get":"x"}]}`, ser,
			"Unexpected value type in payload (at TransactItems[0].Get)"},
		{"text for item", "PutItem", `{"Item":"x"}`, ser, "Unexpected value type in payload (at Item)"},
		{"text for attribute", "PutItem", put(`"x"`), ser, "Unexpected value type in payload (at Item.a)"},
		{"number for S", "PutItem", put(`{"S":5}`), ser, "NUMBER_VALUE cannot be converted to String (at Item.a)"},
		{"number for N", "PutItem", put(`{"N":5}`), ser, "NUMBER_VALUE cannot be converted to String (at Item.a)"},
		{"text for SS", "PutItem", put(`{"SS":"a"}`), ser, "Unexpected value type in payload (at Item.a)"},
		{"number in SS", "PutItem", put(`{"SS":["a",1]}`), ser, "NUMBER_VALUE cannot be converted to String (at Item.a[1])"},
		{"text for L", "PutItem", put(`{"L":"a"}`), ser, "Unexpected value type in payload (at Item.a)"},
		{"list for M", "PutItem", put(`{"M":[]}`), ser, "Start of list found where not expected (at Item.a)"},
		{"text for BOOL", "PutItem", put(`{"BOOL":"true"}`), ser, "Unexpected token received from parser (at Item.a)"},
		{"nested", "PutItem", put(`{"M":{"b":{"L":[{"S":"x"},{"N":1}]}}}`), ser, "NUMBER_VALUE cannot be converted to String (at Item.a.b[1])"},
		{"in a batch", "BatchWriteItem", `{"RequestItems":{"t":[{"PutRequest":{"Item":{"a":{"N":1}}}}]}}`, ser,
			"NUMBER_VALUE cannot be converted to String (at RequestItems.t[0].PutRequest.Item.a)"},
		{"duplicate member", "PutItem", `{"TableName":"t","TableName":"u"}`, ser, "duplicate member (at TableName)"},
		{"duplicate attribute", "PutItem", `{"Item":{"a":{"S":"1"},"a":{"S":"2"}}}`, ser, "duplicate member (at Item.a)"},
		{"duplicate name", "Query", `{"ExpressionAttributeNames":{"#a":"1","#a":"2"}}`, ser, "duplicate member (at ExpressionAttributeNames.#a)"},

		{"base64 length", "PutItem", put(`{"B":"23456"}`), ser, "Base64 encoded length is expected a multiple of 4 bytes but found: 5 (at Item.a)"},
		{"base64 alphabet", "PutItem", put(`{"B":"a_b-"}`), ser, "Invalid Base64 character (at Item.a)"},
		{"base64 padding", "PutItem", put(`{"B":"=+/="}`), ser, "Invalid Base64 character (at Item.a)"},
		{"base64 loose bits", "PutItem", put(`{"B":"AB=="}`), ser, "Invalid Base64 character (at Item.a)"},
		{"base64 line break", "PutItem", put(`{"B":"AAA\r\nAAA"}`), ser, "Invalid Base64 character (at Item.a)"},
		{"number for B", "PutItem", put(`{"B":5}`), ser, "only base-64-encoded strings are convertible to bytes (at Item.a)"},
		{"list for B", "PutItem", put(`{"B":[]}`), ser, "Start of list found where not expected (at Item.a)"},
		{"base64 in BS", "PutItem", put(`{"BS":["AAAA","A"]}`), ser, "Base64 encoded length is expected a multiple of 4 bytes but found: 1 (at Item.a[1])"},
		{"not UTF-8", "PutItem", put("{\"S\":\"\xff\"}"), ser, "Invalid UTF-8 in a string (at Item.a)"},
		{"half a pair", "PutItem", put(`{"S":"\ud83d"}`), ser, "Invalid surrogate pair in a string (at Item.a)"},
		{"swapped pair", "PutItem", put(`{"S":"\ude00\ud83d"}`), ser, "Invalid surrogate pair in a string (at Item.a)"},

		{"no datatype", "PutItem", put(`{}`), val, empty},
		{"null datatype", "PutItem", put(`{"S":null}`), val, empty},
		{"null attribute", "PutItem", put(`null`), val, empty},
		{"unknown datatype", "PutItem", put(`{"X":{"deep":[1,"]",true,null]}}`), val, empty},
		{"two datatypes", "PutItem", put(`{"S":"a","N":"1"}`), val, many},
		{"datatype and unknown", "PutItem", put(`{"S":"a","X":"1"}`), val, "Item.a.X is not supported by the embedded engine"},
		{"NULL false", "PutItem", put(`{"L":[{"NULL":false}]}`), val,
			"One or more parameter values were invalid: Null attribute value types must have the value of true"},
		{"too deep", "PutItem", put(deep(200)), val, nesting},
		{"far too deep", "PutItem", put(deep(4000)), val, nesting},

		{"unknown member", "PutItem", `{"TableName":"t","Foo":{"a":[{}]}}`, val, "Foo is not supported by the embedded engine"},
		{"unknown member, nested", "TransactWriteItems", `{"TransactItems":[{"Put":{"Item":{}}},{"Put":{"Items":{}}}]}`, val,
			"TransactItems[1].Put.Items is not supported by the embedded engine"},
		{"member in lower case", "PutItem", `{"tableName":"t"}`, val, "tableName is not supported by the embedded engine"},
		{"metadata is no member", "PutItem", `{"ResultMetadata":{}}`, val, "ResultMetadata is not supported by the embedded engine"},
		{"JSON types come first", "PutItem", `{"Foo":1,"Item":{"a":{},"b":{"S":1}}}`, ser, "NUMBER_VALUE cannot be converted to String (at Item.b)"},
		{"first finding wins", "PutItem", `{"Foo":1,"Item":{"a":{}}}`, val, "Foo is not supported by the embedded engine"},

		{"unknown operation", "ExecuteStatement", `{}`, "UnknownOperationException", "ExecuteStatement is not supported by the embedded engine"},
		{"no operation", "", `{}`, "UnknownOperationException", " is not supported by the embedded engine"},
	} {
		t.Run(c.name, func(t *testing.T) {
			called := false
			b := fake(func(context.Context, any) (any, error) { called = true; return nil, nil })
			got := post(t, wire.NewTransport(b), c.op, c.body)
			if got.status != 400 || got.code != c.code || got.text != c.text {
				t.Errorf("%d %s %q\nwant 400 %s %q", got.status, got.code, got.text, c.code, c.text)
			}
			if called {
				t.Error("the backend was called")
			}
		})
	}
}

func TestWellFormedOddities(t *testing.T) {
	for name, body := range map[string]string{
		"nulls are absent":  `{"TableName":null,"Item":null,"Expected":null}`,
		"white space":       " {\n\t\"TableName\" : \"t\" , \"Item\" : { \"a\" : { \"L\" : [ ] } , \"b\" : { \"M\" : { } } } \r\n} ",
		"escapes":           `{"\u0054ableName":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u2028"}`,
		"unset beside type": `{"Item":{"a":{"S":"x","N":null}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			b := fake(func(context.Context, any) (any, error) { return nil, nil })
			if got := post(t, wire.NewTransport(b), "PutItem", body); got.status != 200 || got.body != "{}" {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
}
