package engine

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// indexChecks are about what indexes have of their items, and where reads of
// them start.
var indexChecks = []check{
	{"what comes back from an index", func(t *testing.T, x *fixture, _ string) {
		table := x.projectedTable(t)
		full := with(skOf("p", "1"), row{"g": str("g"), "l": str("l"), "a": str("a"), "b": str("b")})
		x.put(t, table, full)
		only := func(names ...string) row {
			i := row{}
			for _, name := range names {
				i[name] = full[name]
			}
			return i
		}
		for _, c := range []struct {
			index string
			want  row
		}{
			{"gAll", full}, {"gSome", only("pk", "sk", "g", "a")}, {"gKeys", only("pk", "sk", "g")},
			{"lAll", full}, {"lSome", only("pk", "sk", "l", "a")}, {"lKeys", only("pk", "sk", "l")},
		} {
			query := projectedQuery(table, c.index)
			same(t, c.index, x.query(t, query), []row{c.want})
			query.Select = types.SelectAllProjectedAttributes
			same(t, c.index+", projected", x.query(t, query), []row{c.want})
			query.Select, query.ProjectionExpression = "", aws.String("pk, a")
			if c.want["a"] != nil || c.index[0] == 'l' {
				x.same(t, c.index+", some attributes", x.query(t, query), []row{only("pk", "a")})
			}
			query.Select, query.ProjectionExpression = types.SelectCount, nil
			out, err := x.Client.Query(t.Context(), query)
			if err != nil {
				t.Fatal(err)
			}
			same(t, c.index+", count", []int32{int32(len(out.Items)), out.Count, out.ScannedCount}, []int32{0, 1, 1})
			scan, err := x.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table, IndexName: &c.index})
			if err != nil {
				t.Fatal(err)
			}
			same(t, c.index+", scan", scan.Items, []row{c.want})
		}
		// A local index gets what it does not have from the table, and can be
		// read consistently.
		for _, name := range []string{"lAll", "lSome", "lKeys"} {
			query := projectedQuery(table, name)
			query.Select, query.ConsistentRead = types.SelectAllAttributes, aws.Bool(true)
			same(t, name+", all attributes", x.query(t, query), []row{full})
		}
	}},
	{"an index has no other attributes", func(t *testing.T, x *fixture, _ string) {
		table := x.projectedTable(t)
		for _, name := range []string{"gSome", "gKeys"} {
			query := projectedQuery(table, name)
			query.Select = types.SelectAllAttributes
			_, err := x.Client.Query(t.Context(), query)
			x.refused(t, err, invalid, "Select type ALL_ATTRIBUTES is not supported for global secondary index "+name+" because its projection type is not ALL")
			_, err = x.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table, IndexName: &name, Select: types.SelectAllAttributes})
			x.refused(t, err, invalid, "Select type ALL_ATTRIBUTES is not supported for global secondary index "+name+" because its projection type is not ALL")
		}
	}},
	{"no strong scan of a global index", func(t *testing.T, x *fixture, _ string) {
		table := x.projectedTable(t)
		_, err := x.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table, IndexName: aws.String("gAll"), ConsistentRead: aws.Bool(true)})
		x.refused(t, err, invalid, "Consistent reads are not supported on global secondary indexes")
	}},
	{"a query of a global index projects what the index has", func(t *testing.T, x *fixture, _ string) {
		table := x.projectedTable(t)
		for _, name := range []string{"gSome", "gKeys"} {
			query := projectedQuery(table, name)
			query.ProjectionExpression = aws.String("pk, b")
			_, err := x.Client.Query(t.Context(), query)
			x.refused(t, err, invalid, "Global secondary index "+name+" does not project [b]")
		}
	}},
	{"a query filters by what the index has", func(t *testing.T, x *fixture, _ string) {
		table := x.projectedTable(t)
		for _, name := range []string{"gSome", "gKeys", "lSome", "lKeys"} {
			query := projectedQuery(table, name)
			query.FilterExpression = aws.String("attribute_exists(b)")
			_, err := x.Client.Query(t.Context(), query)
			x.refused(t, err, invalid, "Secondary index "+name+" does not project one or more filter attributes: [b]")
		}
	}},
	{"a scan filters by what the index has", func(t *testing.T, x *fixture, _ string) {
		table := x.projectedTable(t)
		x.put(t, table, with(skOf("p", "1"), row{"g": str("g"), "l": str("l"), "a": str("a"), "b": str("b")}))
		for _, c := range []struct {
			index, filter string
			found         int32
		}{
			{"gAll", "attribute_exists(b)", 1}, {"gSome", "attribute_exists(b)", 0}, {"gSome", "attribute_not_exists(b)", 1}, {"gKeys", "a = :a", 0},
			{"lAll", "attribute_exists(b)", 1}, {"lSome", "attribute_exists(b)", 0}, {"lSome", "attribute_not_exists(b)", 1}, {"lKeys", "a = :a", 0},
		} {
			in := &dynamodb.ScanInput{TableName: &table, IndexName: &c.index, FilterExpression: &c.filter}
			if c.filter == "a = :a" {
				in.ExpressionAttributeValues = row{":a": str("a")}
			}
			out, err := x.Client.Scan(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			same(t, c.index+" by "+c.filter, []int32{int32(len(out.Items)), out.Count, out.ScannedCount}, []int32{c.found, c.found, 1})
		}
	}},
	{"pages of an index count what they read", func(t *testing.T, x *fixture, _ string) {
		table := x.projectedTable(t)
		for n := range 7 {
			item := with(skOf("p", fmt.Sprint(n)), row{"g": str("g"), "l": str(fmt.Sprint(n)), "a": num(fmt.Sprint(n % 3))})
			if n == 5 {
				delete(item, "g") // the item is in the table and in the local indexes
			}
			x.put(t, table, item)
		}
		for name, want := range map[string][][]int32{
			"gSome": {{1, 3}, {0, 3}, {0, 0}},
			"lSome": {{1, 3}, {1, 3}, {0, 1}},
		} {
			query := projectedQuery(table, name)
			query.Limit, query.Select, query.FilterExpression = aws.Int32(3), types.SelectCount, aws.String("a = :a")
			query.ExpressionAttributeValues[":a"] = num("1")
			if name == "gSome" {
				want = nil // items with equal keys come in any order
			}
			var pages [][]int32
			total := []int32{0, 0}
			for done := false; !done; done = query.ExclusiveStartKey == nil {
				page, err := x.Client.Query(t.Context(), query)
				if err != nil {
					t.Fatal(err)
				}
				pages = append(pages, []int32{page.Count, page.ScannedCount})
				total[0], total[1] = total[0]+page.Count, total[1]+page.ScannedCount
				query.ExclusiveStartKey = page.LastEvaluatedKey
			}
			if want != nil {
				same(t, name+", pages", pages, want)
			}
			same(t, name+", together", total, map[string][]int32{"gSome": {2, 6}, "lSome": {2, 7}}[name])
		}
	}},
	{"start keys of indexes", func(t *testing.T, x *fixture, _ string) {
		table := x.projectedTable(t)
		x.put(t, table, with(skOf("p", "1"), row{"g": str("g"), "l": str("l")}))
		start := with(skOf("p", "1"), row{"g": str("g")})
		local := with(skOf("p", "1"), row{"l": str("l")})
		for _, c := range []struct {
			name, index string
			start       row
			text        string
		}{
			{"only the key of the table", "gAll", skOf("p", "1"), "The provided starting key is invalid"},
			{"only the key of the index", "gAll", row{"g": str("g")}, "The provided starting key is invalid"},
			{"half of the key of the table", "gAll", with(pkOf("p"), row{"g": str("g")}), "The provided starting key is invalid"},
			{"one attribute more", "gAll", with(start, row{"l": str("l")}), "The provided starting key is invalid"},
			{"a wrong type in the key of the table", "gAll", with(start, row{"sk": num("1")}), "The provided starting key is invalid"},
			{"another partition", "gAll", with(start, row{"g": str("other")}), "The provided starting key is outside query boundaries based on provided conditions"},
			{"the key of another index", "lAll", start, "The provided starting key is invalid"},
			{"another partition of a local index", "lAll", with(local, pkOf("other")), "The provided starting key is outside query boundaries based on provided conditions"},
		} {
			query := projectedQuery(table, c.index)
			query.ExclusiveStartKey = c.start
			_, err := x.Client.Query(t.Context(), query)
			t.Run(c.name, func(t *testing.T) { x.refused(t, err, invalid, c.text) })
			if c.text == "The provided starting key is invalid" {
				// For values of a wrong type, regions of AWS have different texts.
				_, err := x.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table, IndexName: &c.index, ExclusiveStartKey: c.start})
				t.Run(c.name+", scan", func(t *testing.T) { x.refused(t, err, invalid, "") })
			}
		}
		query := projectedQuery(table, "lAll")
		query.KeyConditionExpression, query.ExpressionAttributeValues[":m"] = aws.String("pk = :p AND l > :m"), str("m")
		query.ExclusiveStartKey = local
		_, err := x.Client.Query(t.Context(), query)
		x.refused(t, err, invalid, "The provided starting key does not match the range key predicate")
		query.ExclusiveStartKey = with(local, pkOf("other"), row{"l": str("n")})
		_, err = x.Client.Query(t.Context(), query)
		x.refused(t, err, invalid, "The query can return at most one row and cannot be restarted")
	}},
	{"start keys with a wrong type in the key of the index", func(t *testing.T, x *fixture, _ string) {
		table := x.projectedTable(t)
		for name, wrong := range map[string]value{"a number": num("1"), "a NULL": null()} {
			start := with(skOf("p", "1"), row{"g": wrong})
			query := projectedQuery(table, "gAll")
			query.ExclusiveStartKey = start
			_, err := x.Client.Query(t.Context(), query)
			t.Run(name, func(t *testing.T) { x.refused(t, err, invalid, "The provided starting key is invalid") })
			// Regions of AWS have different texts.
			_, err = x.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table, IndexName: query.IndexName, ExclusiveStartKey: start})
			same(t, name+", code of a scan", errorCode(err), invalid)
		}
	}},
	{"segments of indexes", func(t *testing.T, x *fixture, _ string) {
		table := x.projectedTable(t)
		var want []string
		for n := range 25 {
			pk := fmt.Sprintf("%02d", n)
			want = append(want, pk)
			x.put(t, table, with(skOf(pk, "1"), row{"g": str(fmt.Sprint(n % 9)), "l": str("l")}))
		}
		x.put(t, table, skOf("outside", "1"))
		for _, name := range []string{"gKeys", "lKeys"} {
			for _, of := range []int32{1, 2, 7} {
				var all []string
				for n := range of {
					all = append(all, x.scan(t, &dynamodb.ScanInput{TableName: &table, IndexName: &name, Segment: &n, TotalSegments: &of, Limit: aws.Int32(3)})...)
				}
				same(t, fmt.Sprintf("%s in %d segments", name, of), slices.Sorted(slices.Values(all)), want)
			}
		}
	}},
}

// projectedTable makes a table with indexes of all kinds: global ones by g and
// local ones by l, which have everything, the attribute a, or only keys.
func (x *fixture) projectedTable(t *testing.T) string {
	t.Helper()
	some := func(i *types.Projection) { i.NonKeyAttributes = []string{"a"} }
	return x.create(t, "projected", key("pk", "S"), key("sk", "S"),
		index("gAll", types.ProjectionTypeAll, "HASH g S"), index("gSome", types.ProjectionTypeInclude, "HASH g S"), index("gKeys", types.ProjectionTypeKeysOnly, "HASH g S"),
		func(in *dynamodb.CreateTableInput) {
			some(in.GlobalSecondaryIndexes[1].Projection)
			local := dynamodb.CreateTableInput{AttributeDefinitions: in.AttributeDefinitions}
			for name, projection := range map[string]types.ProjectionType{"lAll": types.ProjectionTypeAll, "lSome": types.ProjectionTypeInclude, "lKeys": types.ProjectionTypeKeysOnly} {
				index(name, projection, "HASH pk S", "RANGE l S")(&local)
			}
			in.AttributeDefinitions = local.AttributeDefinitions
			for _, i := range local.GlobalSecondaryIndexes {
				if i.Projection.ProjectionType == types.ProjectionTypeInclude {
					some(i.Projection)
				}
				in.LocalSecondaryIndexes = append(in.LocalSecondaryIndexes, types.LocalSecondaryIndex{IndexName: i.IndexName, KeySchema: i.KeySchema, Projection: i.Projection})
			}
		})
}

// projectedQuery queries the items of projectedTable by g = "g", or by pk = "p".
func projectedQuery(table, index string) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{TableName: &table, IndexName: &index, KeyConditionExpression: aws.String("g = :g"), ExpressionAttributeValues: row{":g": str("g")}}
	if index[0] == 'l' {
		in.KeyConditionExpression, in.ExpressionAttributeValues = aws.String("pk = :p"), row{":p": str("p")}
	}
	return in
}
