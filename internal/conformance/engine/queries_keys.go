package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// keyChecks are about global indexes whose keys have several attributes of a
// kind. AWS's answers are from its developer guide, and from paritysuite
// (multiAttributeKeys.test.ts), scylla (test_gsi_composite_keys.py) and the
// tests of dynoxide, all of which have been run against AWS.
var keyChecks = []check{
	{"key conditions of several attributes", func(t *testing.T, x *fixture, _ string) {
		table := x.create(t, "keyed", key("pk", "S"), index("idx", types.ProjectionTypeAll, "HASH h1 S", "HASH h2 N", "RANGE s S", "RANGE n N", "RANGE b B"))
		for _, item := range slices.Backward(keyedItems()) {
			x.put(t, table, item)
		}
		// Neighbours of the partition, and an item without a key.
		other := keyedItem("other", "a", "1", "\x00")
		x.put(t, table, with(other, row{"pk": str("o1"), "h1": str("xy")}), with(other, row{"pk": str("o2"), "h2": num("11")}), row{"pk": str("o3"), "h1": str("x"), "h2": num("1"), "s": str("a"), "n": num("1")})
		for _, c := range []struct{ condition, want string }{
			{"", "1 2 3 4 5 6 7"},
			{" AND s = :a", "1 2 3 4 5"},
			{" AND s > :a", "6 7"},
			{" AND s <= :ab", "1 2 3 4 5 6"},
			{" AND begins_with(s, :a)", "1 2 3 4 5 6"},
			{" AND s = :a AND n = :one", "2 3 4"},
			{" AND n = :one AND s = :a", "2 3 4"},
			{" AND s = :a AND n < :one", "1"},
			{" AND s = :a AND n BETWEEN :one AND :ten", "2 3 4 5"},
			{" AND s = :a AND n = :one AND b = :zero", "2"},
			{" AND s = :a AND n = :one AND b > :zero", "3 4"},
			{" AND s = :a AND n = :one AND begins_with(b, :zero)", "2 3"},
			{" AND s = :b AND n = :ten", ""},
		} {
			for _, forward := range []bool{true, false} {
				in := keyedQuery(table, c.condition)
				in.ScanIndexForward, in.Limit = &forward, aws.Int32(2)
				want := strings.Fields(c.want)
				if !forward {
					slices.Reverse(want)
				}
				same(t, fmt.Sprintf("h1 and h2%s, forward %v", c.condition, forward), primaryKeys(x.query(t, in)), append([]string{}, want...))
			}
		}
		page, err := x.Client.Query(t.Context(), func() *dynamodb.QueryInput {
			in := keyedQuery(table, " AND s = :a")
			in.Limit = aws.Int32(2)
			return in
		}())
		if err != nil {
			t.Fatal(err)
		}
		same(t, "where a page ends", page.LastEvaluatedKey, keyedItem("2", "a", "1", "\x00"))
		want := []string{"1", "2", "3", "4", "5", "6", "7", "o1", "o2"}
		same(t, "scan", x.scan(t, &dynamodb.ScanInput{TableName: &table, IndexName: aws.String("idx"), Limit: aws.Int32(4)}), want)
		var segments []string
		for n := range int32(3) {
			segments = append(segments, x.scan(t, &dynamodb.ScanInput{TableName: &table, IndexName: aws.String("idx"), Segment: aws.Int32(n), TotalSegments: aws.Int32(3)})...)
		}
		same(t, "three segments together", slices.Sorted(slices.Values(segments)), want)
	}},
	{"key conditions of several attributes are checked", func(t *testing.T, x *fixture, _ string) {
		table := x.create(t, "keyed", key("pk", "S"), index("idx", types.ProjectionTypeAll, "HASH h1 S", "HASH h2 N", "RANGE s S", "RANGE n N", "RANGE b B"))
		for _, c := range []struct{ condition, text string }{
			{"h1 = :x", "HASH key attributes h2 must have equality conditions specified in the query"},
			{"s = :x", "HASH key attributes h1, h2 must have equality conditions specified in the query"},
			{"h1 = :x AND h2 > :one", "HASH key attributes h2 must have equality conditions specified in the query"},
			{"h1 = :x AND h2 BETWEEN :one AND :ten", "HASH key attributes h2 must have equality conditions specified in the query"},
			{"h1 = :x AND h2 = :one AND n = :one", "RANGE key attributes s must have equality conditions specified in the query because a condition is present on key attribute n"},
			{"h1 = :x AND h2 = :one AND b = :zero", "RANGE key attributes s, n must have equality conditions specified in the query because a condition is present on key attribute b"},
			{"h1 = :x AND h2 = :one AND s > :a AND n = :one", "RANGE key attributes s must have equality conditions specified in the query because a condition is present on key attribute n"},
			{"h1 = :x AND h2 = :one AND begins_with(s, :a) AND n > :one", "RANGE key attributes s must have equality conditions specified in the query because a condition is present on key attribute n"},
			{"h1 = :x AND h2 = :one AND v = :one", "Query condition missed key schema element: s"},
			{"h1 = :x AND h2 = :one AND s = :a AND n = :one AND b = :zero AND v = :one", "The number of query conditions (6) exceeds the number of key attributes defined in the schema (5)"},
			{"h1 = :x AND h2 = :x", "Condition parameter type does not match schema type"},
			{"h1 = :x AND h2 = :one AND s = :a AND n = :a", "Condition parameter type does not match schema type"},
			{"h1 = :x AND h2 = :one AND s = :a AND begins_with(n, :one)", "operator or function: begins_with, operand type: N"},
		} {
			_, err := x.Client.Query(t.Context(), keyedRequest(table, c.condition))
			t.Run(c.condition, func(t *testing.T) { x.refused(t, err, invalid, c.text) })
		}
		for _, name := range []string{"h1", "h2", "s", "n", "b"} {
			in := keyedQuery(table, "")
			in.FilterExpression = aws.String("attribute_exists(" + name + ")")
			_, err := x.Client.Query(t.Context(), in)
			x.refused(t, err, invalid, "Filter Expression can only contain non-primary key attributes: Primary key attribute: "+name)
		}
		in := keyedQuery(table, "")
		in.ConsistentRead = aws.Bool(true)
		_, err := x.Client.Query(t.Context(), in)
		x.refused(t, err, invalid, "Consistent reads are not supported on global secondary indexes")
	}},
	{"start keys of several attributes", func(t *testing.T, x *fixture, _ string) {
		table := x.create(t, "keyed", key("pk", "S"), index("idx", types.ProjectionTypeAll, "HASH h1 S", "HASH h2 N", "RANGE s S", "RANGE n N", "RANGE b B"))
		x.put(t, table, keyedItems()...)
		start := keyedItem("gone", "a", "1", "\x00\x00\x00")
		in := keyedQuery(table, " AND s = :a AND n >= :one")
		in.ExclusiveStartKey = start
		same(t, "after an item that is not there", primaryKeys(x.query(t, in)), []string{"3", "4", "5"})
		without := func(name string) row { i := with(start); delete(i, name); return i }
		for _, c := range []struct {
			name  string
			start row
			text  string
		}{
			{"without a part of the partition key", without("h2"), "The provided starting key is invalid"},
			{"without a part of the sort key", without("n"), "The provided starting key is invalid"},
			{"without the key of the table", without("pk"), "The provided starting key is invalid"},
			{"with another attribute", with(start, row{"v": num("1")}), "The provided starting key is invalid"},
			{"with a wrong type", with(start, row{"n": str("1")}), "The provided starting key is invalid"},
			{"outside of an equality", with(start, row{"s": str("b")}), "The provided starting key does not match the range key predicate"},
			{"outside of a range", with(start, row{"n": num("-1")}), "The provided starting key does not match the range key predicate"},
			{"in another first half of the partition", with(start, row{"h1": str("y")}), "The query can return at most one row and cannot be restarted"},
			{"in another last half of the partition", with(start, row{"h2": num("2")}), "The query can return at most one row and cannot be restarted"},
		} {
			in.ExclusiveStartKey = c.start
			_, err := x.Client.Query(t.Context(), in)
			t.Run(c.name, func(t *testing.T) { x.refused(t, err, invalid, c.text) })
		}
		in = keyedQuery(table, "")
		in.ExclusiveStartKey = with(start, row{"h2": num("2")})
		_, err := x.Client.Query(t.Context(), in)
		x.refused(t, err, invalid, "The provided starting key is outside query boundaries based on provided conditions")
	}},
	{"keys of several attributes are checked", func(t *testing.T, x *fixture, _ string) {
		for _, c := range []struct{ key, text string }{
			{"HASH a S, HASH b S, HASH c S, HASH d S, HASH e S", "The KeySchema exceeds the maximum allowed number of HASH key attributes"},
			{"HASH h S, RANGE a S, RANGE b S, RANGE c S, RANGE d S, RANGE e S", "The KeySchema exceeds the maximum allowed number of RANGE key attributes"},
			{"HASH h S, RANGE a S, HASH b S", "All HASH key attributes must precede RANGE key attributes in the KeySchema"},
			{"RANGE a S, RANGE b S", "The first KeySchemaElement is not a HASH key type"},
			{"HASH h S, HASH h S", "The KeySchema contains multiple key attributes with the same name"},
			{"HASH h S, RANGE a S, RANGE a S", "The KeySchema contains multiple key attributes with the same name"},
			{"HASH h S, RANGE h S", "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
		} {
			in := &dynamodb.CreateTableInput{TableName: aws.String(kit.TableName("wrong")), BillingMode: types.BillingModePayPerRequest}
			key("pk", "S")(in)
			index("idx", types.ProjectionTypeAll, strings.Split(c.key, ", ")...)(in)
			_, err := x.Client.CreateTable(t.Context(), in)
			t.Run(c.key, func(t *testing.T) { x.refused(t, err, invalid, c.text) })
		}
		in := &dynamodb.CreateTableInput{TableName: aws.String(kit.TableName("wrong")), BillingMode: types.BillingModePayPerRequest}
		key("pk", "S")(in)
		key("sk", "S")(in)
		index("idx", types.ProjectionTypeAll, "HASH pk S", "RANGE l1 S", "RANGE l2 S")(in)
		i := in.GlobalSecondaryIndexes[0]
		in.GlobalSecondaryIndexes, in.LocalSecondaryIndexes = nil, []types.LocalSecondaryIndex{{IndexName: i.IndexName, KeySchema: i.KeySchema, Projection: i.Projection}}
		_, err := x.Client.CreateTable(t.Context(), in)
		x.refused(t, err, invalid, "Member must have length less than or equal to 2")
	}},
	{"an index of eight attributes follows its table", func(t *testing.T, x *fixture, _ string) {
		table := x.create(t, "keyed", key("pk", "S"))
		full := func(pk string, r4 string) row {
			item := row{"pk": str(pk), "h1": str("1"), "h2": str("2"), "h3": str("3"), "h4": str("4"), "r1": str("a"), "r2": str("b"), "r3": str("c"), "r4": num(r4), "v": str("v")}
			return item
		}
		x.put(t, table, full("1", "10"), full("2", "9"), full("3", "-1"), with(full("4", "0"), row{"h3": num("3")}), pkOf("5"))
		if !x.addIndex(t, table, "late", types.ProjectionTypeKeysOnly, "HASH h1 S", "HASH h2 S", "HASH h3 S", "HASH h4 S", "RANGE r1 S", "RANGE r2 S", "RANGE r3 S", "RANGE r4 N") {
			return
		}
		query := &dynamodb.QueryInput{
			TableName: &table, IndexName: aws.String("late"), KeyConditionExpression: aws.String("h1 = :1 AND h2 = :2 AND h3 = :3 AND h4 = :4"),
			ExpressionAttributeValues: row{":1": str("1"), ":2": str("2"), ":3": str("3"), ":4": str("4")},
		}
		same(t, "what the index got from the table", primaryKeys(x.query(t, query)), []string{"3", "2", "1"})
		_, err := x.Client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: &table, Key: pkOf("2"), UpdateExpression: aws.String("REMOVE h4")})
		x.accepted(t, err)
		_, err = x.Client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: &table, Key: pkOf("3"), UpdateExpression: aws.String("SET r4 = :n"), ExpressionAttributeValues: row{":n": num("11")}})
		x.accepted(t, err)
		x.put(t, table, full("6", "10.5"))
		items := x.query(t, query)
		same(t, "after updates and a put", primaryKeys(items), []string{"1", "6", "3"})
		keys := full("6", "10.5")
		delete(keys, "v")
		same(t, "what the index has of an item", items[1], keys)

		for _, c := range []struct {
			name  string
			value value
			text  string
		}{
			{"h3", num("3"), "Type mismatch for Index Key h3 Expected: S Actual: N IndexName: late"},
			{"r4", str("3"), "Type mismatch for Index Key r4 Expected: N Actual: S IndexName: late"},
			{"r2", null(), "Type mismatch for Index Key r2 Expected: S Actual: NULL IndexName: late"},
			{"h2", str(""), "cannot contain an empty string value. IndexName: late, IndexKey: h2"},
		} {
			x.refused(t, x.putInto(t.Context(), table, row{"pk": str("6"), c.name: c.value}), invalid, c.text)
			_, err := x.Client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: &table, Key: pkOf("6"), UpdateExpression: aws.String("SET " + c.name + " = :v"), ExpressionAttributeValues: row{":v": c.value}})
			x.refused(t, err, invalid, strings.TrimSuffix(c.text, " IndexName: late, IndexKey: h2"))
		}
		same(t, "the item after all refusals", x.get(t, table, pkOf("6")), full("6", "10.5"))
	}},
}

// index adds a global index to a table. Its key attributes are given as "HASH
// name type" and "RANGE name type".
func index(name string, projection types.ProjectionType, attributes ...string) func(*dynamodb.CreateTableInput) {
	return func(in *dynamodb.CreateTableInput) {
		i := types.GlobalSecondaryIndex{IndexName: &name, Projection: &types.Projection{ProjectionType: projection}}
		for _, text := range attributes {
			words := strings.Fields(text)
			i.KeySchema = append(i.KeySchema, types.KeySchemaElement{AttributeName: &words[1], KeyType: types.KeyType(words[0])})
			if !slices.ContainsFunc(in.AttributeDefinitions, func(a types.AttributeDefinition) bool { return *a.AttributeName == words[1] }) {
				in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: &words[1], AttributeType: types.ScalarAttributeType(words[2])})
			}
		}
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, i)
	}
}

// addIndex adds a global index to a table that exists, and waits for it. It
// reports whether the engine did that; one that did not is known for it.
func (x *fixture) addIndex(t *testing.T, table, name string, projection types.ProjectionType, attributes ...string) bool {
	t.Helper()
	var in dynamodb.CreateTableInput
	index(name, projection, attributes...)(&in)
	i := in.GlobalSecondaryIndexes[0]
	_, err := x.Client.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
		TableName: &table, AttributeDefinitions: in.AttributeDefinitions,
		GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Create: &types.CreateGlobalSecondaryIndexAction{
			IndexName: i.IndexName, KeySchema: i.KeySchema, Projection: i.Projection,
		}}},
	})
	if x.accepted(t, err); err != nil {
		return false
	}
	for end := time.Now().Add(10 * tableWait); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		out, err := x.Client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &table})
		if err != nil {
			t.Fatal(err)
		}
		if found := out.Table.GlobalSecondaryIndexes; len(found) == 1 && found[0].IndexStatus == types.IndexStatusActive {
			same(t, "the described key", keyText(found[0].KeySchema), keyText(i.KeySchema))
			return true
		}
	}
	t.Fatalf("the index %s did not become active", name)
	return false
}

func keyText(schema []types.KeySchemaElement) string {
	var text []string
	for _, e := range schema {
		text = append(text, string(e.KeyType)+" "+*e.AttributeName)
	}
	return strings.Join(text, ", ")
}

// keyedItem is an item of the index that the cases of this file query.
func keyedItem(pk, s, n, b string) row {
	return row{"pk": str(pk), "h1": str("x"), "h2": num("1"), "s": str(s), "n": num(n), "b": bin(b)}
}

// keyedItems are the items of one partition, in the order of the index.
func keyedItems() []row {
	return []row{
		keyedItem("1", "a", "-2", "\x00"), keyedItem("2", "a", "1", "\x00"), keyedItem("3", "a", "1", "\x00\x01"), keyedItem("4", "a", "1", "\x7f"),
		keyedItem("5", "a", "10", "\x00"), keyedItem("6", "ab", "0", "\x00"), keyedItem("7", "b", "1", "\x00"),
	}
}

// keyedQuery queries the partition of keyedItems.
func keyedQuery(table, condition string) *dynamodb.QueryInput {
	return keyedRequest(table, "h1 = :x AND h2 = :one"+condition)
}

// keyedRequest is a query of that index with the values that the condition
// names.
func keyedRequest(table, condition string) *dynamodb.QueryInput {
	values := row{}
	for name, v := range map[string]value{"x": str("x"), "one": num("1"), "ten": num("10"), "a": str("a"), "ab": str("ab"), "b": str("b"), "zero": bin("\x00")} {
		for _, word := range strings.FieldsFunc(condition, func(r rune) bool { return strings.ContainsRune(" (),=", r) }) {
			if word == ":"+name {
				values[word] = v
			}
		}
	}
	return &dynamodb.QueryInput{TableName: &table, IndexName: aws.String("idx"), KeyConditionExpression: &condition, ExpressionAttributeValues: values}
}

func primaryKeys(items []row) []string {
	keys := []string{}
	for _, item := range items {
		keys = append(keys, stringOf(item["pk"]))
	}
	return keys
}
