package fault_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/fault"
)

// many is the body of a batch of n writes.
func many(n int) string {
	return `{"RequestItems":{"a":[0` + strings.Repeat(",0", n-1) + `]}}`
}

func TestUnprocessed(t *testing.T) {
	const (
		puts = `{"RequestItems":{"b":[3],"a":[1,2]},"ReturnConsumedCapacity":"NONE"}`
		keys = `{"RequestItems":{"b":{"Keys":[3]},"a":{"Keys":[1,2],"ConsistentRead":true}}}`
	)
	for _, c := range []struct {
		name, op, body string
		keep           int
		engine         string // its answer
		sent, reply    string
	}{
		{"write none", "BatchWriteItem", puts, 0, "", "",
			`{"UnprocessedItems":{"a":[1,2],"b":[3]}}`},
		{"write one", "BatchWriteItem", puts, 1, `{"UnprocessedItems":{}}`,
			`{"RequestItems":{"a":[1]},"ReturnConsumedCapacity":"NONE"}`, `{"UnprocessedItems":{"a":[2],"b":[3]}}`},
		{"write two", "BatchWriteItem", puts, 2, `{}`,
			`{"RequestItems":{"a":[1,2]},"ReturnConsumedCapacity":"NONE"}`, `{"UnprocessedItems":{"b":[3]}}`},
		{"write all", "BatchWriteItem", puts, 3, `{"UnprocessedItems":{}}`, puts, `{"UnprocessedItems":{}}`},
		{"engine leaves some", "BatchWriteItem", puts, 1, `{"UnprocessedItems":{"a":[1]}}`,
			`{"RequestItems":{"a":[1]},"ReturnConsumedCapacity":"NONE"}`, `{"UnprocessedItems":{"a":[1,2],"b":[3]}}`},
		{"write too many", "BatchWriteItem", many(26), 1, `{"__type":"refused"}`, many(26), `{"__type":"refused"}`},
		{"read none", "BatchGetItem", keys, 0, "", "",
			`{"Responses":{},"UnprocessedKeys":{"a":{"ConsistentRead":true,"Keys":[1,2]},"b":{"Keys":[3]}}}`},
		{"read one", "BatchGetItem", keys, 1, `{"Responses":{"a":[{}]},"UnprocessedKeys":{}}`,
			`{"RequestItems":{"a":{"ConsistentRead":true,"Keys":[1]}}}`,
			`{"Responses":{"a":[{}]},"UnprocessedKeys":{"a":{"ConsistentRead":true,"Keys":[2]},"b":{"Keys":[3]}}}`},
		{"read, engine leaves some", "BatchGetItem", keys, 1, `{"Responses":{},"UnprocessedKeys":{"a":{"Keys":[1]}}}`,
			`{"RequestItems":{"a":{"ConsistentRead":true,"Keys":[1]}}}`,
			`{"Responses":{},"UnprocessedKeys":{"a":{"ConsistentRead":true,"Keys":[1,2]},"b":{"Keys":[3]}}}`},
		{"not JSON", "BatchGetItem", `{`, 1, `{}`, `{`, `{}`},
		{"not a batch", "BatchGetItem", `{"RequestItems":{"a":5}}`, 1, `{}`, `{"RequestItems":{"a":5}}`, `{}`},
		{"another operation", "PutItem", puts, 0, `{}`, puts, `{}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &engine{reply: c.engine}
			tr := fault.New(e, fault.Inject(fault.Unprocessed(c.keep)))
			status, reply, err := do(t, tr, c.op, c.body)
			if err != nil || status != 200 {
				t.Fatal(status, err)
			}
			equal(t, "reply", c.reply, reply)
			want := []string{}
			if c.sent != "" {
				want = append(want, c.op+" "+c.sent)
			}
			equal(t, "executed", want, e.executed())
			equal(t, "recorded body", c.body, string(tr.Requests()[0].Body))
		})
	}
}

func TestUnprocessedThroughTheSDK(t *testing.T) {
	db := client(fault.New(&engine{reply: `{"UnprocessedItems":{}}`}, fault.Inject(fault.Unprocessed(1))))
	in := &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"t": {
		{PutRequest: &types.PutRequest{Item: put("1").Item}}, {PutRequest: &types.PutRequest{Item: put("<2>").Item}},
	}}}
	out, err := db.BatchWriteItem(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	rest := out.UnprocessedItems["t"]
	if len(rest) != 1 || rest[0].PutRequest.Item["id"].(*types.AttributeValueMemberS).Value != "<2>" {
		t.Errorf("unprocessed %+v", out.UnprocessedItems)
	}
}

func TestShuffle(t *testing.T) {
	var items []string
	for i := range 20 {
		items = append(items, fmt.Sprintf(`{"n":{"N":"%d"}}`, i))
	}
	reply := `{"Responses":{"t":[` + strings.Join(items, ",") + `]},"UnprocessedKeys":{}}`
	in := &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"t": {
		Keys: []map[string]types.AttributeValue{{"id": &types.AttributeValueMemberS{Value: "1"}}}, ConsistentRead: aws.Bool(true),
	}}}
	order := func(seed uint64) string {
		out, err := client(fault.New(&engine{reply: reply}, fault.Inject(fault.Shuffle(seed)))).BatchGetItem(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		var s []string
		seen := map[string]bool{}
		for _, item := range out.Responses["t"] {
			n := item["n"].(*types.AttributeValueMemberN).Value
			s, seen[n] = append(s, n), true
		}
		equal(t, "items", 20, len(seen))
		return strings.Join(s, " ")
	}
	first, again, other := order(1), order(1), order(2)
	if first != again || first == other || strings.HasPrefix(first, "0 1 2 3 4") {
		t.Errorf("orders %q, again %q, other seed %q", first, again, other)
	}
	_, got, err := do(t, fault.New(&engine{reply: `{"Responses":5}`}, fault.Inject(fault.Shuffle(1))), "BatchGetItem", "{}")
	if err != nil || got != `{"Responses":5}` {
		t.Error(got, err)
	}
}
