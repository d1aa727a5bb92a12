package embedded

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// indexed queries an index by its partition key.
func indexed(t *testing.T, a api, index, attribute string, v types.AttributeValue, change ...func(*dynamodb.QueryInput)) *dynamodb.QueryOutput {
	t.Helper()
	in := &dynamodb.QueryInput{
		TableName: aws.String("sorted"), IndexName: aws.String(index), KeyConditionExpression: aws.String(attribute + " = :v"),
		ExpressionAttributeValues: item{":v": v}, ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes,
	}
	for _, f := range change {
		f(in)
	}
	out, err := a.Query(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestIndexesAreSparseAndProjected(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		full := item{"pk": str("p"), "sk": num("1"), "g": str("G"), "h": num("5"), "l": str("L"), "x": str("x"), "y": str("y")}
		store(t, a, "sorted", full, item{"pk": str("p"), "sk": num("2"), "g": str("G"), "y": str("y")}, item{"pk": str("p"), "sk": num("3"), "h": num("5")})
		same(t, indexed(t, a, "all", "g", str("G")).Items, []item{full})
		same(t, indexed(t, a, "some", "g", str("G")).Items, []item{
			{"pk": str("p"), "sk": num("1"), "g": str("G"), "x": str("x")}, {"pk": str("p"), "sk": num("2"), "g": str("G")},
		})
		same(t, indexed(t, a, "keys", "h", num("5")).Items, []item{
			{"pk": str("p"), "sk": num("1"), "h": num("5")}, {"pk": str("p"), "sk": num("3"), "h": num("5")},
		})
		same(t, indexed(t, a, "local", "pk", str("p")).Items, []item{{"pk": str("p"), "sk": num("1"), "l": str("L")}})
	})
}

func TestIndexesFollowTheTable(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		key := item{"pk": str("p"), "sk": num("1")}
		update := func(text string, values item) {
			t.Helper()
			_, err := a.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
				TableName: aws.String("sorted"), Key: key, UpdateExpression: aws.String(text), ExpressionAttributeValues: values,
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		counts := func(want string) {
			t.Helper()
			got := []string{}
			for _, g := range []string{"A", "B"} {
				got = append(got, show(indexed(t, a, "some", "g", str(g)).Items))
			}
			if s := strings.Join(got, "|"); s != want {
				t.Errorf("index %s, want %s", s, want)
			}
		}
		update("SET g = :g", item{":g": str("A")})
		counts(`{g: "A", pk: "p", sk: 1}|`)
		update("SET g = :g, x = :g", item{":g": str("B")})
		counts(`|{g: "B", pk: "p", sk: 1, x: "B"}`)
		update("SET x = :x", item{":x": num("7")})
		counts(`|{g: "B", pk: "p", sk: 1, x: 7}`)
		update("REMOVE g", nil)
		counts(`|`)
		update("SET g = :g", item{":g": str("A")})
		if _, err := a.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("sorted"), Key: key}); err != nil {
			t.Fatal(err)
		}
		counts(`|`)
	})
}

func TestIndexKeysAreChecked(t *testing.T) {
	base := item{"pk": str("p"), "sk": num("1")}
	with := func(name string, v types.AttributeValue) item {
		return item{"pk": base["pk"], "sk": base["sk"], name: v}
	}
	for _, c := range []refusal{
		{"wrong type", putting("sorted", with("g", num("1"))), invalid, "Type mismatch for Index Key g Expected: S Actual: N IndexName: all"},
		{"empty", putting("sorted", with("g", str(""))), invalid, "cannot contain an empty string value. IndexName: all, IndexKey: g"},
		{"2049 bytes", putting("sorted", with("g", str(strings.Repeat("x", 2049)))), invalid, "2048 bytes"},
		{"1025 bytes of a local sort key", putting("sorted", with("l", str(strings.Repeat("x", 1025)))), invalid, "1024 bytes"},
		{"wrong type by update", func(t *testing.T, a api) error {
			_, err := a.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
				TableName: aws.String("sorted"), Key: base, UpdateExpression: aws.String("SET h = :h"), ExpressionAttributeValues: item{":h": str("x")},
			})
			return err
		}, invalid, "Type mismatch for Index Key h"},
	} {
		t.Run(c.name, func(t *testing.T) {
			everyFace(t, func(t *testing.T, _ *DB, a api) { refused(t, c.send(t, a), c.code, c.fragment) })
		})
	}
}

// TestLocalIndexFetchesFromTheTable: attributes that a local index does not
// have are read from the table, at the price of one read for each item.
func TestLocalIndexFetchesFromTheTable(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		big := str(strings.Repeat("y", 5000))
		full := item{"pk": str("p"), "sk": num("1"), "l": str("L"), "y": big}
		store(t, a, "sorted", full)
		for _, c := range []struct {
			change       func(*dynamodb.QueryInput)
			want         []item
			table, index float64
		}{
			{func(*dynamodb.QueryInput) {}, []item{{"pk": str("p"), "sk": num("1"), "l": str("L")}}, 0, 0.5},
			{func(in *dynamodb.QueryInput) { in.Select = types.SelectAllProjectedAttributes }, []item{{"pk": str("p"), "sk": num("1"), "l": str("L")}}, 0, 0.5},
			{func(in *dynamodb.QueryInput) { in.Select = types.SelectAllAttributes }, []item{full}, 1, 0.5},
			{func(in *dynamodb.QueryInput) { in.ProjectionExpression = aws.String("l") }, []item{{"l": str("L")}}, 0, 0.5},
			{func(in *dynamodb.QueryInput) {
				in.ProjectionExpression, in.ConsistentRead = aws.String("y"), aws.Bool(true)
			}, []item{{"y": big}}, 2, 1},
		} {
			out := indexed(t, a, "local", "pk", str("p"), c.change)
			same(t, out.Items, c.want)
			table, index := *out.ConsumedCapacity.Table.CapacityUnits, *out.ConsumedCapacity.LocalSecondaryIndexes["local"].CapacityUnits
			if table != c.table || index != c.index || *out.ConsumedCapacity.CapacityUnits != table+index {
				t.Errorf("table %v, index %v, want %v, %v", table, index, c.table, c.index)
			}
		}
	})
}

func TestSelectCount(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		store(t, a, "sorted", item{"pk": str("p"), "sk": num("1"), "x": num("1")}, item{"pk": str("p"), "sk": num("2")})
		out, err := a.Query(t.Context(), &dynamodb.QueryInput{
			TableName: aws.String("sorted"), KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": str("p")},
			FilterExpression: aws.String("attribute_exists(x)"), Select: types.SelectCount,
		})
		if err != nil || out.Items != nil || out.Count != 1 || out.ScannedCount != 2 {
			t.Errorf("%+v, %v", out, err)
		}
	})
}

// For the filter of a scan, what an index does not have is absent, also if a
// local index fetches it for the answer.
func TestScansFilterByWhatTheIndexHas(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		full := item{"pk": str("p"), "sk": num("1"), "g": str("G"), "h": num("5"), "l": str("L"), "x": str("x"), "y": str("y")}
		store(t, a, "sorted", full)
		for _, c := range []struct {
			index, filter string
			selected      types.Select
			want          []item
		}{
			{"all", "y = :y", "", []item{full}},
			{"some", "y = :y", "", []item{}},
			{"some", "attribute_not_exists(y)", types.SelectAllProjectedAttributes, []item{{"pk": str("p"), "sk": num("1"), "g": str("G"), "x": str("x")}}},
			{"keys", "y = :y OR x = :y", "", []item{}},
			{"local", "y = :y", types.SelectAllAttributes, []item{}},
			{"local", "attribute_not_exists(y)", types.SelectAllAttributes, []item{full}},
		} {
			in := &dynamodb.ScanInput{TableName: aws.String("sorted"), IndexName: &c.index, FilterExpression: &c.filter, Select: c.selected}
			if strings.Contains(c.filter, ":y") {
				in.ExpressionAttributeValues = item{":y": str("y")}
			}
			out, err := a.Scan(t.Context(), in)
			if err != nil || out.ScannedCount != 1 {
				t.Fatal(err, out)
			}
			same(t, out.Items, c.want)
		}
	})
}
