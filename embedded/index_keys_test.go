package embedded

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// keyOf is a key schema: the attributes of the partition key, a slash, and
// those of the sort key.
func keyOf(text string) []types.KeySchemaElement {
	var key []types.KeySchemaElement
	kind := types.KeyTypeHash
	for name := range strings.FieldsSeq(text) {
		if name == "/" {
			kind = types.KeyTypeRange
			continue
		}
		key = append(key, types.KeySchemaElement{AttributeName: aws.String(name), KeyType: kind})
	}
	return key
}

// definitionsOf defines the attributes of keys: h1 to h5 and s1 to s5 are
// strings, n1 and n2 numbers, b1 binary.
func definitionsOf(keys ...[]types.KeySchemaElement) []types.AttributeDefinition {
	kinds := map[string]string{}
	for _, key := range keys {
		for _, e := range key {
			kinds[*e.AttributeName] = cmp.Or(map[byte]string{'n': "N", 'b': "B"}[(*e.AttributeName)[0]], "S")
		}
	}
	var out []types.AttributeDefinition
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		out = append(out, define(name, kinds[name]))
	}
	return out
}

// tableWith is a request for the table "keyed" (id S) with global indexes that
// project everything: a name and a key each.
func tableWith(indexes ...string) *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{TableName: aws.String("keyed"), BillingMode: types.BillingModePayPerRequest, KeySchema: keyOf("id")}
	keys := [][]types.KeySchemaElement{in.KeySchema}
	for _, text := range indexes {
		name, key, _ := strings.Cut(text, ": ")
		keys = append(keys, keyOf(key))
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{IndexName: &name, KeySchema: keyOf(key), Projection: projected("ALL")})
	}
	in.AttributeDefinitions = definitionsOf(keys...)
	return in
}

func TestKeysOfIndexesAreChecked(t *testing.T) {
	for _, c := range []struct{ name, key, fragment string }{
		{"five attributes of the partition key", "h1 h2 h3 h4 h5", "One or more parameter values were invalid: The KeySchema exceeds the maximum allowed number of HASH key attributes"},
		{"five attributes of the sort key", "h1 / s1 s2 s3 s4 s5", "One or more parameter values were invalid: The KeySchema exceeds the maximum allowed number of RANGE key attributes"},
		{"five of each", "h1 h2 h3 h4 h5 / s1 s2 s3 s4 s5", "number of HASH key attributes"},
		{"no partition key", "/ s1 s2", "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
		{"one attribute twice in the partition key", "h1 h1", "The KeySchema contains multiple key attributes with the same name"},
		{"one attribute twice in the sort key", "h1 / s1 s1", "The KeySchema contains multiple key attributes with the same name"},
		{"one attribute in both of many", "h1 h2 / h1", "The KeySchema contains multiple key attributes with the same name"},
		{"one attribute in both of two", "h1 / h1", "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := New()
			_, err := db.CreateTable(t.Context(), tableWith("idx: "+c.key))
			refused(t, err, invalid, c.fragment)
			if _, err := db.CreateTable(t.Context(), tableWith()); err != nil {
				t.Fatal(err)
			}
			_, err = db.UpdateTable(t.Context(), addIndex("idx: "+c.key))
			refused(t, err, invalid, c.fragment)
			same(t, keysOfIndexes(t, db), "")
		})
	}
	t.Run("a partition key behind a sort key", func(t *testing.T) {
		in := tableWith("idx: h1 / s1 h2")
		in.GlobalSecondaryIndexes[0].KeySchema[2].KeyType = types.KeyTypeHash
		_, err := New().CreateTable(t.Context(), in)
		refused(t, err, invalid, "One or more parameter values were invalid: All HASH key attributes must precede RANGE key attributes in the KeySchema")
	})
	t.Run("an attribute that is not defined", func(t *testing.T) {
		in := tableWith("idx: h1 / s1 s2")
		in.AttributeDefinitions = definitionsOf(keyOf("id h1 / s1"))
		_, err := New().CreateTable(t.Context(), in)
		refused(t, err, invalid, "Some index key attributes are not defined in AttributeDefinitions. Keys: [h1, s1, s2], AttributeDefinitions: [h1, id, s1]")
	})
	t.Run("a definition that no key uses", func(t *testing.T) {
		in := tableWith("idx: h1 / s1 s2")
		in.AttributeDefinitions = append(in.AttributeDefinitions, define("s3", "S"))
		_, err := New().CreateTable(t.Context(), in)
		refused(t, err, invalid, "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
	})
}

// Only global indexes have keys of more than two attributes.
func TestKeysOfTablesAndLocalIndexesHaveTwoAttributes(t *testing.T) {
	for _, c := range []struct {
		name, fragment string
		change         func(*dynamodb.CreateTableInput)
	}{
		{"table", "at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2", func(in *dynamodb.CreateTableInput) { in.KeySchema = keyOf("id / s1 s2") }},
		{"table of two partition keys", "The second KeySchemaElement is not a RANGE key type", func(in *dynamodb.CreateTableInput) { in.KeySchema = keyOf("id s1") }},
		{"local index", "at 'localSecondaryIndexes.1.member.keySchema' failed to satisfy constraint: Member must have length less than or equal to 2", func(in *dynamodb.CreateTableInput) {
			in.LocalSecondaryIndexes = []types.LocalSecondaryIndex{{IndexName: aws.String("local"), KeySchema: keyOf("id / s1 s2"), Projection: projected("ALL")}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := tableWith()
			in.AttributeDefinitions = definitionsOf(keyOf("id s1 s2"))
			c.change(in)
			_, err := New().CreateTable(t.Context(), in)
			refused(t, err, invalid, c.fragment)
		})
	}
}

// addIndex is a request for one more index of the table "keyed".
func addIndex(text string) *dynamodb.UpdateTableInput {
	name, key, _ := strings.Cut(text, ": ")
	return &dynamodb.UpdateTableInput{
		TableName: aws.String("keyed"), AttributeDefinitions: definitionsOf(keyOf(key)),
		GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Create: &types.CreateGlobalSecondaryIndexAction{
			IndexName: &name, KeySchema: keyOf(key), Projection: projected("ALL"),
		}}},
	}
}

// keysOfIndexes is what DescribeTable says about the indexes of "keyed".
func keysOfIndexes(t *testing.T, db *DB) string {
	t.Helper()
	out, err := db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("keyed")})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, i := range out.Table.GlobalSecondaryIndexes {
		text := *i.IndexName + ":"
		for _, e := range i.KeySchema {
			text += " " + string(e.KeyType) + " " + *e.AttributeName
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

// An index of the largest key is described in the order of the request, and an
// index that comes later is filled.
func TestIndexesOfEightAttributes(t *testing.T) {
	db := New()
	if _, err := db.CreateTable(t.Context(), tableWith("full: h4 h3 h2 h1 / s4 n1 b1 s1")); err != nil {
		t.Fatal(err)
	}
	same(t, keysOfIndexes(t, db), "full: HASH h4 HASH h3 HASH h2 HASH h1 RANGE s4 RANGE n1 RANGE b1 RANGE s1")
	whole := func(id, s4, n1, b1, s1 string) item {
		return item{"id": str(id), "h1": str("1"), "h2": str("2"), "h3": str("3"), "h4": str("4"), "s4": str(s4), "n1": num(n1), "b1": bin(b1), "s1": str(s1)}
	}
	store(t, db, "keyed", whole("e", "b", "0", "\x00", "a"), whole("d", "a", "10", "\x00", "a"), whole("c", "a", "9", "\x01", "a"), whole("b", "a", "9", "\x00", "ab"), whole("a", "a", "9", "\x00", "a"))
	all := &dynamodb.QueryInput{
		TableName: aws.String("keyed"), IndexName: aws.String("full"), KeyConditionExpression: aws.String("h1 = :1 AND h2 = :2 AND h3 = :3 AND h4 = :4"),
		ExpressionAttributeValues: item{":1": str("1"), ":2": str("2"), ":3": str("3"), ":4": str("4")},
	}
	same(t, ids(t, db, all), "a b c d e")
	if _, err := db.UpdateTable(t.Context(), addIndex("later: h1 h2 / n1 s1 id")); err != nil {
		t.Fatal(err)
	}
	same(t, keysOfIndexes(t, db), "full: HASH h4 HASH h3 HASH h2 HASH h1 RANGE s4 RANGE n1 RANGE b1 RANGE s1, later: HASH h1 HASH h2 RANGE n1 RANGE s1 RANGE id")
	later := &dynamodb.QueryInput{
		TableName: aws.String("keyed"), IndexName: aws.String("later"), KeyConditionExpression: aws.String("h1 = :1 AND h2 = :2"),
		ExpressionAttributeValues: item{":1": str("1"), ":2": str("2")}, ScanIndexForward: aws.Bool(false),
	}
	same(t, ids(t, db, later), "d b c a e")
	if _, err := db.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
		TableName:                   aws.String("keyed"),
		GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Delete: &types.DeleteGlobalSecondaryIndexAction{IndexName: aws.String("full")}}},
	}); err != nil {
		t.Fatal(err)
	}
	same(t, keysOfIndexes(t, db), "later: HASH h1 HASH h2 RANGE n1 RANGE s1 RANGE id")
	// The attributes that no key has any more may have any type.
	store(t, db, "keyed", item{"id": str("f"), "h4": num("4"), "b1": flag(true)})
	same(t, ids(t, db, later), "d b c a e")
}

// ids are the keys of the items that a query finds, in its order.
func ids(t *testing.T, a api, in *dynamodb.QueryInput) string {
	t.Helper()
	all, _ := queryAll(t, a, *in)
	return idsOf(all)
}

func idsOf(items []item) string {
	var out []string
	for _, i := range items {
		out = append(out, i["id"].(*types.AttributeValueMemberS).Value)
	}
	return strings.Join(out, " ")
}

// The definitions of a journal are as before, so an engine with a key of many
// attributes starts again like any other.
func TestKeysOfIndexesAreKept(t *testing.T) {
	m := newMemory()
	db, err := Open(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.CreateTable(t.Context(), tableWith("idx: h1 h2 / n1 s1")); err != nil {
		t.Fatal(err)
	}
	store(t, db, "keyed",
		item{"id": str("a"), "h1": str("x"), "h2": str("y"), "n1": num("2"), "s1": str("a")},
		item{"id": str("b"), "h1": str("x"), "h2": str("y"), "n1": num("-1"), "s1": str("a")},
		item{"id": str("c"), "h1": str("xy"), "h2": str("z"), "n1": num("1"), "s1": str("a")})
	if db, err = Open(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	same(t, keysOfIndexes(t, db), "idx: HASH h1 HASH h2 RANGE n1 RANGE s1")
	in := &dynamodb.QueryInput{TableName: aws.String("keyed"), IndexName: aws.String("idx"), KeyConditionExpression: aws.String("h1 = :1 AND h2 = :2 AND n1 < :n"), ExpressionAttributeValues: item{":1": str("x"), ":2": str("y"), ":n": num("5")}}
	same(t, ids(t, db, in), "b a")
}
