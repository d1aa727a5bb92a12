package embedded

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

// keysModel is a table with an index of a random key as a plain list of items.
type keysModel struct {
	t          *rapid.T
	db         *DB
	hash, sort []string
	items      map[string]item
}

// modelNames are the attributes that keys are made of: two of each type, and the
// key of the table.
var modelNames = []string{"s1", "s2", "n1", "n2", "b1", "b2", "h1", "h2", "id"}

// value draws a value for an attribute. There are few, and some begin with
// others.
func (m *keysModel) value(name string) types.AttributeValue {
	switch name[0] {
	case 'i':
		return str(rapid.SampledFrom([]string{"a", "a\x00", "ab", "abc", "b", "c", "ca", "d", "\x00", "e"}).Draw(m.t, name))
	case 'n':
		return num(rapid.SampledFrom([]string{"0.5", "-10", "2", "10"}).Draw(m.t, name))
	case 'b':
		return bin(rapid.SampledFrom([]string{"\x00", "\x00\x00", "\x00\x01", "\xff"}).Draw(m.t, name))
	}
	return str(rapid.SampledFrom([]string{"a", "a\x00", "ab", "b"}).Draw(m.t, name))
}

// draw draws an item. One attribute of the key may be missing.
func (m *keysModel) draw() item {
	i := item{"id": m.value("id"), "extra": num(strconv.Itoa(rapid.IntRange(0, 2).Draw(m.t, "extra")))}
	names := slices.Concat(m.hash, m.sort)
	missing := len(names)
	if rapid.Bool().Draw(m.t, "incomplete") && rapid.Bool().Draw(m.t, "really") {
		missing = rapid.IntRange(0, len(names)-1).Draw(m.t, "missing")
	}
	for n, name := range names {
		if n != missing && name != "id" {
			i[name] = m.value(name)
		}
	}
	return i
}

func (m *keysModel) put(*rapid.T) {
	i := m.draw()
	if _, err := m.db.PutItem(ctx(), &dynamodb.PutItemInput{TableName: aws.String("keyed"), Item: i}); err != nil {
		m.t.Fatal(err)
	}
	m.items[show(i["id"])] = i
}

func (m *keysModel) delete(*rapid.T) {
	id := m.value("id")
	if _, err := m.db.DeleteItem(ctx(), &dynamodb.DeleteItemInput{TableName: aws.String("keyed"), Key: item{"id": id}}); err != nil {
		m.t.Fatal(err)
	}
	delete(m.items, show(id))
}

// update sets or removes one attribute.
func (m *keysModel) update(*rapid.T) {
	id, name := m.value("id"), rapid.SampledFrom(append(slices.Concat(m.hash, m.sort), "extra")).Draw(m.t, "attribute")
	if name == "id" {
		return
	}
	after := maps.Clone(m.items[show(id)])
	in := &dynamodb.UpdateItemInput{TableName: aws.String("keyed"), Key: item{"id": id}, UpdateExpression: aws.String("REMOVE " + name)}
	if rapid.Bool().Draw(m.t, "set") {
		if after == nil {
			after = item{"id": id}
		}
		after[name] = m.value("n1")
		if name != "extra" {
			after[name] = m.value(name)
		}
		in.UpdateExpression, in.ExpressionAttributeValues = aws.String("SET "+name+" = :v"), item{":v": after[name]}
	} else {
		delete(after, name)
	}
	if _, err := m.db.UpdateItem(ctx(), in); err != nil {
		m.t.Fatal(err)
	}
	if after != nil {
		m.items[show(id)] = after
	}
}

// transaction puts two items.
func (m *keysModel) transaction(*rapid.T) {
	a, b := m.draw(), m.draw()
	if show(a["id"]) == show(b["id"]) {
		return
	}
	if _, err := m.db.TransactWriteItems(ctx(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{putIf("keyed", a, ""), putIf("keyed", b, "")}}); err != nil {
		m.t.Fatal(err)
	}
	m.items[show(a["id"])], m.items[show(b["id"])] = a, b
}

// indexed are the items that the index has, sorted.
func (m *keysModel) indexed() []item {
	var found []item
	for _, i := range m.items {
		if !slices.ContainsFunc(slices.Concat(m.hash, m.sort), func(name string) bool { return i[name] == nil }) {
			found = append(found, i)
		}
	}
	slices.SortFunc(found, m.compare)
	return found
}

// compare is the order of the index. Items with equal keys may be in any order;
// here they are in that of their table keys.
func (m *keysModel) compare(a, b item) int {
	return cmp.Or(m.compareKeys(a, b), compareValues(a["id"], b["id"]))
}

func (m *keysModel) compareKeys(a, b item) int {
	for _, name := range m.sort {
		if c := compareValues(a[name], b[name]); c != 0 {
			return c
		}
	}
	return 0
}

// compareValues compares values of one type as DynamoDB orders them.
func compareValues(a, b types.AttributeValue) int {
	switch a := a.(type) {
	case *types.AttributeValueMemberN:
		x, _ := strconv.ParseFloat(a.Value, 64)
		y, _ := strconv.ParseFloat(b.(*types.AttributeValueMemberN).Value, 64)
		return int(2 * (x - y))
	case *types.AttributeValueMemberB:
		return strings.Compare(string(a.Value), string(b.(*types.AttributeValueMemberB).Value))
	}
	return strings.Compare(a.(*types.AttributeValueMemberS).Value, b.(*types.AttributeValueMemberS).Value)
}

// drawnTerm is one term of a key condition: its text and what it selects.
type drawnTerm struct {
	text  string
	holds func(item) bool
}

// term draws a term on an attribute and adds its values. They are more often
// than not those of an item, nil for no item.
func (m *keysModel) term(name, operator string, like, values item) drawnTerm {
	v, w := m.value(name), m.value(name)
	if like != nil && rapid.IntRange(0, 9).Draw(m.t, "like an item") > 0 {
		v = like[name]
	}
	if compareValues(v, w) > 0 {
		v, w = w, v
	}
	a, b := ":"+name+"a", ":"+name+"b"
	values[a] = v
	compared := func(want func(int) bool) drawnTerm {
		return drawnTerm{name + " " + operator + " " + a, func(i item) bool { return want(compareValues(i[name], v)) }}
	}
	switch operator {
	case "=":
		return compared(func(c int) bool { return c == 0 })
	case "<":
		return compared(func(c int) bool { return c < 0 })
	case "<=":
		return compared(func(c int) bool { return c <= 0 })
	case ">":
		return compared(func(c int) bool { return c > 0 })
	case ">=":
		return compared(func(c int) bool { return c >= 0 })
	case "BETWEEN":
		values[b] = w
		return drawnTerm{name + " BETWEEN " + a + " AND " + b, func(i item) bool { return compareValues(i[name], v) >= 0 && compareValues(i[name], w) <= 0 }}
	}
	return drawnTerm{"begins_with(" + name + ", " + a + ")", func(i item) bool { return strings.HasPrefix(bytesOf(i[name]), bytesOf(v)) }}
}

func bytesOf(v types.AttributeValue) string {
	if b, ok := v.(*types.AttributeValueMemberB); ok {
		return string(b.Value)
	}
	return v.(*types.AttributeValueMemberS).Value
}

// queries compares random queries with the list.
func (m *keysModel) queries(*rapid.T) {
	for range 4 {
		m.query()
	}
}

func (m *keysModel) query() {
	values := item{}
	var like item
	if indexed := m.indexed(); len(indexed) > 0 {
		like = rapid.SampledFrom(indexed).Draw(m.t, "like")
	}
	var terms []drawnTerm
	for _, name := range m.hash {
		terms = append(terms, m.term(name, "=", like, values))
	}
	for n := range len(m.sort) - rapid.IntRange(0, len(m.sort)).Draw(m.t, "sort attributes without a term") {
		name, operators := m.sort[n], []string{"=", "=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"}
		if name[0] == 'n' {
			operators = operators[:7]
		}
		operator := rapid.SampledFrom(operators).Draw(m.t, "operator")
		terms = append(terms, m.term(name, operator, like, values))
		if operator != "=" {
			break
		}
	}
	m.compareQuery(terms, values)
}

func (m *keysModel) compareQuery(terms []drawnTerm, values item) {
	terms = rapid.Permutation(terms).Draw(m.t, "order")
	var texts []string
	for _, term := range terms {
		texts = append(texts, term.text)
	}
	in := dynamodb.QueryInput{
		TableName: aws.String("keyed"), IndexName: aws.String("index"), KeyConditionExpression: aws.String(strings.Join(texts, " AND ")),
		ExpressionAttributeValues: values, ScanIndexForward: aws.Bool(rapid.Bool().Draw(m.t, "forward")),
	}
	if limit := rapid.Int32Range(0, 3).Draw(m.t, "limit"); limit > 0 {
		in.Limit = &limit
	}
	filtered := rapid.Bool().Draw(m.t, "filter")
	if filtered {
		in.FilterExpression = aws.String("extra > :one")
		in.ExpressionAttributeValues[":one"] = num("1")
	}
	var want []item
	for _, i := range m.indexed() {
		if !slices.ContainsFunc(terms, func(term drawnTerm) bool { return !term.holds(i) }) && (!filtered || i["extra"] != nil && compareValues(i["extra"], num("1")) > 0) {
			want = append(want, i)
		}
	}
	got, _ := queryAll(m.t, m.db, in)
	if !*in.ScanIndexForward {
		slices.Reverse(got)
	}
	ordered := slices.IsSortedFunc(got, m.compareKeys)
	slices.SortFunc(got, m.compare)
	if !ordered || showAll(got) != showAll(want) {
		m.t.Fatalf("%s %s, in order %t:\n got %s\nwant %s", *in.KeyConditionExpression, show(values), ordered, showAll(got), showAll(want))
	}
}

func showAll(items []item) string {
	var out []string
	for _, i := range items {
		out = append(out, show(i))
	}
	return strings.Join(out, " ")
}

// scan compares a random number of segments of the index with the list.
func (m *keysModel) scan(*rapid.T) {
	of := rapid.Int32Range(1, 4).Draw(m.t, "segments")
	var got []item
	for n := range of {
		in := &dynamodb.ScanInput{TableName: aws.String("keyed"), IndexName: aws.String("index"), Segment: &n, TotalSegments: &of, Limit: aws.Int32(2)}
		for {
			out, err := m.db.Scan(ctx(), in)
			if err != nil {
				m.t.Fatal(err)
			}
			got = append(got, out.Items...)
			if in.ExclusiveStartKey = out.LastEvaluatedKey; in.ExclusiveStartKey == nil {
				break
			}
		}
	}
	slices.SortFunc(got, m.compare)
	if want := m.indexed(); showAll(got) != showAll(want) {
		m.t.Fatalf("scan:\n got %s\nwant %s", showAll(got), showAll(want))
	}
}

// rebuild drops the index and makes it again out of the items of the table.
func (m *keysModel) rebuild(*rapid.T) {
	if _, err := m.db.UpdateTable(ctx(), &dynamodb.UpdateTableInput{
		TableName:                   aws.String("keyed"),
		GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Delete: &types.DeleteGlobalSecondaryIndexAction{IndexName: aws.String("index")}}},
	}); err != nil {
		m.t.Fatal(err)
	}
	if _, err := m.db.UpdateTable(ctx(), addIndex(m.index())); err != nil {
		m.t.Fatal(err)
	}
}

func (m *keysModel) index() string {
	return fmt.Sprintf("index: %s / %s", strings.Join(m.hash, " "), strings.Join(m.sort, " "))
}

// TestIndexesOfRandomKeysAgreeWithAList compares queries, scans and backfills of
// indexes of all shapes with a list of the items.
func TestIndexesOfRandomKeysAgreeWithAList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.Permutation(modelNames).Draw(t, "attributes")
		hashes := rapid.IntRange(1, 4).Draw(t, "hashes")
		m := &keysModel{t: t, db: New(), items: map[string]item{}, hash: names[:hashes]}
		m.sort = names[hashes : hashes+rapid.SampledFrom([]int{2, 3, 4, 1, 0}).Draw(t, "sorts")]
		if _, err := m.db.CreateTable(ctx(), tableWith(m.index())); err != nil {
			t.Fatal(err)
		}
		for range 8 {
			m.put(t)
		}
		t.Repeat(map[string]func(*rapid.T){
			"put": m.put, "delete": m.delete, "update": m.update, "transaction": m.transaction,
			"queries": m.queries, "scan": m.scan, "rebuild": m.rebuild,
		})
	})
}
