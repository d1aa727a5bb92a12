package wire_test

import (
	"context"
	"encoding/json"
	"io"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded/internal/wire"
)

// FuzzDecode: any body gets an answer that is JSON. No input makes the decoder
// panic (a panic would not be caught here: only the backend is guarded). A body
// that was accepted once is accepted in the form in which it is written back.
func FuzzDecode(f *testing.F) {
	ops := []string{"PutItem", "UpdateItem", "Query", "BatchWriteItem", "TransactWriteItems", "CreateTable", "UpdateTable", "Nothing"}
	for i := range ops {
		f.Add(byte(i), []byte(`{"TableName":"t","Item":{"a":{"M":{"b":{"L":[{"S":"x"},{"N":"1"},{"B":"AAE="},{"NULL":true}]}}}}}`))
	}
	f.Add(byte(0), []byte(`{"Item":{"a":{"SS":["\ud83d\ude00"],"BS":["AA=="]}},"X":[{"":null}]}`))
	f.Add(byte(2), []byte(`{"Limit":-1e9,"ScanIndexForward":false,"ExpressionAttributeValues":{":v":{"BOOL":true}}}`))
	f.Add(byte(3), []byte(`{"RequestItems":{"t":[{"PutRequest":{"Item":{}}},{"DeleteRequest":{"Key":{}}}]}}`))
	f.Add(byte(4), []byte(`{"TransactItems":[{"Put":{"Item":{"a":{"S":"\\\"\u0000"}}}}]}`))
	f.Add(byte(5), []byte(`{"KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],"ProvisionedThroughput":{"ReadCapacityUnits":1}}`))
	f.Fuzz(func(t *testing.T, op byte, body []byte) {
		var in any
		d := wire.NewTransport(fake(func(_ context.Context, got any) (any, error) { in = got; return nil, nil }))
		res, err := d.Do(request(t, ops[int(op)%len(ops)], string(body)))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		if err != nil || !json.Valid(text) {
			t.Fatalf("answer %q, %v", text, err)
		}
		if accepted := in != nil; accepted != (res.StatusCode == 200) {
			t.Fatalf("%d although accepted is %t: %s", res.StatusCode, accepted, text)
		}
		put, ok := in.(*dynamodb.PutItemInput)
		if !ok || put.Item == nil {
			return
		}
		// The item goes out by the encoder and comes back by the decoder.
		echo := wire.NewTransport(fake(func(context.Context, any) (any, error) {
			return &dynamodb.GetItemOutput{Item: put.Item}, nil
		}))
		got := post(t, echo, "GetItem", `{}`)
		again := post(t, d, "PutItem", got.body)
		if again.status != 200 {
			t.Fatalf("%s was refused: %s", got.body, again.text)
		}
		mustEqual(t, "item", put.Item, in.(*dynamodb.PutItemInput).Item)
	})
}
