package embedded

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

// queryAll follows LastEvaluatedKey to the end.
func queryAll(t interface{ Fatal(...any) }, a api, in dynamodb.QueryInput) ([]item, int) {
	var all []item
	for pages := 1; ; pages++ {
		out, err := a.Query(ctx(), &in)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, out.Items...)
		if out.LastEvaluatedKey == nil {
			return all, pages
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

func TestQueryConditions(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		for _, n := range []string{"-20", "-3", "0", "0.5", "3", "20", "1E10"} {
			store(t, a, "sorted", item{"pk": str("p"), "sk": num(n)}, item{"pk": str("other"), "sk": num(n)})
		}
		for _, c := range []struct{ condition, low, high, want string }{
			{"pk = :p", "", "", "-20 -3 0 0.5 3 20 10000000000"},
			{"pk = :p AND sk = :l", "0.50", "", "0.5"},
			{"pk = :p AND sk < :l", "0.5", "", "-20 -3 0"},
			{"pk = :p AND sk <= :l", "0.5", "", "-20 -3 0 0.5"},
			{"pk = :p AND sk > :l", "-3", "", "0 0.5 3 20 10000000000"},
			{":l < sk AND :p = pk", "-3", "", "0 0.5 3 20 10000000000"},
			{"sk >= :l AND pk = :p", "-3", "", "-3 0 0.5 3 20 10000000000"},
			{"pk = :p AND sk BETWEEN :l AND :h", "-3", "3", "-3 0 0.5 3"},
			{"(pk = :p) AND (sk BETWEEN :l AND :h)", "4", "5", ""},
		} {
			values := item{":p": str("p")}
			if c.low != "" {
				values[":l"] = num(c.low)
			}
			if c.high != "" {
				values[":h"] = num(c.high)
			}
			for _, forward := range []bool{true, false} {
				out, err := a.Query(t.Context(), &dynamodb.QueryInput{
					TableName: aws.String("sorted"), KeyConditionExpression: aws.String(c.condition),
					ExpressionAttributeValues: values, ScanIndexForward: aws.Bool(forward),
				})
				if err != nil {
					t.Fatal(c.condition, err)
				}
				var got []string
				for _, i := range out.Items {
					got = append(got, i["sk"].(*types.AttributeValueMemberN).Value)
				}
				if !forward {
					slices.Reverse(got)
				}
				if strings.Join(got, " ") != c.want {
					t.Errorf("%s: %v, want %s", c.condition, got, c.want)
				}
			}
		}
	})
}

func TestQueryOfStringsByPrefix(t *testing.T) {
	db := New()
	createTables(t, db)
	for _, l := range []string{"a", "a\x00", "a\x00\x01", "a\xff", "ab", "b", "aé"} {
		store(t, db, "sorted", item{"pk": str("p"), "sk": num(strconv.Itoa(len(l) + int(l[len(l)-1]))), "l": str(l)})
	}
	for prefix, want := range map[string]int{"a": 6, "ab": 1, "a\x00": 2, "a\xff": 1, "b": 1, "c": 0} {
		out, err := db.Query(t.Context(), &dynamodb.QueryInput{
			TableName: aws.String("sorted"), IndexName: aws.String("local"), KeyConditionExpression: aws.String("pk = :p AND begins_with(l, :l)"),
			ExpressionAttributeValues: item{":p": str("p"), ":l": str(prefix)},
		})
		if err != nil || int(out.Count) != want {
			t.Errorf("prefix %q: %d items, error %v, want %d", prefix, out.Count, err, want)
		}
	}
}

// TestQueryOfTheOnlyItem: if a partition is one item, a query has nothing to
// continue with, however small its pages are. Queries of an index and scans do.
func TestQueryOfTheOnlyItem(t *testing.T) {
	everyFace(t, func(t *testing.T, db *DB, a api) {
		if _, err := db.CreateTable(t.Context(), tableOf(func(in *dynamodb.CreateTableInput) {
			in.KeySchema = schema("pk")
			in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{{IndexName: aws.String("idx"), KeySchema: schema("sk"), Projection: projected("ALL")}}
		})); err != nil {
			t.Fatal(err)
		}
		store(t, a, "table", item{"pk": str("a"), "sk": str("s")}, item{"pk": str("b"), "sk": str("s")})
		in := dynamodb.QueryInput{TableName: aws.String("table"), KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": str("a")}, Limit: aws.Int32(1)}
		for _, filter := range []*string{nil, aws.String("attribute_exists(gone)")} {
			for _, forward := range []bool{true, false} {
				in.FilterExpression, in.ScanIndexForward = filter, &forward
				out, err := a.Query(t.Context(), &in)
				if err != nil || out.ScannedCount != 1 || out.LastEvaluatedKey != nil {
					t.Errorf("%+v, %v", out, err)
				}
			}
		}
		in.FilterExpression = nil
		for _, start := range []string{"a", "b"} {
			in.ExclusiveStartKey = item{"pk": str(start)}
			_, err := a.Query(t.Context(), &in)
			refused(t, err, invalid, "The provided exclusive start key is invalid: ExclusiveStartKey: {pk=AttributeValue: {S:"+start+"}}")
		}
		in.ExclusiveStartKey = item{"pk": str("a"), "sk": str("s")}
		_, err := a.Query(t.Context(), &in)
		refused(t, err, invalid, "The provided starting key is invalid")

		in.ExclusiveStartKey, in.IndexName = nil, aws.String("idx")
		in.KeyConditionExpression, in.ExpressionAttributeValues = aws.String("sk = :s"), item{":s": str("s")}
		for range 2 {
			out, err := a.Query(t.Context(), &in)
			if err != nil || len(out.Items) != 1 {
				t.Fatalf("%+v, %v", out, err)
			}
			same(t, out.LastEvaluatedKey, out.Items[0])
			in.ExclusiveStartKey = out.LastEvaluatedKey
		}
		if all := scanAll(t, a, dynamodb.ScanInput{TableName: aws.String("table"), Limit: aws.Int32(1)}); len(all) != 2 {
			t.Errorf("scanned %v", all)
		}
	})
}

func TestSelectionOfNothing(t *testing.T) {
	db := New()
	createTables(t, db)
	_, query := db.Query(t.Context(), &dynamodb.QueryInput{
		TableName: aws.String("plain"), KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": str("p")}, Select: types.SelectSpecificAttributes,
	})
	_, scan := db.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("plain"), Select: types.SelectSpecificAttributes})
	for _, err := range []error{query, scan} {
		if text, _ := validationMessage(err); text != "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES" {
			t.Errorf("error %v", err)
		}
	}
}

// TestPagesAddUp: for every page size, all pages together are the whole result
// in order, and backwards they are its reverse.
func TestPagesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		db := New()
		create(t, db)
		n := rapid.IntRange(0, 60).Draw(t, "items")
		for i := range n {
			one := item{"pk": str("p"), "sk": num(strconv.Itoa(i)), "x": num(strconv.Itoa(i % 3))}
			if rapid.Bool().Draw(t, "indexed") {
				one["g"], one["h"], one["l"] = str("g"), num(strconv.Itoa(i%5)), str(strconv.Itoa(i%4))
			}
			if _, err := db.PutItem(ctx(), &dynamodb.PutItemInput{TableName: aws.String("sorted"), Item: one}); err != nil {
				t.Fatal(err)
			}
		}
		in := dynamodb.QueryInput{TableName: aws.String("sorted"), ExpressionAttributeValues: item{":k": str("p")}, KeyConditionExpression: aws.String("pk = :k")}
		switch rapid.IntRange(0, 3).Draw(t, "index") {
		case 1:
			in.IndexName, in.KeyConditionExpression, in.ExpressionAttributeValues = aws.String("all"), aws.String("g = :k"), item{":k": str("g")}
		case 2:
			in.IndexName, in.KeyConditionExpression, in.ExpressionAttributeValues = aws.String("some"), aws.String("g = :k"), item{":k": str("g")}
		case 3:
			in.IndexName = aws.String("local")
		}
		whole, pages := queryAll(t, db, in)
		if pages != 1 {
			t.Fatal("pages", pages)
		}
		if rapid.Bool().Draw(t, "filter") && (in.IndexName == nil || *in.IndexName != "local") {
			in.FilterExpression = aws.String("x = :x")
			in.ExpressionAttributeValues[":x"] = num("1")
			whole, _ = queryAll(t, db, in)
		}
		in.Limit = aws.Int32(int32(rapid.IntRange(1, 10).Draw(t, "limit")))
		got, _ := queryAll(t, db, in)
		if show(got) != show(whole) {
			t.Fatalf("pages: %s\nwhole: %s", show(got), show(whole))
		}
		in.ScanIndexForward = aws.Bool(false)
		got, _ = queryAll(t, db, in)
		slices.Reverse(got)
		if show(got) != show(whole) {
			t.Fatalf("backwards: %s\nwhole: %s", show(got), show(whole))
		}
	})
}

func TestSegmentsPartitionTheTable(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		for i := range 200 {
			store(t, a, "sorted", item{"pk": str("p" + strconv.Itoa(i)), "sk": num("1")})
		}
		whole := scanAll(t, a, dynamodb.ScanInput{TableName: aws.String("sorted")})
		if len(whole) != 200 {
			t.Fatalf("%d items", len(whole))
		}
		for _, total := range []int32{1, 2, 3, 7, 64} {
			var parts []item
			for n := range total {
				part := scanAll(t, a, dynamodb.ScanInput{TableName: aws.String("sorted"), Segment: aws.Int32(n), TotalSegments: aws.Int32(total), Limit: aws.Int32(9)})
				if len(part) == 200 && total > 1 {
					t.Errorf("segment %d of %d is everything", n, total)
				}
				parts = append(parts, part...)
			}
			same(t, parts, whole)
		}
		for _, c := range []struct{ segment, total *int32 }{{aws.Int32(0), nil}, {nil, aws.Int32(2)}, {aws.Int32(2), aws.Int32(2)}, {aws.Int32(-1), aws.Int32(2)}, {aws.Int32(0), aws.Int32(0)}} {
			_, err := a.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("sorted"), Segment: c.segment, TotalSegments: c.total})
			refused(t, err, invalid, "egment")
		}
	})
}

func scanAll(t *testing.T, a api, in dynamodb.ScanInput) []item {
	t.Helper()
	var all []item
	for {
		out, err := a.Scan(t.Context(), &in)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, out.Items...)
		if out.LastEvaluatedKey == nil {
			return all
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

func TestPageOfOneMegabyte(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		for i := range 5 {
			store(t, a, "sorted", item{"pk": str("p"), "sk": num(strconv.Itoa(i)), "d": str(strings.Repeat("x", 300_000))})
		}
		in := &dynamodb.QueryInput{
			TableName: aws.String("sorted"), KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": str("p"), ":n": num("3")},
			FilterExpression: aws.String("attribute_not_exists(d) OR size(d) < :n"), ConsistentRead: aws.Bool(true), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		}
		out, err := a.Query(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		// The page counts before the filter and ends with the item that fills it.
		if out.Count != 0 || out.ScannedCount != 4 || *out.ConsumedCapacity.CapacityUnits != 293 {
			t.Errorf("count %d, scanned %d, units %v", out.Count, out.ScannedCount, *out.ConsumedCapacity.CapacityUnits)
		}
		same(t, out.LastEvaluatedKey, item{"pk": str("p"), "sk": num("3")})
		in.ExclusiveStartKey = out.LastEvaluatedKey
		if out, err = a.Query(t.Context(), in); err != nil || out.ScannedCount != 1 || out.LastEvaluatedKey != nil {
			t.Errorf("%+v, %v", out, err)
		}
	})
}
