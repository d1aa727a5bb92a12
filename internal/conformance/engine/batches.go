package engine

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var batchChecks = []check{
	{"C22 100 keys, some absent, over tables", func(t *testing.T, x *fixture, pk string) {
		keys := numberedKeys(pk, 99)
		want := map[string]row{}
		for i, k := range keys {
			if i%3 == 0 {
				item := with(k, row{"i": num(fmt.Sprint(i)), "v": str("x")})
				x.put(t, x.plain, item)
				want[stringOf(k["pk"])] = with(k, row{"i": num(fmt.Sprint(i))})
			}
		}
		other := with(skOf(pk, "1"), row{"v": str("y"), "i": num("1")})
		x.put(t, x.sorted, other)
		out, err := x.Client.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			x.plain:  {Keys: keys, ConsistentRead: aws.Bool(true), ProjectionExpression: aws.String("pk, #i"), ExpressionAttributeNames: map[string]string{"#i": "i"}},
			x.sorted: {Keys: []row{skOf(pk, "1")}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]row{}
		for _, item := range out.Responses[x.plain] {
			got[stringOf(item["pk"])] = item
		}
		same(t, "items of the first table", got, want)
		same(t, "items of the second table", out.Responses[x.sorted], []row{other})
		same(t, "unprocessed", len(out.UnprocessedKeys), 0)
	}},
	{"C22 one number in two forms", func(t *testing.T, x *fixture, pk string) {
		stored := row{"pk": str(pk), "sk": num("1"), "v": str("x")}
		x.put(t, x.numbers, stored)
		out, err := x.Client.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			x.numbers: {Keys: []row{{"pk": str(pk), "sk": num("1")}, {"pk": str(pk), "sk": num("1.0")}}},
		}})
		if x.accepted(t, err); err != nil {
			return
		}
		x.same(t, "items", out.Responses[x.numbers], []row{stored})
		same(t, "unprocessed", len(out.UnprocessedKeys), 0)
	}},
	{"C22 16 MB end a batch", func(t *testing.T, x *fixture, pk string) {
		keys := numberedKeys(pk, 60)
		for _, k := range keys {
			x.put(t, x.plain, with(k, row{"d": str(text(350_000))}))
		}
		out, err := x.Client.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			x.plain: {Keys: keys, ConsistentRead: aws.Bool(true), ExpressionAttributeNames: map[string]string{"#d": "d"}, ProjectionExpression: aws.String("pk, #d")},
		}})
		if err != nil {
			t.Fatal(err)
		}
		rest := out.UnprocessedKeys[x.plain]
		x.same(t, "items and unprocessed keys", []int{len(out.Responses[x.plain]), len(rest.Keys)}, []int{47, 13})
		same(t, "ConsistentRead of the rest", aws.ToBool(rest.ConsistentRead), true)
		x.same(t, "projection of the rest", aws.ToString(rest.ProjectionExpression), "pk, #d")
		x.same(t, "names of the rest", rest.ExpressionAttributeNames, map[string]string{"#d": "d"})
		seen := map[string]int{}
		for _, item := range out.Responses[x.plain] {
			seen[stringOf(item["pk"])]++
		}
		for _, k := range rest.Keys {
			seen[stringOf(k["pk"])]++
		}
		want := map[string]int{}
		for _, k := range keys {
			want[stringOf(k["pk"])] = 1
		}
		same(t, "how often each key is answered", seen, want)
	}},
	{"C23 25 puts and deletes", func(t *testing.T, x *fixture, pk string) {
		keys := numberedKeys(pk, 25)
		var requests []types.WriteRequest
		for i, k := range keys {
			x.put(t, x.plain, with(k, row{"v": num("0")}))
			if i%2 == 0 {
				requests = append(requests, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: k}})
				continue
			}
			requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: with(k, row{"w": num("1")})}})
		}
		out, err := x.Client.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{x.plain: requests}})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "unprocessed", len(out.UnprocessedItems), 0)
		for i, k := range keys {
			var want row
			if i%2 == 1 {
				want = with(k, row{"w": num("1")})
			}
			same(t, "item "+stringOf(k["pk"]), x.get(t, x.plain, k), want)
		}
	}},
}
