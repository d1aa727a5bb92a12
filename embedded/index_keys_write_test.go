package embedded

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func updateKeyed(t *testing.T, a api, id, text string, values item) (string, error) {
	t.Helper()
	out, err := a.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String("keyed"), Key: item{"id": str(id)}, UpdateExpression: aws.String(text), ExpressionAttributeValues: values,
		ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes,
	})
	if err != nil {
		return "", err
	}
	return units(out.ConsumedCapacity), nil
}

// An item is in the index only while it has all attributes of the key. The
// index pays for what changes in it.
func TestIndexesOfSeveralAttributesAreSparse(t *testing.T) {
	keyed(t, func(t *testing.T, db *DB, a api) {
		all := byKey("h1 = :h AND h2 = :g", ":h=x", ":g=y")
		store(t, a, "keyed", row("1", "x", "y", "a", "1", "a"))
		for _, name := range []string{"h1", "h2", "s1", "n1", "s2"} {
			i := row("without "+name, "x", "y", "a", "1", "a")
			delete(i, name)
			store(t, a, "keyed", i)
		}
		same(t, ids(t, a, all), "1")
		out, err := db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("keyed")})
		if err != nil || *out.Table.ItemCount != 6 || *out.Table.GlobalSecondaryIndexes[0].ItemCount != 1 {
			t.Errorf("%+v, %v", out, err)
		}
		for _, c := range []struct {
			id, update  string
			values      item
			units, want string
		}{
			{"1", "REMOVE s2", nil, "keyed 2 table 1 idx 1", ""},
			{"1", "SET x = :v", item{":v": str("x")}, "keyed 1 table 1", ""},
			{"1", "SET s2 = :v", item{":v": str("b")}, "keyed 2 table 1 idx 1", "1"},
			{"without s2", "SET s2 = :v", item{":v": str("a")}, "keyed 2 table 1 idx 1", "without s2 1"},
			{"1", "SET n1 = :v", item{":v": num("0")}, "keyed 3 table 1 idx 2", "1 without s2"},
			{"1", "SET n1 = :v", item{":v": num("0.0")}, "keyed 1 table 1", "1 without s2"},
			{"1", "SET x = :v", item{":v": str("y")}, "keyed 2 table 1 idx 1", "1 without s2"},
			{"1", "SET h1 = :v, h2 = :w", item{":v": str("y"), ":w": str("x")}, "keyed 3 table 1 idx 2", "without s2"},
			{"1", "REMOVE h1, n1", nil, "keyed 2 table 1 idx 1", "without s2"},
		} {
			got, err := updateKeyed(t, a, c.id, c.update, c.values)
			if err != nil || got != c.units {
				t.Errorf("%s of %s: %s, %v, want %s", c.update, c.id, got, err, c.units)
			}
			if got := ids(t, a, all); got != c.want {
				t.Errorf("after %s of %s: %s, want %s", c.update, c.id, got, c.want)
			}
		}
		if err := transact(t, a, "", putIf("keyed", row("t1", "x", "y", "0", "1", "a"), ""), putIf("keyed", row("t2", "x", "y", "b", "1", "a"), "")); err != nil {
			t.Fatal(err)
		}
		same(t, ids(t, a, all), "t1 without s2 t2")
		if _, err := a.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("keyed"), Key: item{"id": str("t1")}}); err != nil {
			t.Fatal(err)
		}
		same(t, ids(t, a, all), "without s2 t2")
	})
}

// A value that an index key cannot have is refused in every kind of write, also
// if the item lacks other attributes of the key.
func TestValuesOfIndexKeysAreChecked(t *testing.T) {
	null := &types.AttributeValueMemberNULL{Value: true}
	for _, c := range []struct {
		name, attribute string
		value           types.AttributeValue
		put, update     string
		// whole is set if a transaction is refused as a whole, not cancelled.
		whole bool
	}{
		{"empty partition key", "h2", str(""), "cannot contain an empty string value. IndexName: idx, IndexKey: h2", "attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.", true},
		{"empty sort key", "s2", str(""), "cannot contain an empty string value. IndexName: idx, IndexKey: s2", "cannot contain an empty string value.", true},
		{"NULL", "h1", null, "Type mismatch for Index Key h1 Expected: S Actual: NULL IndexName: idx", "Type mismatch for Index Key h1 Expected: S Actual: NULL IndexName: idx", false},
		{"number for a string", "h2", num("1"), "Type mismatch for Index Key h2 Expected: S Actual: N IndexName: idx", "Type mismatch for Index Key h2", false},
		{"string for a number", "n1", str("1"), "Type mismatch for Index Key n1 Expected: N Actual: S IndexName: idx", "Type mismatch for Index Key n1", false},
		{"map", "s1", object(item{"a": str("b")}), "Type mismatch for Index Key s1 Expected: S Actual: M IndexName: idx", "Type mismatch for Index Key s1", false},
		{"list", "s2", list(str("a")), "Type mismatch for Index Key s2 Expected: S Actual: L IndexName: idx", "Type mismatch for Index Key s2", false},
		{"2049 bytes of a partition key", "h2", str(strings.Repeat("x", 2049)), "Size of the key attribute h1, h2 of the index idx has exceeded the maximum size limit of 2048 bytes", "2048 bytes", false},
		{"1025 bytes of a sort key", "s2", str(strings.Repeat("x", 1025)), "Size of the key attribute s1, n1, s2 of the index idx has exceeded the maximum size limit of 1024 bytes", "1024 bytes", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			keyed(t, func(t *testing.T, _ *DB, a api) {
				stored := item{"id": str("1"), "v": str("before")}
				store(t, a, "keyed", stored)
				put := item{"id": str("1"), c.attribute: c.value}
				_, err := a.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("keyed"), Item: put})
				refused(t, err, invalid, c.put)
				_, err = updateKeyed(t, a, "1", "SET "+c.attribute+" = :v", item{":v": c.value})
				refused(t, err, invalid, c.update)
				_, err = a.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"keyed": {
					{PutRequest: &types.PutRequest{Item: item{"id": str("2")}}}, {PutRequest: &types.PutRequest{Item: put}},
				}}})
				refused(t, err, invalid, c.put)
				update := types.TransactWriteItem{Update: &types.Update{
					TableName: aws.String("keyed"), Key: item{"id": str("1")}, UpdateExpression: aws.String("SET " + c.attribute + " = :v"), ExpressionAttributeValues: item{":v": c.value},
				}}
				for action, text := range map[*types.TransactWriteItem]string{{Put: &types.Put{TableName: aws.String("keyed"), Item: put}}: c.put, &update: c.update} {
					err := transact(t, a, "", putIf("keyed", item{"id": str("2")}, ""), *action)
					if c.whole {
						refused(t, err, invalid, text)
						continue
					}
					got := reasons(t, err)
					if len(got) != 2 || got[0] != "None" || !strings.HasPrefix(got[1], "ValidationError: ") || !strings.Contains(got[1], text) {
						t.Errorf("reasons %q, want %q", got, text)
					}
				}
				same(t, get(t, a, "keyed", item{"id": str("1")}), stored)
				same(t, get(t, a, "keyed", item{"id": str("2")}), item(nil))
			})
		})
	}
}

// The limits are for the values of the partition key together, and for those
// of the sort key together.
func TestTheLargestKeysOfSeveralAttributes(t *testing.T) {
	keyed(t, func(t *testing.T, _ *DB, a api) {
		largest := row("1", strings.Repeat("x", 1000), strings.Repeat("y", 1048), strings.Repeat("a", 511), "1", strings.Repeat("b", 511))
		store(t, a, "keyed", largest)
		in := byKey("h1 = :h AND h2 = :g AND s1 = :s AND n1 = :n AND s2 = :t", ":n=1")
		for name, v := range map[string]string{":h": "h1", ":g": "h2", ":s": "s1", ":t": "s2"} {
			in.ExpressionAttributeValues[name] = largest[v]
		}
		same(t, ids(t, a, in), "1")
		for name, fragment := range map[string]string{"h1": "2048 bytes", "h2": "2048 bytes", "s1": "1024 bytes", "s2": "1024 bytes", "n1": "1024 bytes"} {
			larger := item{}
			for n, v := range largest {
				larger[n] = v
			}
			if name == "n1" {
				larger[name] = num("101")
			} else {
				larger[name] = str(larger[name].(*types.AttributeValueMemberS).Value + "+")
			}
			_, err := a.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("keyed"), Item: larger})
			refused(t, err, invalid, fragment)
		}
	})
}

// A lagging index of several attributes misses changes, and no item of its
// table: in between it may have an item under no key at all, but never twice.
func TestIndexesOfSeveralAttributesLag(t *testing.T) {
	keyed(t, func(t *testing.T, _ *DB, a api) {
		all := byKey("h1 = :h AND h2 = :g", ":h=x", ":g=y")
		seen := map[string]int{}
		for n := range 100 {
			store(t, a, "keyed", row("1", "x", "y", "a", string(rune('0'+n%10)), "a"))
			got := ids(t, a, all)
			seen[got]++
			same(t, get(t, a, "keyed", item{"id": str("1")})["n1"], num(string(rune('0'+n%10))))
		}
		if len(seen) != 2 || seen[""] == 0 || seen["1"] == 0 {
			t.Errorf("answers %v", seen)
		}
	}, WithIndexLag(3), WithSeed(7))
}
