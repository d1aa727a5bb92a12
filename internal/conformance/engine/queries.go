package engine

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var queryChecks = []check{
	{"key conditions", func(t *testing.T, x *fixture, pk string) {
		// Keys are in the order of their bytes, not of letters.
		keys := []string{"B", "a", "a#1", "a#2", "b", "z", "é", "日", "\U0001F600"}
		for _, sk := range slices.Backward(keys) {
			x.put(t, x.sorted, skOf(pk, sk))
		}
		x.put(t, x.sorted, skOf(pk+" other", "a"))
		for _, c := range []struct {
			cond     string
			values   row
			from, to int
		}{
			{"", nil, 0, 9},
			{" AND sk = :v", row{":v": str("b")}, 4, 5},
			{" AND sk = :v", row{":v": str("c")}, 0, 0},
			{" AND sk < :v", row{":v": str("b")}, 0, 4},
			{" AND sk <= :v", row{":v": str("b")}, 0, 5},
			{" AND sk > :v", row{":v": str("b")}, 5, 9},
			{" AND sk >= :v", row{":v": str("b")}, 4, 9},
			{" AND sk BETWEEN :v AND :w", row{":v": str("a"), ":w": str("b")}, 1, 5},
			{" AND begins_with(sk, :v)", row{":v": str("a")}, 1, 4},
			{" AND begins_with(sk, :v)", row{":v": str("a#")}, 2, 4},
		} {
			for _, forward := range []bool{true, false} {
				in := &dynamodb.QueryInput{
					TableName: &x.sorted, KeyConditionExpression: aws.String("pk = :pk" + c.cond), ScanIndexForward: &forward,
					ExpressionAttributeValues: with(c.values, row{":pk": str(pk)}),
				}
				want := slices.Clone(keys[c.from:c.to])
				if !forward {
					slices.Reverse(want)
				}
				same(t, fmt.Sprintf("pk = %q%s, forward %v", pk, c.cond, forward), sortKeys(x.query(t, in)), append([]string{}, want...))
			}
		}
	}},
	{"numbers sort by value, bytes without sign", func(t *testing.T, x *fixture, pk string) {
		numbers := []string{"-1000", "-1.5", "-0.001", "0", "0.5", "9", "10", "1000000000000000000000000000000000001"}
		for _, sk := range slices.Backward(numbers) {
			x.put(t, x.numbers, row{"pk": str(pk), "sk": num(sk)})
		}
		var got []string
		for _, item := range x.query(t, keyQuery(x.numbers, str(pk))) {
			got = append(got, item["sk"].(*types.AttributeValueMemberN).Value)
		}
		same(t, "numbers", got, numbers)

		bytes := []string{"\x00", "\x00\x00", "\x7f", "\x80", "\xff"}
		for _, sk := range slices.Backward(bytes) {
			x.put(t, x.bytes, row{"pk": bin(pk), "sk": bin(sk)})
		}
		got = nil
		for _, item := range x.query(t, keyQuery(x.bytes, bin(pk))) {
			got = append(got, string(item["sk"].(*types.AttributeValueMemberB).Value))
		}
		same(t, "bytes", got, bytes)
	}},
	{"pages", func(t *testing.T, x *fixture, pk string) {
		var want []string
		for i := range 7 {
			want = append(want, fmt.Sprint(i))
			x.put(t, x.sorted, skOf(pk, want[i]))
		}
		in := keyQuery(x.sorted, str(pk))
		in.Limit = aws.Int32(3)
		var got []string
		var sizes []int
		for pages := dynamodb.NewQueryPaginator(x.Client, in); pages.HasMorePages(); {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			sizes = append(sizes, len(page.Items))
			got = append(got, sortKeys(page.Items)...)
			if page.LastEvaluatedKey != nil {
				same(t, "where the page ends", page.LastEvaluatedKey, skOf(pk, got[len(got)-1]))
			}
		}
		same(t, "all pages", got, want)
		same(t, "page sizes", sizes, []int{3, 3, 1})

		// A query can start after a key that does not exist.
		in.ExclusiveStartKey, in.ScanIndexForward = skOf(pk, "35"), aws.Bool(false)
		page, err := x.Client.Query(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "backwards from between two keys", sortKeys(page.Items), []string{"3", "2", "1"})
	}},
	{"a page of exactly the limit ends with a key", func(t *testing.T, x *fixture, pk string) {
		x.put(t, x.sorted, skOf(pk, "1"), skOf(pk, "2"))
		in := keyQuery(x.sorted, str(pk))
		in.Limit = aws.Int32(2)
		page, err := x.Client.Query(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "where the page ends", page.LastEvaluatedKey, skOf(pk, "2"))
		in.ExclusiveStartKey = page.LastEvaluatedKey
		if page, err = x.Client.Query(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		same(t, "the next page", []int{len(page.Items), len(page.LastEvaluatedKey)}, []int{0, 0})
	}},
	{"a partition of one item has no next page", func(t *testing.T, x *fixture, pk string) {
		x.put(t, x.plain, pkOf(pk))
		in := keyQuery(x.plain, str(pk))
		in.Limit = aws.Int32(1)
		page, err := x.Client.Query(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "items", page.Items, []row{pkOf(pk)})
		x.same(t, "where the page ends", page.LastEvaluatedKey, row(nil))
	}},
	{"1 MB ends a page", func(t *testing.T, x *fixture, pk string) {
		for i := range 5 {
			x.put(t, x.sorted, with(skOf(pk, fmt.Sprint(i)), row{"d": str(text(300 << 10))}))
		}
		in := keyQuery(x.sorted, str(pk))
		page, err := x.Client.Query(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		x.same(t, "first page", sortKeys(page.Items), []string{"0", "1", "2", "3"})
		x.same(t, "where it ends", page.LastEvaluatedKey, skOf(pk, "3"))
		in.ExclusiveStartKey = page.LastEvaluatedKey
		if page, err = x.Client.Query(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		x.same(t, "second page", sortKeys(page.Items), []string{"4"})
		same(t, "its end", len(page.LastEvaluatedKey), 0)
	}},
	{"1 MB ends a page before the filter", func(t *testing.T, x *fixture, pk string) {
		table := x.create(t, "large", key("pk", "S"), key("sk", "S"))
		for i := range 5 {
			x.put(t, table, with(skOf(pk, fmt.Sprint(i)), row{"d": str(text(300 << 10)), "v": num(fmt.Sprint(i))}))
		}
		page, err := x.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table, FilterExpression: aws.String("v = :v"), ExpressionAttributeValues: row{":v": num("4")}})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "items, counts", []int32{int32(len(page.Items)), page.Count, page.ScannedCount}, []int32{0, 0, 4})
		x.same(t, "where it ends", page.LastEvaluatedKey, skOf(pk, "3"))
		in := keyQuery(table, str(pk))
		in.FilterExpression, in.ExpressionAttributeValues[":v"] = aws.String("v = :v"), num("4")
		result, err := x.Client.Query(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		x.same(t, "items, counts of a query", []int32{int32(len(result.Items)), result.Count, result.ScannedCount}, []int32{0, 0, 4})
		x.same(t, "where the query ends", result.LastEvaluatedKey, skOf(pk, "3"))
	}},
	{"filter, projection and count", func(t *testing.T, x *fixture, pk string) {
		for i := range 6 {
			x.put(t, x.sorted, with(skOf(pk, fmt.Sprint(i)), row{"n": num(fmt.Sprint(i)), "m": object(row{"x": num("1"), "y": num("2")})}))
		}
		in := keyQuery(x.sorted, str(pk))
		in.Limit, in.FilterExpression, in.ProjectionExpression = aws.Int32(4), aws.String("n >= :n"), aws.String("n, m.x")
		in.ExpressionAttributeValues[":n"] = num("2")
		page, err := x.Client.Query(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		x1 := object(row{"x": num("1")})
		same(t, "items", page.Items, []row{{"n": num("2"), "m": x1}, {"n": num("3"), "m": x1}})
		same(t, "counts", []int32{page.Count, page.ScannedCount}, []int32{2, 4})

		in.ProjectionExpression, in.Select = nil, types.SelectCount
		if page, err = x.Client.Query(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		same(t, "items of a count", len(page.Items), 0)
		same(t, "count", []int32{page.Count, page.ScannedCount}, []int32{2, 4})
	}},
	{"global secondary index", func(t *testing.T, x *fixture, pk string) {
		full := func(sk, n string) row { return with(skOf(pk, sk), row{"a": str(pk), "n": num(n), "v": str("v" + sk)}) }
		x.put(t, x.sorted, full("1", "30"), full("2", "4"), full("3", "5"),
			with(skOf(pk, "4"), row{"a": str(pk)}),       // not in byA: no n
			with(skOf(pk, "5"), row{"n": num("1")}),      // in neither
			with(skOf(pk+"x", "6"), row{"a": str(pk)}),   // another partition, same index key
			with(skOf(pk, "7"), row{"a": str(pk + "x")})) // another index key
		byA := &dynamodb.QueryInput{TableName: &x.sorted, IndexName: aws.String("byA"),
			KeyConditionExpression: aws.String("a = :a AND n >= :n"), ExpressionAttributeValues: row{":a": str(pk), ":n": num("4.5")}}
		same(t, "by n", x.query(t, byA), []row{full("3", "5"), full("1", "30")})

		byA.Limit = aws.Int32(1)
		page, err := x.Client.Query(t.Context(), byA)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "where a page of an index ends", page.LastEvaluatedKey, with(skOf(pk, "3"), row{"a": str(pk), "n": num("5")}))

		keysOnly := &dynamodb.QueryInput{TableName: &x.sorted, IndexName: aws.String("keysOnly"),
			KeyConditionExpression: aws.String("a = :a"), ExpressionAttributeValues: row{":a": str(pk)}}
		got := map[string]row{}
		for _, item := range x.query(t, keysOnly) {
			got[stringOf(item["sk"])] = item
		}
		a := row{"a": str(pk)}
		same(t, "keys only", got, map[string]row{
			"1": with(skOf(pk, "1"), a), "2": with(skOf(pk, "2"), a), "3": with(skOf(pk, "3"), a), "4": with(skOf(pk, "4"), a), "6": with(skOf(pk+"x", "6"), a),
		})

		// An index follows updates and deletes.
		if _, err := x.Client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: &x.sorted, Key: skOf(pk, "1"), UpdateExpression: aws.String("REMOVE n")}); err != nil {
			t.Fatal(err)
		}
		if _, err := x.Client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &x.sorted, Key: skOf(pk, "3")}); err != nil {
			t.Fatal(err)
		}
		byA.Limit, byA.ExpressionAttributeValues[":n"] = nil, num("0")
		same(t, "after a removal and a delete", x.query(t, byA), []row{full("2", "4")})
	}},
	{"scan", func(t *testing.T, x *fixture, pk string) {
		table := x.create(t, "scan", key("pk", "S"))
		var want []string
		for i := range 25 {
			want = append(want, fmt.Sprintf("%02d", i))
			x.put(t, table, with(pkOf(want[i]), row{"n": num(fmt.Sprint(i % 2))}))
		}
		same(t, "pages of 4", x.scan(t, &dynamodb.ScanInput{TableName: &table, Limit: aws.Int32(4)}), want)
		var segments []string
		for i := range int32(3) {
			segments = append(segments, x.scan(t, &dynamodb.ScanInput{TableName: &table, Segment: aws.Int32(i), TotalSegments: aws.Int32(3), ConsistentRead: aws.Bool(true)})...)
		}
		same(t, "three segments together", slices.Sorted(slices.Values(segments)), want)
		page, err := x.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table, FilterExpression: aws.String("n = :n"), ExpressionAttributeValues: row{":n": num("0")}})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "counts under a filter", []int32{page.Count, page.ScannedCount}, []int32{13, 25})
	}},
}

// keyQuery is a query of one partition.
func keyQuery(table string, pk value) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{TableName: &table, KeyConditionExpression: aws.String("pk = :pk"), ExpressionAttributeValues: row{":pk": pk}, ConsistentRead: aws.Bool(true)}
}

// query returns the items of all pages.
func (x *fixture) query(t *testing.T, in *dynamodb.QueryInput) []row {
	t.Helper()
	var items []row
	for pages := dynamodb.NewQueryPaginator(x.Client, in); pages.HasMorePages(); {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, page.Items...)
	}
	return items
}

// scan returns the partition keys of all pages, sorted.
func (x *fixture) scan(t *testing.T, in *dynamodb.ScanInput) []string {
	t.Helper()
	var keys []string
	for pages := dynamodb.NewScanPaginator(x.Client, in); pages.HasMorePages(); {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			keys = append(keys, stringOf(item["pk"]))
		}
	}
	slices.Sort(keys)
	return keys
}

func sortKeys(items []row) []string {
	keys := []string{}
	for _, item := range items {
		keys = append(keys, stringOf(item["sk"]))
	}
	return keys
}
