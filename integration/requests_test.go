package integration

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

// request is one request to send to several engines.
type request struct {
	text string // for readers
	send func(*dynamodb.Client) answer
}

func (r request) String() string { return r.text }

// generator draws requests about a few items, so that they meet. It avoids the
// deviations of the second engine that are in the conformance suite's lists: an
// update that only removes from an absent item, sets with numbers that are not
// in normal form, pages over 1 MB. Only with DynamoDB Local it also avoids that
// engine's further deviations: UPDATED_OLD and UPDATED_NEW of nested paths,
// numbers that it does not bring into normal form everywhere, and sums that are
// zero.
type generator struct {
	t         *rapid.T
	table, pk string
	values    row // of the expressions being drawn
	tokens    *int
	local     bool // the second engine is DynamoDB Local
}

type row = map[string]types.AttributeValue

func pick[T any](g *generator, what string, from ...T) T {
	return rapid.SampledFrom(from).Draw(g.t, what)
}

func (g *generator) request() request {
	return pick(g, "verb", g.put, g.update, g.update, g.updated, g.delete, g.get, g.query, g.query, g.scan,
		g.transaction, g.transaction, g.repeated, g.transactGet, g.batchGet, g.batches)()
}

// sortKeys are the items that requests are about.
var sortKeys = []string{"-1", "2", "10"}

func (g *generator) keyOf(sk string) row {
	return row{"pk": &types.AttributeValueMemberS{Value: g.pk}, "sk": &types.AttributeValueMemberN{Value: sk}}
}

func (g *generator) key() row { return g.keyOf(pick(g, "sk", sortKeys...)) }

// itemAt is a key with some attributes.
func (g *generator) itemAt(key row) row {
	item := maps.Clone(key)
	for _, name := range []string{"a", "b", "c", "g", "h"} {
		if !rapid.Bool().Draw(g.t, "has "+name) {
			continue
		}
		switch name {
		case "g": // the key of the indexes
			item[name] = &types.AttributeValueMemberS{Value: g.pk + pick(g, "index key", "x", "y")}
		case "h": // the rest of the key of one of them
			item[name] = &types.AttributeValueMemberS{Value: pick(g, "second index key", "x", "y")}
		default:
			item[name] = g.value(2)
		}
	}
	return item
}

// value draws a value with at most depth levels of documents in it.
func (g *generator) value(depth int) types.AttributeValue {
	kinds := []string{"N", "S", "BOOL", "NULL", "B", "SS", "NS", "BS"}
	if depth > 0 {
		kinds = append(kinds, "L", "M", "L", "M")
	}
	switch pick(g, "kind", kinds...) {
	case "N":
		return g.number()
	case "S":
		return &types.AttributeValueMemberS{Value: pick(g, "string", "", "x", "xy", "é", "日本", "\U0001F600")}
	case "BOOL":
		return &types.AttributeValueMemberBOOL{Value: rapid.Bool().Draw(g.t, "bool")}
	case "NULL":
		return &types.AttributeValueMemberNULL{Value: true}
	case "B":
		return &types.AttributeValueMemberB{Value: []byte(pick(g, "bytes", "", "\x00", "\xff\x00"))}
	case "SS":
		return &types.AttributeValueMemberSS{Value: pick(g, "strings", []string{"x"}, []string{"y", "x"}, []string{}, []string{"x", "x"})}
	case "NS":
		return &types.AttributeValueMemberNS{Value: pick(g, "numbers", []string{"1"}, []string{"2", "1.5"}, []string{"1", "1"})}
	case "BS":
		return &types.AttributeValueMemberBS{Value: pick(g, "binaries", [][]byte{{0}}, [][]byte{{0xff}, {}}, [][]byte{{1}, {1}})}
	case "L":
		var l []types.AttributeValue
		for range rapid.IntRange(0, 3).Draw(g.t, "elements") {
			l = append(l, g.value(depth-1))
		}
		return &types.AttributeValueMemberL{Value: l}
	default:
		m := row{}
		for _, name := range []string{"x", "y"} {
			if rapid.Bool().Draw(g.t, "has "+name) {
				m[name] = g.value(depth - 1)
			}
		}
		return &types.AttributeValueMemberM{Value: m}
	}
}

func (g *generator) number() types.AttributeValue {
	numbers := []string{"1", "2.5", "-7", "1000", "123456789012345678901234567890", "0.001"}
	if !g.local {
		numbers = append(numbers, "1.500", "1e3", "-0.0", "+2.50", "100e-2")
	}
	return &types.AttributeValueMemberN{Value: pick(g, "number", numbers...)}
}

// path draws a document path. There are few attributes, so paths meet values.
func (g *generator) path() string {
	return pick(g, "path", "a", "b", "c", "d", "a.x", "a.y", "b.x", "a[0]", "b[1]", "b[5]", "a.x.y", "a.x[0]", "c[0].y")
}

// ref puts a value into the expression and returns its name in it.
func (g *generator) ref(v types.AttributeValue) string {
	name := fmt.Sprint(":v", len(g.values))
	g.values[name] = v
	return name
}

func (g *generator) operand() string {
	switch pick(g, "operand", "path", "value", "value", "size") {
	case "path":
		return g.path()
	case "size":
		return "size(" + pick(g, "sized", "a.x", "b[1]", "gone", "a", "b") + ")"
	default:
		return g.ref(g.value(1))
	}
}

// condition draws a condition over the attributes of an item.
func (g *generator) condition(depth int) string {
	if depth > 0 && rapid.IntRange(0, 3).Draw(g.t, "deeper") == 0 {
		switch pick(g, "logic", "AND", "OR", "NOT", "precedence") {
		case "NOT":
			return "NOT (" + g.condition(depth-1) + ")"
		case "precedence":
			return g.condition(depth-1) + " OR NOT " + g.condition(0) + " AND " + g.condition(0)
		case "AND":
			return "(" + g.condition(depth-1) + ") AND (" + g.condition(depth-1) + ")"
		default:
			return "(" + g.condition(depth-1) + ") OR (" + g.condition(depth-1) + ")"
		}
	}
	path := g.path()
	switch pick(g, "condition", "exists", "missing", "type", "begins", "contains", "between", "in", "compare", "compare") {
	case "exists":
		return "attribute_exists(" + path + ")"
	case "missing":
		return "attribute_not_exists(" + path + ")"
	case "type":
		return "attribute_type(" + path + ", " + g.ref(&types.AttributeValueMemberS{Value: pick(g, "type", "S", "N", "B", "BOOL", "L", "M", "NULL", "SS", "NS", "BS")}) + ")"
	case "begins":
		return "begins_with(" + path + ", " + g.ref(&types.AttributeValueMemberS{Value: "x"}) + ")"
	case "contains":
		return "contains(" + path + ", " + g.ref(g.value(0)) + ")"
	case "between":
		return path + " BETWEEN " + g.ref(&types.AttributeValueMemberN{Value: "1"}) + " AND " + g.ref(&types.AttributeValueMemberN{Value: "3"})
	case "in":
		return path + " IN (" + g.ref(g.value(1)) + ", " + g.ref(g.number()) + ")"
	default:
		return path + pick(g, "comparator", " = ", " <> ", " < ", " <= ", " > ", " >= ") + g.operand()
	}
}

// change draws an update expression, which always sets something.
func (g *generator) change() string {
	clauses := map[string][]string{}
	for range rapid.IntRange(0, 2).Draw(g.t, "more changes") {
		switch clause := pick(g, "clause", "SET", "REMOVE", "ADD", "DELETE"); clause {
		case "SET":
			clauses[clause] = append(clauses[clause], g.path()+" = "+g.result())
		case "REMOVE":
			clauses[clause] = append(clauses[clause], g.path())
		default:
			clauses[clause] = append(clauses[clause], pick(g, "top", "a", "b", "c", "d")+" "+g.ref(g.value(0)))
		}
	}
	clauses["SET"] = append(clauses["SET"], "seen = "+g.ref(g.number()))
	var parts []string
	for _, clause := range []string{"SET", "REMOVE", "ADD", "DELETE"} {
		if len(clauses[clause]) > 0 {
			parts = append(parts, clause+" "+strings.Join(clauses[clause], ", "))
		}
	}
	return strings.Join(parts, " ")
}

// result draws the right side of a SET.
func (g *generator) result() string {
	list := func() string { return g.ref(&types.AttributeValueMemberL{Value: []types.AttributeValue{g.value(0)}}) }
	switch pick(g, "result", "value", "path", "sum", "default", "append", "append default") {
	case "value":
		return g.ref(g.value(2))
	case "path":
		return g.path()
	case "sum":
		// An odd summand: no number above becomes zero by repeated addition.
		summands := []string{"0.37"}
		if !g.local {
			summands = append(summands, "1", "-1.0", "7")
		}
		return g.path() + pick(g, "sign", " + ", " - ") + g.ref(&types.AttributeValueMemberN{Value: pick(g, "summand", summands...)})
	case "default":
		return "if_not_exists(" + g.path() + ", " + g.ref(g.value(1)) + ")"
	case "append":
		return "list_append(" + g.path() + ", " + list() + ")"
	default:
		return "list_append(if_not_exists(" + g.path() + ", " + g.ref(&types.AttributeValueMemberL{}) + "), " + list() + ")"
	}
}

// conditional draws a condition or, as often, none.
func (g *generator) conditional() *string {
	if rapid.Bool().Draw(g.t, "unconditional") {
		return nil
	}
	return aws.String(g.condition(2))
}

// expressions starts a request with new expressions.
func (g *generator) expressions() { g.values = row{} }

// used are the values that were drawn, nil for none: an engine refuses an empty
// map.
func (g *generator) used() row {
	if len(g.values) == 0 {
		return nil
	}
	return g.values
}

var background = context.Background()

const allOld = types.ReturnValuesOnConditionCheckFailureAllOld

func (g *generator) put() request {
	g.expressions()
	in := &dynamodb.PutItemInput{TableName: &g.table, Item: g.itemAt(g.key()), ConditionExpression: g.conditional(),
		ReturnValues: types.ReturnValueAllOld, ReturnValuesOnConditionCheckFailure: allOld}
	in.ExpressionAttributeValues = g.used()
	in.ConditionExpression, in.ExpressionAttributeNames = g.named(in.ConditionExpression)
	return request{fmt.Sprint("put ", show(in.Item), " if ", aws.ToString(in.ConditionExpression), " ", show(g.values)), func(c *dynamodb.Client) answer {
		out, err := c.PutItem(background, in)
		if err != nil {
			return failure(err)
		}
		return answer{Items: []string{show(out.Attributes)}}
	}}
}

func (g *generator) update() request {
	g.expressions()
	in := &dynamodb.UpdateItemInput{TableName: &g.table, Key: g.key(), UpdateExpression: aws.String(g.change()), ConditionExpression: g.conditional(),
		ReturnValues: pick(g, "return", types.ReturnValueAllOld, types.ReturnValueAllNew), ReturnValuesOnConditionCheckFailure: allOld}
	in.ExpressionAttributeValues = g.used()
	text := fmt.Sprint("update ", show(in.Key), " ", *in.UpdateExpression, " if ", aws.ToString(in.ConditionExpression), " ", show(g.values))
	return request{text, func(c *dynamodb.Client) answer {
		out, err := c.UpdateItem(background, in)
		if err != nil {
			return failure(err)
		}
		return answer{Items: []string{show(out.Attributes)}}
	}}
}

func (g *generator) delete() request {
	g.expressions()
	in := &dynamodb.DeleteItemInput{TableName: &g.table, Key: g.key(), ConditionExpression: g.conditional(),
		ReturnValues: types.ReturnValueAllOld, ReturnValuesOnConditionCheckFailure: allOld}
	in.ExpressionAttributeValues = g.used()
	in.ConditionExpression, in.ExpressionAttributeNames = g.named(in.ConditionExpression)
	return request{fmt.Sprint("delete ", show(in.Key), " if ", aws.ToString(in.ConditionExpression), " ", show(g.values)), func(c *dynamodb.Client) answer {
		out, err := c.DeleteItem(background, in)
		if err != nil {
			return failure(err)
		}
		return answer{Items: []string{show(out.Attributes)}}
	}}
}

// projection draws some paths, overlapping ones included.
func (g *generator) projection() string {
	paths := []string{"sk", g.path()}
	for range rapid.IntRange(0, 2).Draw(g.t, "more paths") {
		paths = append(paths, g.path())
	}
	return strings.Join(paths, ", ")
}

func (g *generator) get() request {
	in := &dynamodb.GetItemInput{TableName: &g.table, Key: g.key(), ConsistentRead: aws.Bool(true), ProjectionExpression: aws.String(g.projection())}
	return request{fmt.Sprint("get ", show(in.Key), " ", *in.ProjectionExpression), func(c *dynamodb.Client) answer {
		out, err := c.GetItem(background, in)
		if err != nil {
			return failure(err)
		}
		return answer{Items: []string{show(out.Item)}}
	}}
}

func (g *generator) query() request {
	g.expressions()
	in := &dynamodb.QueryInput{TableName: &g.table, ScanIndexForward: aws.Bool(rapid.Bool().Draw(g.t, "forward")), FilterExpression: g.conditional()}
	pk := "pk = " + g.ref(&types.AttributeValueMemberS{Value: g.pk})
	in.IndexName = g.index()
	switch aws.ToString(in.IndexName) {
	case "byG":
		pk = "g = " + g.ref(&types.AttributeValueMemberS{Value: g.pk + "x"})
	case "byGH":
		pk = "g = " + g.ref(&types.AttributeValueMemberS{Value: g.pk + "x"}) + " AND " + pk
	}
	in.Limit = g.limit()
	in.KeyConditionExpression = aws.String(pk + g.keyRange())
	if strings.Contains(*in.KeyConditionExpression, "sk =") && aws.ToString(in.IndexName) == "byGH" && rapid.Bool().Draw(g.t, "whole key") {
		*in.KeyConditionExpression += pick(g, "rest of the key", " AND h = ", " AND h > ") + g.ref(&types.AttributeValueMemberS{Value: "x"})
	}
	if rapid.Bool().Draw(g.t, "count") {
		in.Select = types.SelectCount
	}
	in.FilterExpression, in.ExpressionAttributeNames = g.named(in.FilterExpression)
	in.ExpressionAttributeValues = g.used()
	return request{fmt.Sprint("query ", *in.KeyConditionExpression, " filter ", aws.ToString(in.FilterExpression), " ", show(g.values)), func(c *dynamodb.Client) answer {
		// All pages: an engine may or may not say on the last page that it is
		// the last.
		a := answer{Counts: []int32{0, 0}}
		for pages := dynamodb.NewQueryPaginator(c, in); pages.HasMorePages(); {
			page, err := pages.NextPage(background)
			if err != nil {
				return failure(err)
			}
			a.Items = append(a.Items, showAll(page.Items)...)
			a.Counts[0] += page.Count
			a.Counts[1] += page.ScannedCount
		}
		return a
	}}
}

// index draws the index of a read; nil is the table.
func (g *generator) index() *string {
	indexes := []string{"", "byG", "byGH"}
	if g.local {
		indexes = indexes[:2]
	}
	if name := pick(g, "index", indexes...); name != "" {
		return &name
	}
	return nil
}

func (g *generator) batchGet() request {
	var keys []row
	for range rapid.IntRange(1, 3).Draw(g.t, "keys") {
		keys = append(keys, g.key())
	}
	in := &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		g.table: {Keys: keys, ConsistentRead: aws.Bool(true), ProjectionExpression: aws.String(g.projection())},
	}}
	return request{fmt.Sprint("batch get ", showAll(in.RequestItems[g.table].Keys), *in.RequestItems[g.table].ProjectionExpression), func(c *dynamodb.Client) answer {
		out, err := c.BatchGetItem(background, in)
		if err != nil {
			return failure(err)
		}
		items := showAll(out.Responses[g.table])
		slices.Sort(items)
		return answer{Items: items, Counts: []int32{int32(len(out.UnprocessedKeys))}}
	}}
}
