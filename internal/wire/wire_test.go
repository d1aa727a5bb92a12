package wire_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/item/itemtest"
	"github.com/dystore/dystore/internal/wire"
)

type attrs = map[string]types.AttributeValue

func mapOf(m attrs) types.AttributeValue { return &types.AttributeValueMemberM{Value: m} }

var sdk = awsjson.New10(schemas.DynamoDB_20120810)

// page decodes the answer to a Query as the SDK does.
func page(body []byte) (*dynamodb.QueryOutput, error) {
	op := smithy.NewOperationSchema(schemas.Query, schemas.QueryInput, schemas.QueryOutput)
	res := &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(body))}}
	out := &dynamodb.QueryOutput{}
	return out, sdk.DeserializeResponse(context.Background(), op, nil, res, out)
}

// check reads the answer to a Query, and compares what the SDK reads. It reports whether it
// could be read.
func check(t interface {
	Helper()
	Fatalf(string, ...any)
}, body []byte) bool {
	t.Helper()
	a, err := wire.Read(body, wire.Page, "rec")
	if err != nil {
		if syntax := new(wire.SyntaxError); !errors.As(err, &syntax) {
			t.Fatalf("%v", err)
		}
		return false
	}
	out, err := page(body)
	if err != nil {
		if _, other := page(a.Rest); other == nil {
			t.Fatalf("%s is read, and the SDK says: %v", body, err)
		}
		return false
	}
	if len(out.Items) != len(a.Items) {
		t.Fatalf("%d items, the SDK has %d", len(a.Items), len(out.Items))
	}
	for i := range a.Items {
		it := &a.Items[i]
		for name, want := range out.Items[i] {
			if got := it.Attr(name); !item.Equal(want, got) {
				t.Fatalf("attribute %q: %#v, the SDK has %#v", name, got, want)
			}
		}
		checkReader(t, it, out.Items[i])
		if got := it.Attrs(); !item.Equal(mapOf(out.Items[i]), mapOf(got)) {
			t.Fatalf("%s: %#v", body, got)
		}
	}
	rest, err := page(a.Rest)
	if out.Items = nil; err != nil || !reflect.DeepEqual(out, rest) {
		t.Fatalf("of %s the rest is %s: %v", body, a.Rest, err)
	}
	return true
}

// checkReader goes through an item in the ways of a reader.
func checkReader(t interface {
	Helper()
	Fatalf(string, ...any)
}, it *wire.Item, want attrs) {
	t.Helper()
	n := 0
	r := it.Open()
	defer r.Close()
	for end := r.Begin(); r.More(end); {
		name := bytes.Clone(r.Name())
		n++
		skipped := *r
		skipped.Skip()
		counted := -1
		switch r.Tag() {
		case wire.M, wire.L, wire.SS, wire.NS, wire.BS:
			counted = r.Count()
			if !json.Valid(r.JSON()) {
				t.Fatalf("%q: %s", name, r.JSON())
			}
		}
		got := r.Value()
		if !reflect.DeepEqual(place(r), place(&skipped)) {
			t.Fatalf("skipping %q ends elsewhere than reading it", name)
		}
		if size := sizeOf(got); size != counted {
			t.Fatalf("%q has %d elements, counted %d", name, size, counted)
		}
		if !item.Equal(want[string(name)], got) {
			t.Fatalf("%q: %#v", name, got)
		}
	}
	if n != len(want) {
		t.Fatalf("%d attributes, want %d", n, len(want))
	}
}

func place(r *wire.Reader) any { return reflect.ValueOf(r).Elem().FieldByName("i").Int() }

func sizeOf(av types.AttributeValue) int {
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		return len(v.Value)
	case *types.AttributeValueMemberL:
		return len(v.Value)
	case *types.AttributeValueMemberSS:
		return len(v.Value)
	case *types.AttributeValueMemberNS:
		return len(v.Value)
	case *types.AttributeValueMemberBS:
		return len(v.Value)
	}
	return -1
}

func TestReadsWhatTheSDKReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := []byte(`{"Count":1,"Items":[`)
		for i := range rapid.IntRange(0, 3).Draw(t, "items") {
			if i > 0 {
				body = append(body, ',')
			}
			m := attrs{}
			for range rapid.IntRange(0, 20).Draw(t, "attributes") {
				m[rapid.StringN(1, 5, -1).Draw(t, "name")] = itemtest.Value(4).Draw(t, "value")
			}
			body = wire.AppendItem(body, m)
		}
		body = append(body, `],"LastEvaluatedKey":{"a":{"S":"}"}}, "ScannedCount" : 4}`...)
		if !check(t, body) {
			t.Fatalf("%s is not read", body)
		}
	})
}

var sound = []string{
	`{"Items":[]}`, `{}`, ` { "Items" : [ ] , "Count" : 0 } `, `{"Count":1}`, `{"Items":null,"Count":0}`,
	`{"Items":[{"a":{"S":"\u00e9\ud83d\ude00\/\\\"\b\f\n\r\t"}}]}`,
	`{"Items":[{"\u0061\n":{"S":"x"},"b":{"M":{"\"":{"N":"1"}}}}]}`,
	`{"Items":[ { "a" : { "L" : [ { "S" : "" } , { "NULL" : true } , { "BOOL" : false } ] } } ]}`,
	`{"Items":[{"a":{"B":""},"b":{"B":"AA=="},"c":{"B":"AAA="},"d":{"B":"\/\/\/\/"},"e":{"BS":["AAAA","Zg=="]}}]}`,
	`{"Items":[{"rec":{"M":{"f":{"N":"1"},"m":{"M":{"x":{"S":"y"}}}}}},{"rec":{"S":"none"}},{"rec":{"M":{}}}]}`,
	`{"Items":[{"ü":{"S":"日本"}}],"ConsumedCapacity":{"TableName":"t","CapacityUnits":0.5}}`,
}

func TestSoundAnswers(t *testing.T) {
	for _, body := range sound {
		if !check(t, []byte(body)) {
			t.Errorf("%s is not read", body)
		}
	}
}

// Names are compared, and many of them looked up: in every object anew.
func TestManyNames(t *testing.T) {
	object := func(n int, more string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"name%d":{"S":""},`, i)
		}
		return strings.TrimSuffix(b.String()+more, ",")
	}
	for _, n := range []int{1, 15, 16, 17, 18, 63, 64, 65, 66, 200, 1000} {
		wide := object(n, "")
		for name, c := range map[string]struct {
			item string
			want bool
		}{
			"each once":          {wide, true},
			"the first twice":    {object(n, `"name0":{"S":""}`), false},
			"the last twice":     {object(n, fmt.Sprintf(`"name%d":{"S":""}`, n-1)), false},
			"one twice, escaped": {object(n, `"\u006eame0":{"S":""}`), false},
			"inside as well":     {object(n, `"m":{"M":{`+wide+`}},"l":{"L":[{"M":{`+wide+`}},{"M":{`+wide+`}}]},"end":{"S":""}`), true},
			"twice inside":       {object(n, `"m":{"M":{`+wide+`,"name0":{"S":""}}}`), false},
			"twice around":       {object(n, `"m":{"M":{`+wide+`}},"name0":{"S":""}`), false},
			"twice in the next":  {wide + `},{` + object(n, `"name0":{"S":""}`), false},
			"the next alike":     {wide + `},{` + wide, true},
		} {
			_, err := wire.Read([]byte(`{"Items":[{`+c.item+`}]}`), wire.Page, "")
			if (err == nil) != c.want {
				t.Errorf("%d names, %s: %v", n, name, err)
			}
		}
	}
}

func TestHostileAnswers(t *testing.T) {
	deep := func(n int) string {
		return `{"Items":[{"a":` + strings.Repeat(`{"L":[`, n) + `{"S":""}` + strings.Repeat(`]}`, n) + `}]}`
	}
	many := `{"Items":[{` + strings.Repeat(`"a":{"S":""},`, 40) + `"b":{"S":""}}]}`
	for name, body := range map[string]string{
		"nothing":                 ``,
		"white space":             ` `,
		"a list":                  `[]`,
		"text":                    `<html>`,
		"cut in a string":         `{"Items":[{"a":{"S":"x`,
		"cut after an escape":     `{"Items":[{"a":{"S":"x\`,
		"cut in an item":          `{"Items":[{"a":{"S":"x"}`,
		"cut in a list":           `{"Items":[{"a":{"S":"x"}}`,
		"followed":                `{"Items":[]}{}`,
		"no comma":                `{"Items":[{"a":{"S":"x"}"b":{"S":"x"}}]}`,
		"no colon":                `{"Items":[{"a" {"S":"x"}}]}`,
		"no colon after a type":   `{"Items":[{"a":{"S" "x"}}]}`,
		"no colon after a set":    `{"Items":[{"a":{"BOOL" true}}]}`,
		"two commas":              `{"Items":[{"a":{"S":"x"},,"b":{"S":"x"}}]}`,
		"a comma at the end":      `{"Items":[{"a":{"S":"x"},}]}`,
		"Items twice":             `{"Items":[],"Items":[]}`,
		"a name twice":            `{"Items":[{"a":{"S":"x"},"a":{"S":"x"}}]}`,
		"a name twice, escaped":   `{"Items":[{"a":{"S":"x"},"\u0061":{"S":"x"}}]}`,
		"a name twice, inside":    `{"Items":[{"a":{"M":{"b":{"S":"x"},"b":{"S":"x"}}}}]}`,
		"a name twice, of many":   many,
		"two types":               `{"Items":[{"a":{"S":"x","N":"1"}}]}`,
		"one type twice":          `{"Items":[{"a":{"S":"x","S":"x"}}]}`,
		"no type":                 `{"Items":[{"a":{}}]}`,
		"unknown type":            `{"Items":[{"a":{"X":"x"}}]}`,
		"a type with an escape":   `{"Items":[{"a":{"\u0053":"x"}}]}`,
		"null":                    `{"Items":[{"a":null}]}`,
		"null inside":             `{"Items":[{"a":{"S":null}}]}`,
		"a number as a number":    `{"Items":[{"a":{"N":1}}]}`,
		"a string as a number":    `{"Items":[{"a":{"BOOL":"true"}}]}`,
		"a map as a list":         `{"Items":[{"a":{"M":[]}}]}`,
		"half a surrogate pair":   `{"Items":[{"a":{"S":"\ud83d"}}]}`,
		"half a pair, then text":  `{"Items":[{"a":{"S":"\ud83dxxxxxx"}}]}`,
		"the second half":         `{"Items":[{"a":{"S":"\ude00"}}]}`,
		"two first halves":        `{"Items":[{"a":{"S":"\ud83d\ud83d"}}]}`,
		"an escape of nothing":    `{"Items":[{"a":{"S":"\x"}}]}`,
		"short hexadecimals":      `{"Items":[{"a":{"S":"\u12"}}]}`,
		"no hexadecimals":         `{"Items":[{"a":{"S":"\u12zz"}}]}`,
		"broken UTF-8":            "{\"Items\":[{\"a\":{\"S\":\"\xff\"}}]}",
		"an encoded surrogate":    "{\"Items\":[{\"a\":{\"S\":\"\xed\xa0\x80\"}}]}",
		"a line break":            "{\"Items\":[{\"a\":{\"S\":\"\n\"}}]}",
		"no base64":               `{"Items":[{"a":{"B":"A"}}]}`,
		"base64 of URLs":          `{"Items":[{"a":{"B":"__--"}}]}`,
		"base64 with a break":     `{"Items":[{"a":{"B":"AA\nA="}}]}`,
		"base64 with bits left":   `{"Items":[{"a":{"B":"AB=="}}]}`,
		"base64 padded in middle": `{"Items":[{"a":{"B":"A=AA"}}]}`,
		"only padding":            `{"Items":[{"a":{"B":"===="}}]}`,
		"too deep":                deep(wire.MaxDepth + 1),
		"far too deep":            deep(1 << 16),
		"too deep beside":         `{"x":` + strings.Repeat(`[`, 1<<16),
	} {
		if check(t, []byte(body)) {
			t.Errorf("%s is read", name)
		}
	}
	if !check(t, []byte(deep(wire.MaxDepth-2))) {
		t.Error("as deep as may be, and it is not read")
	}
}

// The other shapes of answers.
func TestShapes(t *testing.T) {
	a, err := wire.Read([]byte(`{"Responses":{"t":[{"a":{"S":"1"}},{"a":{"S":"2"}}],"\u0075":[],"v":null},"UnprocessedKeys":{}}`), wire.Tables, "")
	if err != nil || len(a.Tables) != 3 || a.Tables[0].Name != "t" || len(a.Tables[0].Items) != 2 || a.Tables[1].Name != "u" || string(a.Rest) != `{"UnprocessedKeys":{}}` {
		t.Errorf("%+v, %v", a, err)
	}
	a, err = wire.Read([]byte(`{"Responses":[{"Item":{"a":{"S":"1"}}},{},{"Item":null},{"Other":[{}]}]}`), wire.Several, "")
	if err != nil || len(a.Items) != 4 || !a.Items[0].Raw() || a.Items[1].Raw() || a.Items[2].Raw() || a.Items[3].Raw() || a.Rest != nil {
		t.Errorf("%+v, %v", a, err)
	}
	a, err = wire.Read([]byte(`{"ConsumedCapacity":null}`), wire.One, "")
	if err != nil || a.Found || string(a.Rest) != `{"ConsumedCapacity":null}` {
		t.Errorf("%+v, %v", a, err)
	}
	for shape, body := range map[wire.Shape]string{wire.One: `{"Item":[]}`, wire.Tables: `{"Responses":[]}`, wire.Several: `{"Responses":[{"Item":{},"Item":{}}]}`, wire.Page: `{"Items":{}}`} {
		if _, err := wire.Read([]byte(body), shape, ""); err == nil {
			t.Errorf("shape %d: %s is read", shape, body)
		}
	}
}

// A record is read by its members.
func TestRecord(t *testing.T) {
	a, err := wire.Read([]byte(`{"Item":{"z":{"M":{"f":{"N":"2"}}},"rec":{"M":{"f":{"N":"1"},"e":{"S":"\u0078"},"m":{"M":{"f":{"S":""}}}}},"id":{"S":"1"}}}`), wire.One, "rec")
	if err != nil {
		t.Fatal(err)
	}
	rec, ok := a.Items[0].Record("rec")
	if !ok || rec.Count() != 3 {
		t.Errorf("%+v, %v", rec, ok)
	}
	for name, want := range map[string]bool{"f": true, "e": true, "m": true, "x": false} {
		if r := rec; r.Find(name) != want {
			t.Errorf("member %q: %v", name, !want)
		}
	}
	if end := rec.Begin(); !rec.More(end) || string(rec.Name()) != "f" || !item.Equal(rec.Value(), &types.AttributeValueMemberN{Value: "1"}) {
		t.Errorf("%+v", rec)
	}
	for name, of := range map[string]string{"no map": "id", "none": "x"} {
		if _, ok := a.Items[0].Record(of); ok {
			t.Errorf("%s is a record", name)
		}
	}
	if got := a.Items[0].Only("id", "none"); !item.Equal(mapOf(attrs{"id": &types.AttributeValueMemberS{Value: "1"}}), mapOf(got)) {
		t.Error(got)
	}
}

func FuzzRead(f *testing.F) {
	for _, body := range sound {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) { check(t, body) })
}
