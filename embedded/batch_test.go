package embedded

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestBatchesOfSeveralTables(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		store(t, a, "plain", item{"pk": str("old")})
		written, err := a.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{
			ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal, ReturnItemCollectionMetrics: types.ReturnItemCollectionMetricsSize,
			RequestItems: map[string][]types.WriteRequest{
				"plain":  {{PutRequest: &types.PutRequest{Item: item{"pk": str("a"), "v": num("1")}}}, {DeleteRequest: &types.DeleteRequest{Key: item{"pk": str("old")}}}},
				"sorted": {{PutRequest: &types.PutRequest{Item: item{"pk": str("p"), "sk": num("1")}}}, {PutRequest: &types.PutRequest{Item: item{"pk": str("p"), "sk": num("2")}}}},
			},
		})
		if err != nil || len(written.UnprocessedItems) != 0 {
			t.Fatal(err, written)
		}
		if got := units(&written.ConsumedCapacity[0]) + "|" + units(&written.ConsumedCapacity[1]); got != "plain 2|sorted 2" {
			t.Error(got)
		}
		if m := written.ItemCollectionMetrics; len(m) != 1 || len(m["sorted"]) != 1 || show(m["sorted"][0].ItemCollectionKey) != `{pk: "p"}` {
			t.Errorf("%+v", m)
		}
		read, err := a.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{
			ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
			RequestItems: map[string]types.KeysAndAttributes{
				"plain":  {Keys: []item{{"pk": str("a")}, {"pk": str("old")}}, ConsistentRead: aws.Bool(true)},
				"sorted": {Keys: []item{{"pk": str("p"), "sk": num("2")}}, ProjectionExpression: aws.String("#s"), ExpressionAttributeNames: map[string]string{"#s": "sk"}},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		same(t, read.Responses["plain"], []item{{"pk": str("a"), "v": num("1")}})
		same(t, read.Responses["sorted"], []item{{"sk": num("2")}})
		if got := units(&read.ConsumedCapacity[0]) + "|" + units(&read.ConsumedCapacity[1]); got != "plain 2|sorted 0.5" || len(read.UnprocessedKeys) != 0 {
			t.Error(got, read.UnprocessedKeys)
		}
	})
}

// TestBatchGetEnds is C22: at 16 MB, and at 1 MB of one partition.
func TestBatchGetEnds(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		var all []item
		for i := range 60 {
			store(t, a, "plain", filler("k"+strconv.Itoa(i), 350_000))
			all = append(all, item{"pk": str("k" + strconv.Itoa(i))})
		}
		out, err := a.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			"plain": {Keys: all, ConsistentRead: aws.Bool(true), ProjectionExpression: aws.String("pk, #d"), ExpressionAttributeNames: map[string]string{"#d": "d"}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		rest := out.UnprocessedKeys["plain"]
		if len(out.Responses["plain"]) != 47 || len(rest.Keys) != 13 || !aws.ToBool(rest.ConsistentRead) || *rest.ProjectionExpression != "pk, #d" || rest.ExpressionAttributeNames["#d"] != "d" {
			t.Errorf("%d items, rest %+v", len(out.Responses["plain"]), rest)
		}
		all = nil
		for i := range 5 {
			one := item{"pk": str("p"), "sk": num(strconv.Itoa(i)), "d": str(strings.Repeat("x", 300_000))}
			store(t, a, "sorted", one)
			all = append(all, item{"pk": one["pk"], "sk": one["sk"]})
		}
		out, err = a.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"sorted": {Keys: all}}})
		if err != nil || len(out.Responses["sorted"]) != 3 || len(out.UnprocessedKeys["sorted"].Keys) != 2 {
			t.Errorf("%d items, %d left, %v", len(out.Responses["sorted"]), len(out.UnprocessedKeys["sorted"].Keys), err)
		}
	})
}

func TestBatchWriteIsCheckedBeforeItWrites(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		good := types.WriteRequest{PutRequest: &types.PutRequest{Item: item{"pk": str("good")}}}
		for _, c := range []struct {
			bad      types.WriteRequest
			fragment string
		}{
			{types.WriteRequest{PutRequest: &types.PutRequest{Item: item{"pk": num("1")}}}, "The provided key element does not match the schema"},
			{types.WriteRequest{PutRequest: &types.PutRequest{Item: item{"pk": list(str("x"))}}}, "The provided key element does not match the schema"},
			{types.WriteRequest{PutRequest: &types.PutRequest{Item: item{"other": str("x")}}}, "The provided key element does not match the schema"},
			{types.WriteRequest{PutRequest: &types.PutRequest{Item: item{"pk": str("")}}}, "cannot contain an empty string value. Key: pk"},
			{types.WriteRequest{PutRequest: &types.PutRequest{Item: filler("k", 409_601)}}, "Item size has exceeded the maximum allowed size"},
			{types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: item{"pk": str("k"), "x": num("1")}}}, "The provided key element does not match the schema"},
			{types.WriteRequest{}, "exactly one"},
		} {
			_, err := a.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"plain": {good, c.bad}}})
			refused(t, err, invalid, c.fragment)
			same(t, get(t, a, "plain", item{"pk": str("good")}), item(nil))
		}
	})
}

// TestBatchShapes: errors of the batch as a whole come before those of its
// tables. A bad name of a table is reported last in a batch of writes and first
// in one of reads.
func TestBatchShapes(t *testing.T) {
	const (
		names  = "failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]"
		values = "failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]"
		units  = "Value 'ALL' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"
		size   = "Value 'BIG' at 'returnItemCollectionMetrics' failed to satisfy constraint: Member must satisfy enum value set: [SIZE, NONE]"
	)
	put := []types.WriteRequest{{PutRequest: &types.PutRequest{Item: item{"pk": str("k")}}}}
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		for _, c := range []struct {
			in   dynamodb.BatchWriteItemInput
			want string
		}{
			{dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"plain": {}}}, "1 validation error detected: Value '{plain=[]}' at 'requestItems' " + values},
			{dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"bad!name": put}}, "1 validation error detected: Value '{bad!name=[...]}' at 'requestItems' " + names},
			{dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"ab": put}}, "1 validation error detected: Value '{ab=[...]}' at 'requestItems' " + names},
			{dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"bad!name": put}, ReturnConsumedCapacity: "ALL"}, "1 validation error detected: " + units},
			{dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"nowhere": put}, ReturnConsumedCapacity: "ALL", ReturnItemCollectionMetrics: "BIG"}, "2 validation errors detected: " + units + "; " + size},
		} {
			_, err := a.BatchWriteItem(t.Context(), &c.in)
			refused(t, err, invalid, c.want)
		}
		keys := types.KeysAndAttributes{Keys: []item{{"pk": str("k")}}}
		for _, c := range []struct {
			in   dynamodb.BatchGetItemInput
			want string
		}{
			{dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"bad!name": keys}, ReturnConsumedCapacity: "ALL"}, "2 validation errors detected: Value '{bad!name=[...]}' at 'requestItems' " + names + "; " + units},
			{dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"nowhere": keys}, ReturnConsumedCapacity: "ALL"}, "1 validation error detected: " + units},
		} {
			_, err := a.BatchGetItem(t.Context(), &c.in)
			refused(t, err, invalid, c.want)
		}
	})
}

// TestBatchGetOfOneNumberInTwoForms: only the same text is a duplicate. One
// item is read once, under either name of its table.
func TestBatchGetOfOneNumberInTwoForms(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		stored := item{"pk": str("p"), "sk": num("1"), "v": num("7")}
		store(t, a, "sorted", stored, item{"pk": str("p"), "sk": num("2")})
		key := func(n string) item { return item{"pk": str("p"), "sk": num(n)} }
		out, err := a.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{
			ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
			RequestItems: map[string]types.KeysAndAttributes{
				defaultARN("sorted"): {Keys: []item{key("1"), key("1.0"), key("10e-1")}},
				"sorted":             {Keys: []item{key("01"), key("2")}},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		same(t, out.Responses[defaultARN("sorted")], []item{stored})
		same(t, out.Responses["sorted"], []item{key("2")})
		if len(out.UnprocessedKeys) != 0 {
			t.Errorf("left %v", out.UnprocessedKeys)
		}
		for _, twice := range []map[string]types.KeysAndAttributes{
			{"sorted": {Keys: []item{key("1.0"), key("1"), key("1.0")}}},
			{"sorted": {Keys: []item{key("1.0")}}, defaultARN("sorted"): {Keys: []item{key("1.0")}}},
		} {
			_, err = a.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: twice})
			refused(t, err, invalid, "Provided list of item keys contains duplicates")
		}
		put := func(n string) types.WriteRequest {
			return types.WriteRequest{PutRequest: &types.PutRequest{Item: key(n)}}
		}
		_, err = a.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"sorted": {put("1"), put("1.0")}}})
		refused(t, err, invalid, "Provided list of item keys contains duplicates")
	})
}
