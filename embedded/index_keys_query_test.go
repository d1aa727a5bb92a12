package embedded

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// keyed makes the table "keyed" (id S) with the index "idx" (h1 S, h2 S; s1 S,
// n1 N, s2 S) and runs a test on every face.
func keyed(t *testing.T, test func(t *testing.T, db *DB, a api), opts ...Option) {
	t.Helper()
	everyFace(t, func(t *testing.T, db *DB, a api) {
		if _, err := db.CreateTable(t.Context(), tableWith("idx: h1 h2 / s1 n1 s2")); err != nil {
			t.Fatal(err)
		}
		test(t, db, a)
	}, opts...)
}

func row(id, h1, h2, s1, n1, s2 string) item {
	return item{"id": str(id), "h1": str(h1), "h2": str(h2), "s1": str(s1), "n1": num(n1), "s2": str(s2)}
}

// byKey is a query of the index "idx". The values are named by their first
// letters: of n1 as :n and :m, of the others as :h, :g, :s, :r, :t and :u.
func byKey(condition string, values ...string) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{
		TableName: aws.String("keyed"), IndexName: aws.String("idx"), KeyConditionExpression: aws.String(condition), ExpressionAttributeValues: item{},
	}
	for _, text := range values {
		name, v, _ := strings.Cut(text, "=")
		if name == ":n" || name == ":m" {
			in.ExpressionAttributeValues[name] = num(v)
		} else {
			in.ExpressionAttributeValues[name] = str(v)
		}
	}
	return in
}

func TestQueriesOfKeysOfSeveralAttributes(t *testing.T) {
	keyed(t, func(t *testing.T, _ *DB, a api) {
		store(t, a, "keyed",
			row("1", "x", "y", "a", "-2", "a"), row("2", "x", "y", "a", "1", "a"), row("3", "x", "y", "a", "1", "ab"), row("4", "x", "y", "a", "1", "b"),
			row("5", "x", "y", "a", "10", "a"), row("6", "x", "y", "ab", "0", "a"), row("7", "x", "y", "b", "1", "a"),
			// Neighbours of the partition, in no answer.
			row("8", "xy", "y", "a", "1", "a"), row("9", "x", "yy", "a", "1", "a"), row("10", "y", "x", "a", "1", "a"),
		)
		p := []string{":h=x", ":g=y"}
		for _, c := range []struct {
			condition string
			values    []string
			want      string
		}{
			{"", nil, "1 2 3 4 5 6 7"},
			{" AND s1 = :s", []string{":s=a"}, "1 2 3 4 5"},
			{" AND s1 = :s", []string{":s=c"}, ""},
			{" AND s1 < :s", []string{":s=ab"}, "1 2 3 4 5"},
			{" AND s1 <= :s", []string{":s=ab"}, "1 2 3 4 5 6"},
			{" AND s1 > :s", []string{":s=a"}, "6 7"},
			{" AND s1 >= :s", []string{":s=ab"}, "6 7"},
			{" AND s1 BETWEEN :s AND :r", []string{":s=ab", ":r=b"}, "6 7"},
			{" AND begins_with(s1, :s)", []string{":s=a"}, "1 2 3 4 5 6"},
			{" AND s1 = :s AND n1 = :n", []string{":s=a", ":n=1.0"}, "2 3 4"},
			{" AND s1 = :s AND n1 < :n", []string{":s=a", ":n=1"}, "1"},
			{" AND s1 = :s AND n1 <= :n", []string{":s=a", ":n=1"}, "1 2 3 4"},
			{" AND s1 = :s AND n1 > :n", []string{":s=a", ":n=1"}, "5"},
			{" AND s1 = :s AND n1 >= :n", []string{":s=a", ":n=1"}, "2 3 4 5"},
			{" AND s1 = :s AND n1 BETWEEN :n AND :m", []string{":s=a", ":n=-2", ":m=2"}, "1 2 3 4"},
			{" AND s1 = :s AND n1 = :n AND s2 = :t", []string{":s=a", ":n=1", ":t=ab"}, "3"},
			{" AND s1 = :s AND n1 = :n AND s2 < :t", []string{":s=a", ":n=1", ":t=ab"}, "2"},
			{" AND s1 = :s AND n1 = :n AND s2 > :t", []string{":s=a", ":n=1", ":t=a"}, "3 4"},
			{" AND s1 = :s AND n1 = :n AND s2 BETWEEN :t AND :u", []string{":s=a", ":n=1", ":t=a", ":u=aa"}, "2"},
			{" AND s1 = :s AND n1 = :n AND begins_with(s2, :t)", []string{":s=a", ":n=1", ":t=a"}, "2 3"},
			// The order of the text does not matter.
			{" AND begins_with(s2, :t) AND n1 = :n AND :s = s1", []string{":s=a", ":n=1", ":t=a"}, "2 3"},
		} {
			for _, forward := range []bool{true, false} {
				for _, limit := range []int32{1, 2, 100} {
					in := byKey("h2 = :g AND h1 = :h"+c.condition, append(c.values, p...)...)
					in.ScanIndexForward, in.Limit = &forward, &limit
					want := strings.Fields(c.want)
					if !forward {
						slices.Reverse(want)
					}
					if got := ids(t, a, in); got != strings.Join(want, " ") {
						t.Errorf("%q, forward %t, pages of %d: %q, want %q", c.condition, forward, limit, got, want)
					}
				}
			}
		}
	})
}

func TestKeyConditionsOfSeveralAttributesAreChecked(t *testing.T) {
	long := strings.Repeat("x", 513)
	for _, c := range []struct {
		name, condition string
		values          []string
		fragment        string
	}{
		{"half of the partition key", "h1 = :h", []string{":h=x"}, "HASH key attributes h2 must have equality conditions specified in the query"},
		{"the other half", "h2 = :h", []string{":h=x"}, "HASH key attributes h1 must have equality conditions specified in the query"},
		{"only the sort key", "s1 = :h", []string{":h=x"}, "HASH key attributes h1, h2 must have equality conditions specified in the query"},
		{"a range in the partition key", "h1 = :h AND h2 > :h", []string{":h=x"}, "HASH key attributes h2 must have equality conditions specified in the query"},
		{"a prefix in the partition key", "begins_with(h1, :h) AND h2 = :h", []string{":h=x"}, "HASH key attributes h1 must have equality conditions specified in the query"},
		{"BETWEEN in the partition key", "h1 BETWEEN :h AND :h AND h2 = :h", []string{":h=x"}, "HASH key attributes h1 must have equality conditions specified in the query"},
		{"the first attribute is left out", "h1 = :h AND h2 = :h AND n1 = :n", []string{":h=x", ":n=1"}, "RANGE key attributes s1 must have equality conditions specified in the query because a condition is present on key attribute n1"},
		{"the middle one is left out", "h1 = :h AND h2 = :h AND s1 = :h AND s2 = :h", []string{":h=x"}, "RANGE key attributes n1 must have equality conditions specified in the query because a condition is present on key attribute s2"},
		{"two are left out", "h1 = :h AND h2 = :h AND s2 = :h", []string{":h=x"}, "RANGE key attributes s1, n1 must have equality conditions specified in the query because a condition is present on key attribute s2"},
		{"a range before equality", "h1 = :h AND h2 = :h AND s1 > :h AND n1 = :n", []string{":h=x", ":n=1"}, "RANGE key attributes s1 must have equality conditions specified in the query because a condition is present on key attribute n1"},
		{"two ranges", "h1 = :h AND h2 = :h AND begins_with(s1, :h) AND n1 < :n", []string{":h=x", ":n=1"}, "RANGE key attributes s1 must have equality conditions specified in the query because a condition is present on key attribute n1"},
		{"BETWEEN before a range", "h1 = :h AND h2 = :h AND s1 = :h AND n1 BETWEEN :n AND :n AND s2 > :h", []string{":h=x", ":n=1"}, "RANGE key attributes n1 must have equality conditions specified in the query because a condition is present on key attribute s2"},
		{"another attribute", "h1 = :h AND h2 = :h AND s1 = :h AND x = :h", []string{":h=x"}, "Query condition missed key schema element: n1"},
		{"another attribute alone", "h1 = :h AND h2 = :h AND x = :h", []string{":h=x"}, "Query condition missed key schema element: s1"},
		{"the key of the table", "h1 = :h AND h2 = :h AND id = :h", []string{":h=x"}, "Query condition missed key schema element: s1"},
		{"more conditions than attributes", "h1 = :h AND h2 = :h AND s1 = :h AND n1 = :n AND s2 = :h AND x = :h", []string{":h=x", ":n=1"}, "The number of query conditions (6) exceeds the number of key attributes defined in the schema (5)"},
		{"one attribute twice", "h1 = :h AND h2 = :h AND s1 > :h AND s1 < :h", []string{":h=x"}, "KeyConditionExpressions must only contain one condition per key"},
		{"a wrong type in the partition key", "h1 = :h AND h2 = :n", []string{":h=x", ":n=1"}, "Condition parameter type does not match schema type"},
		{"a wrong type in the sort key", "h1 = :h AND h2 = :h AND s1 = :h AND n1 = :h", []string{":h=x"}, "Condition parameter type does not match schema type"},
		{"a prefix of a number", "h1 = :h AND h2 = :h AND s1 = :h AND begins_with(n1, :n)", []string{":h=x", ":n=1"}, "operator or function: begins_with, operand type: N"},
		{"an empty value", "h1 = :h AND h2 = :g", []string{":h=x", ":g="}, "cannot contain an empty string value. Key: h2"},
		{"a long partition key", "h1 = :h AND h2 = :g", []string{":h=" + strings.Repeat("x", 1024), ":g=" + strings.Repeat("x", 1025)}, "Size of hashkey has exceeded the maximum size limit of2048 bytes"},
		{"a long sort key", "h1 = :h AND h2 = :h AND s1 = :s AND n1 = :n AND s2 = :s", []string{":h=x", ":s=" + long, ":n=1"}, "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			keyed(t, func(t *testing.T, _ *DB, a api) {
				_, err := a.Query(t.Context(), byKey(c.condition, c.values...))
				refused(t, err, invalid, c.fragment)
			})
		})
	}
}

// A filter may name neither part of the index key, but the key of the table.
func TestFiltersOfKeysOfSeveralAttributes(t *testing.T) {
	keyed(t, func(t *testing.T, _ *DB, a api) {
		store(t, a, "keyed", row("1", "x", "y", "a", "1", "a"), row("2", "x", "y", "a", "2", "a"))
		for _, name := range []string{"h1", "h2", "s1", "n1", "s2"} {
			in := byKey("h1 = :h AND h2 = :g", ":h=x", ":g=y")
			in.FilterExpression = aws.String("attribute_exists(" + name + ")")
			_, err := a.Query(t.Context(), in)
			refused(t, err, invalid, "Filter Expression can only contain non-primary key attributes: Primary key attribute: "+name)
		}
		in := byKey("h1 = :h AND h2 = :g", ":h=x", ":g=y", ":i=2")
		in.FilterExpression = aws.String("id = :i")
		out, err := a.Query(t.Context(), in)
		if err != nil || idsOf(out.Items) != "2" || out.Count != 1 || out.ScannedCount != 2 {
			t.Errorf("%+v, %v", out, err)
		}
		in.Select, in.Limit = types.SelectCount, aws.Int32(1)
		if out, err = a.Query(t.Context(), in); err != nil || out.Items != nil || out.Count != 0 || out.ScannedCount != 1 {
			t.Errorf("count: %+v, %v", out, err)
		}
		same(t, out.LastEvaluatedKey, row("1", "x", "y", "a", "1", "a"))
	})
}

func TestStartKeysOfSeveralAttributes(t *testing.T) {
	without := func(i item, name string) item { delete(i, name); return i }
	with := func(i item, name string, v types.AttributeValue) item { i[name] = v; return i }
	inside := func() item { return row("1", "x", "y", "a", "5", "c") }
	const all, ranged = "h1 = :h AND h2 = :g", "h1 = :h AND h2 = :g AND s1 = :s AND n1 > :n"
	for _, c := range []struct {
		name, condition string
		start           item
		fragment        string
	}{
		{"without part of the partition key", all, without(inside(), "h2"), "The provided starting key is invalid"},
		{"without part of the sort key", all, without(inside(), "n1"), "The provided starting key is invalid"},
		{"without the key of the table", all, without(inside(), "id"), "The provided starting key is invalid"},
		{"only the key of the table", all, item{"id": str("1")}, "The provided starting key is invalid"},
		{"with something else", all, with(inside(), "x", str("x")), "The provided starting key is invalid"},
		{"with something else in place of a key", all, with(without(inside(), "n1"), "x", str("x")), "The provided starting key is invalid"},
		{"of a wrong type", all, with(inside(), "n1", str("5")), "The provided starting key is invalid"},
		{"of no type for a key", all, with(inside(), "s1", flag(true)), "The provided starting key is invalid"},
		{"with a NULL", all, with(inside(), "h1", &types.AttributeValueMemberNULL{Value: true}), "The provided starting key is invalid"},
		{"with an empty value", all, with(inside(), "s2", str("")), "The provided starting key is invalid: One or more parameter values are not valid."},
		{"in another first half of the partition", all, with(inside(), "h1", str("y")), "The query can return at most one row and cannot be restarted"},
		{"in another second half of the partition", all, with(inside(), "h2", str("x")), "The provided starting key is outside query boundaries based on provided conditions"},
		{"outside of an equality", ranged, with(inside(), "s1", str("b")), "The provided starting key does not match the range key predicate"},
		{"outside of a range", ranged, with(inside(), "n1", num("1")), "The provided starting key does not match the range key predicate"},
		{"outside of a range and of the partition", ranged, with(with(inside(), "n1", num("1")), "h2", str("x")), "The provided starting key does not match the range key predicate"},
		{"in another partition of a range", ranged, with(inside(), "h2", str("x")), "The query can return at most one row and cannot be restarted"},
		{"in another partition altogether", ranged, row("1", "a", "b", "c", "1", "d"), "The query can return at most one row and cannot be restarted"},
	} {
		t.Run(c.name, func(t *testing.T) {
			keyed(t, func(t *testing.T, _ *DB, a api) {
				values := []string{":h=x", ":g=y"}
				if c.condition == ranged {
					values = append(values, ":s=a", ":n=1")
				}
				in := byKey(c.condition, values...)
				in.ExclusiveStartKey = c.start
				_, err := a.Query(t.Context(), in)
				refused(t, err, invalid, c.fragment)
			})
		})
	}
	t.Run("of an item that is gone", func(t *testing.T) {
		keyed(t, func(t *testing.T, _ *DB, a api) {
			store(t, a, "keyed", row("1", "x", "y", "a", "5", "b"), row("2", "x", "y", "a", "5", "d"), row("3", "x", "y", "a", "6", "a"))
			for forward, want := range map[bool]string{true: "2 3", false: "1"} {
				in := byKey(ranged, ":h=x", ":g=y", ":s=a", ":n=1")
				in.ExclusiveStartKey, in.ScanIndexForward = inside(), &forward
				same(t, ids(t, a, in), want)
			}
		})
	})
	t.Run("of a scan", func(t *testing.T) {
		keyed(t, func(t *testing.T, _ *DB, a api) {
			for _, start := range []item{{"id": str("1")}, without(inside(), "h2"), with(inside(), "n1", str("5"))} {
				_, err := a.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("keyed"), IndexName: aws.String("idx"), ExclusiveStartKey: start})
				refused(t, err, invalid, "The provided starting key is invalid")
			}
		})
	})
}

// A scan of an index walks one partition after the other, each in its order.
// Its segments have no item in common and all items together.
func TestScansOfKeysOfSeveralAttributes(t *testing.T) {
	keyed(t, func(t *testing.T, _ *DB, a api) {
		want := map[string]string{}
		for p := range 20 {
			for n := range 3 {
				id := fmt.Sprintf("%02d-%d", p, n)
				want[fmt.Sprint(p)] = strings.TrimSpace(want[fmt.Sprint(p)] + " " + id)
				store(t, a, "keyed", row(id, fmt.Sprint(p%5), fmt.Sprint(p/5), "s", fmt.Sprint(n), "s"))
			}
		}
		store(t, a, "keyed", item{"id": str("outside"), "h1": str("1"), "h2": str("1"), "s1": str("s"), "n1": num("1")})
		scan := func(change func(*dynamodb.ScanInput)) []item {
			in := &dynamodb.ScanInput{TableName: aws.String("keyed"), IndexName: aws.String("idx"), Limit: aws.Int32(7)}
			change(in)
			var all []item
			for {
				out, err := a.Scan(t.Context(), in)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, out.Items...)
				if in.ExclusiveStartKey = out.LastEvaluatedKey; in.ExclusiveStartKey == nil {
					return all
				}
			}
		}
		all := idsOf(scan(func(*dynamodb.ScanInput) {}))
		for _, items := range want {
			if !strings.Contains(all, items) {
				t.Errorf("%s does not contain %s", all, items)
			}
		}
		if n := len(strings.Fields(all)); n != 60 {
			t.Errorf("%d items", n)
		}
		var segments []item
		for n := range int32(4) {
			segments = append(segments, scan(func(in *dynamodb.ScanInput) { in.Segment, in.TotalSegments = aws.Int32(n), aws.Int32(4) })...)
		}
		same(t, idsOf(segments), all)
	})
}
