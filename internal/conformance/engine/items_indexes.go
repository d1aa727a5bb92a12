package engine

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// indexValueChecks are about values that index keys cannot have, in all kinds of
// writes. The index is "byA" of the sorted table.
var indexValueChecks = []check{
	{"values of a wrong type in index keys", func(t *testing.T, x *fixture, pk string) {
		stored := with(skOf(pk, "1"), row{"v": str("before")})
		x.put(t, x.sorted, stored)
		for _, c := range wrongTypes {
			put, set := c.writes(pk)
			for how, err := range x.writes(t, put, set) {
				t.Run(c.text+", "+how, func(t *testing.T) { x.refused(t, err, invalid, c.text) })
			}
		}
		same(t, "the item afterwards", x.get(t, x.sorted, skOf(pk, "1")), stored)
	}},
	{"empty values in index keys", func(t *testing.T, x *fixture, pk string) {
		stored := with(skOf(pk, "1"), row{"v": str("before")})
		x.put(t, x.sorted, stored)
		put, set := indexKey{name: "a", value: str("")}.writes(pk)
		for how, err := range x.writes(t, put, set) {
			t.Run(how, func(t *testing.T) { x.refused(t, err, invalid, emptyIndexKey) })
		}
		x.same(t, "the item afterwards", x.get(t, x.sorted, skOf(pk, "1")), stored)
	}},
	{"values that are older than their index", func(t *testing.T, x *fixture, _ string) {
		table := x.create(t, "older", key("pk", "S"))
		old := with(pkOf("1"), row{"g": num("1")})
		x.put(t, table, old, with(pkOf("2"), row{"g": str("g")}))
		if !x.addIndex(t, table, "late", types.ProjectionTypeAll, "HASH g S") {
			return
		}
		x.same(t, "the index", x.scan(t, &dynamodb.ScanInput{TableName: &table, IndexName: aws.String("late")}), []string{"2"})
		_, err := x.Client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: &table, Key: pkOf("1"), UpdateExpression: aws.String("SET v = :v"), ExpressionAttributeValues: row{":v": num("1")}})
		x.accepted(t, err)
		same(t, "the item after an update of something else", x.get(t, table, pkOf("1")), with(old, row{"v": num("1")}))
		_, err = x.Client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: &table, Key: pkOf("1"), UpdateExpression: aws.String("SET g = :g"), ExpressionAttributeValues: row{":g": str("g")}})
		x.accepted(t, err)
		same(t, "the index after the value is mended", x.scan(t, &dynamodb.ScanInput{TableName: &table, IndexName: aws.String("late")}), []string{"1", "2"})
	}},
}

// transactedIndexChecks are the same for transactions.
var transactedIndexChecks = []check{
	{"actions with values of a wrong type in index keys", func(t *testing.T, x *fixture, pk string) {
		stored := with(skOf(pk, "1"), row{"v": str("before")})
		x.put(t, x.sorted, stored)
		for _, c := range wrongTypes {
			put, set := c.writes(pk)
			for how, action := range map[string]types.TransactWriteItem{"put": putAction(x.sorted, put), "update": updateAction(x.sorted, skOf(pk, "1"), set, exp{})} {
				got := x.cancelled(t, x.transact(t.Context(), "", putAction(x.sorted, skOf(pk, "2")), action))
				if len(got) != 2 || got[0].Code != "None" || got[1].Code != "ValidationError" {
					t.Errorf("%s, %s: reasons %v", c.text, how, got)
				}
			}
		}
		same(t, "the item afterwards", x.get(t, x.sorted, skOf(pk, "1")), stored)
		same(t, "another item of the transactions", x.get(t, x.sorted, skOf(pk, "2")), row(nil))
	}},
	{"actions with empty values in index keys", func(t *testing.T, x *fixture, pk string) {
		stored := with(skOf(pk, "1"), row{"v": str("before")})
		x.put(t, x.sorted, stored)
		put, set := indexKey{name: "a", value: str("")}.writes(pk)
		for _, action := range []types.TransactWriteItem{putAction(x.sorted, put), updateAction(x.sorted, skOf(pk, "1"), set, exp{})} {
			x.refused(t, x.transact(t.Context(), "", putAction(x.sorted, skOf(pk, "2")), action), invalid, emptyIndexKey)
		}
		same(t, "the item afterwards", x.get(t, x.sorted, skOf(pk, "1")), stored)
		same(t, "another item of the transactions", x.get(t, x.sorted, skOf(pk, "2")), row(nil))
	}},
}

// indexKey is a value that a key of an index cannot have, and what AWS says.
type indexKey struct {
	name  string
	value value
	text  string
}

var wrongTypes = []indexKey{
	{"a", num("1"), "Type mismatch for Index Key a Expected: S Actual: N"},
	{"a", null(), "Type mismatch for Index Key a Expected: S Actual: NULL"},
	{"a", object(row{"x": str("y")}), "Type mismatch for Index Key a Expected: S Actual: M"},
	{"a", strSet("x"), "Type mismatch for Index Key a Expected: S Actual: SS"},
	{"n", str("1"), "Type mismatch for Index Key n Expected: N Actual: S"},
	{"n", boolean(true), "Type mismatch for Index Key n Expected: N Actual: BOOL"},
}

const emptyIndexKey = "The AttributeValue for a key attribute cannot contain an empty string value."

// writes are an item with the value, and an update that sets it.
func (k indexKey) writes(pk string) (put row, set exp) {
	return with(skOf(pk, "1"), row{k.name: k.value}), exp{text: "SET " + k.name + " = :v", values: row{":v": k.value}}
}

// writes sends a put, a put in a batch, and an update of the sorted table, and
// returns their errors.
func (x *fixture) writes(t *testing.T, put row, set exp) map[string]error {
	t.Helper()
	_, batch := x.Client.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{x.sorted: {{PutRequest: &types.PutRequest{Item: put}}}}})
	_, update := x.Client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &x.sorted, Key: row{"pk": put["pk"], "sk": put["sk"]}, UpdateExpression: &set.text, ExpressionAttributeValues: set.values,
	})
	return map[string]error{"put": x.putInto(t.Context(), x.sorted, put), "put in a batch": batch, "update": update}
}
