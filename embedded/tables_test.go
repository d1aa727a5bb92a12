package embedded

import (
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// tableOf is a valid table, changed.
func tableOf(change func(*dynamodb.CreateTableInput)) *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{
		TableName: aws.String("table"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{define("pk", "S"), define("sk", "S")}, KeySchema: schema("pk", "sk"),
	}
	change(in)
	return in
}

func TestCreateTableRefusals(t *testing.T) {
	db := New()
	global := func(i types.GlobalSecondaryIndex) func(*dynamodb.CreateTableInput) {
		return func(in *dynamodb.CreateTableInput) { in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{i} }
	}
	local := func(i types.LocalSecondaryIndex) func(*dynamodb.CreateTableInput) {
		return func(in *dynamodb.CreateTableInput) { in.LocalSecondaryIndexes = []types.LocalSecondaryIndex{i} }
	}
	for _, c := range []struct {
		name     string
		change   func(*dynamodb.CreateTableInput)
		fragment string
	}{
		{"no name", func(in *dynamodb.CreateTableInput) { in.TableName = nil }, "The parameter 'TableName' is required"},
		{"short name", func(in *dynamodb.CreateTableInput) { in.TableName = aws.String("ab") }, "Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3"},
		{"bad name", func(in *dynamodb.CreateTableInput) { in.TableName = aws.String("a b c") }, "regular expression pattern: [a-zA-Z0-9_.-]+"},
		{"neither definitions nor key", func(in *dynamodb.CreateTableInput) { in.AttributeDefinitions, in.KeySchema = nil, nil },
			"2 validation errors detected: Value null at 'attributeDefinitions' failed to satisfy constraint: Member must not be null; Value null at 'keySchema' failed to satisfy constraint: Member must not be null"},
		{"empty key", func(in *dynamodb.CreateTableInput) { in.KeySchema = []types.KeySchemaElement{} }, "at 'keySchema' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"three keys", func(in *dynamodb.CreateTableInput) { in.KeySchema = append(in.KeySchema, in.KeySchema[1]) }, "at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2"},
		{"sort key first", func(in *dynamodb.CreateTableInput) { in.KeySchema[0].KeyType = "RANGE" }, "The first KeySchemaElement is not a HASH key type"},
		{"two partition keys", func(in *dynamodb.CreateTableInput) { in.KeySchema[1].KeyType = "HASH" }, "The second KeySchemaElement is not a RANGE key type"},
		{"one attribute twice", func(in *dynamodb.CreateTableInput) { in.KeySchema = schema("pk", "pk") }, "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
		{"one attribute twice as partition key", func(in *dynamodb.CreateTableInput) {
			in.KeySchema = append(schema("pk"), schema("pk")...)
		}, "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
		{"one attribute twice and defined once", func(in *dynamodb.CreateTableInput) {
			in.AttributeDefinitions, in.KeySchema = in.AttributeDefinitions[:1], schema("pk", "pk")
		}, "Invalid KeySchema: Some index key attribute have no definition"},
		{"more keys than definitions", func(in *dynamodb.CreateTableInput) { in.AttributeDefinitions = in.AttributeDefinitions[:1] }, "Invalid KeySchema: Some index key attribute have no definition"},
		{"undefined attribute as first sort key", func(in *dynamodb.CreateTableInput) {
			in.KeySchema = schema("other")
			in.KeySchema[0].KeyType = "RANGE"
		}, "Some index key attributes are not defined in AttributeDefinitions. Keys: [other], AttributeDefinitions: [pk, sk]"},
		{"one attribute twice in a global index", global(types.GlobalSecondaryIndex{IndexName: aws.String("idx"), KeySchema: schema("sk", "sk"), Projection: projected("ALL")}), "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
		{"one attribute twice in a local index", local(types.LocalSecondaryIndex{IndexName: aws.String("idx"), KeySchema: schema("pk", "pk"), Projection: projected("ALL")}), "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
		{"one attribute defined twice", func(in *dynamodb.CreateTableInput) {
			in.AttributeDefinitions = append(in.AttributeDefinitions, define("sk", "N"))
		}, "Attribute Name is duplicated: sk"},
		{"undefined attribute", func(in *dynamodb.CreateTableInput) { in.KeySchema = schema("pk", "other") }, "Some index key attributes are not defined in AttributeDefinitions. Keys: [pk, other], AttributeDefinitions: [pk, sk]"},
		{"unused attribute", func(in *dynamodb.CreateTableInput) { in.KeySchema = schema("pk") }, "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"},
		{"bad type", func(in *dynamodb.CreateTableInput) { in.AttributeDefinitions[0].AttributeType = "M" }, "Member must satisfy enum value set: [B, N, S]"},
		{"no capacity", func(in *dynamodb.CreateTableInput) { in.BillingMode = "" }, "ReadCapacityUnits and WriteCapacityUnits must both be specified"},
		{"half a capacity", func(in *dynamodb.CreateTableInput) {
			in.BillingMode, in.ProvisionedThroughput = "", &types.ProvisionedThroughput{WriteCapacityUnits: aws.Int64(1)}
		}, "1 validation error detected: Value null at 'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must not be null"},
		{"half a capacity of an index", global(types.GlobalSecondaryIndex{IndexName: aws.String("idx"), KeySchema: schema("sk"), Projection: projected("ALL"), ProvisionedThroughput: &types.ProvisionedThroughput{}}),
			"2 validation errors detected: Value null at 'globalSecondaryIndexes.1.member.provisionedThroughput.writeCapacityUnits' failed to satisfy constraint: Member must not be null; Value null at 'globalSecondaryIndexes.1.member.provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must not be null"},
		{"capacity on demand", func(in *dynamodb.CreateTableInput) {
			in.ProvisionedThroughput = &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(1), WriteCapacityUnits: aws.Int64(1)}
		}, "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"},
		{"empty indexes", func(in *dynamodb.CreateTableInput) { in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{} }, "List of GlobalSecondaryIndexes is empty"},
		{"no projection", global(types.GlobalSecondaryIndex{IndexName: aws.String("idx"), KeySchema: schema("sk")}), "Unknown ProjectionType"},
		{"include nothing", global(types.GlobalSecondaryIndex{IndexName: aws.String("idx"), KeySchema: schema("sk"), Projection: projected("INCLUDE")}), "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"},
		{"all and more", global(types.GlobalSecondaryIndex{IndexName: aws.String("idx"), KeySchema: schema("sk"), Projection: projected("ALL", "x")}), "ProjectionType is ALL, but NonKeyAttributes is specified"},
		{"include one attribute twice", global(types.GlobalSecondaryIndex{IndexName: aws.String("idx"), KeySchema: schema("sk"), Projection: projected("INCLUDE", "x", "x")}), "Cannot have two attributes with the same name: x"},
		{"include no name", global(types.GlobalSecondaryIndex{IndexName: aws.String("idx"), KeySchema: schema("sk"), Projection: projected("INCLUDE", "")}), "must be between 1 and 255 characters"},
		{"include a long name", global(types.GlobalSecondaryIndex{IndexName: aws.String("idx"), KeySchema: schema("sk"), Projection: projected("INCLUDE", strings.Repeat("x", 256))}), "must be between 1 and 255 characters"},
		{"include too much in one", global(types.GlobalSecondaryIndex{IndexName: aws.String("idx"), KeySchema: schema("sk"), Projection: projected("INCLUDE", includes(21)...)}),
			"at 'globalSecondaryIndexes.1.member.projection.nonKeyAttributes' failed to satisfy constraint: Member must have length less than or equal to 20"},
		{"include too much in a local index", local(types.LocalSecondaryIndex{IndexName: aws.String("idx"), KeySchema: schema("pk", "sk"), Projection: projected("INCLUDE", includes(21)...)}),
			"at 'localSecondaryIndexes.1.member.projection.nonKeyAttributes' failed to satisfy constraint: Member must have length less than or equal to 20"},
		{"include too much in all", func(in *dynamodb.CreateTableInput) {
			for n := range 6 {
				in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
					IndexName: aws.String("idx" + strconv.Itoa(n)), KeySchema: schema("sk"), Projection: projected("INCLUDE", includes(17)...),
				})
			}
		}, "NonKeyAttributes of all indexes of the table exceed the limit of 100"},
		{"local index of another partition", local(types.LocalSecondaryIndex{IndexName: aws.String("idx"), KeySchema: schema("sk", "pk"), Projection: projected("ALL")}), "Index KeySchema does not have the same leading hash key as table KeySchema"},
		{"local index without sort key", local(types.LocalSecondaryIndex{IndexName: aws.String("idx"), KeySchema: schema("pk"), Projection: projected("ALL")}), "Index KeySchema does not have a range key for index: idx"},
		{"one name twice", func(in *dynamodb.CreateTableInput) {
			i := types.GlobalSecondaryIndex{IndexName: aws.String("idx"), KeySchema: schema("sk"), Projection: projected("ALL")}
			in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{i, i}
		}, "Duplicate index name: idx"},
		{"streams", func(in *dynamodb.CreateTableInput) {
			in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(true)}
		}, "StreamSpecification is not supported by the embedded engine"},
		{"a view of no streams", func(in *dynamodb.CreateTableInput) {
			in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(false), StreamViewType: types.StreamViewTypeKeysOnly}
		}, "StreamSpecification is not supported by the embedded engine"},
		{"encryption at rest", func(in *dynamodb.CreateTableInput) { in.SSESpecification = &types.SSESpecification{} }, "SSESpecification is not supported by the embedded engine"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := db.CreateTable(t.Context(), tableOf(c.change))
			refused(t, err, invalid, c.fragment)
		})
	}
	if len(*db.slots.Load()) != 0 {
		t.Errorf("%d tables", len(*db.slots.Load()))
	}
}

func TestTableLife(t *testing.T) {
	db := New()
	client := db.Client()
	in := tableOf(func(in *dynamodb.CreateTableInput) {
		in.DeletionProtectionEnabled = aws.Bool(true)
		in.Tags = []types.Tag{{Key: aws.String("team"), Value: aws.String("blue")}}
	})
	created, err := client.CreateTable(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.CreateTable(t.Context(), in)
	refused(t, err, "ResourceInUseException", "Table already exists: table")
	store(t, db, "table", item{"pk": str("a"), "sk": str("b"), "v": num("12")})
	described, err := client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: created.TableDescription.TableArn})
	if err != nil {
		t.Fatal(err)
	}
	d := described.Table
	if *d.TableName != "table" || d.TableStatus != types.TableStatusActive || *d.ItemCount != 1 || *d.TableSizeBytes != 9 || *d.TableId != *created.TableDescription.TableId || d.BillingModeSummary.BillingMode != types.BillingModePayPerRequest {
		t.Errorf("%+v", d)
	}
	tags, err := client.ListTagsOfResource(t.Context(), &dynamodb.ListTagsOfResourceInput{ResourceArn: d.TableArn})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Key+*tags.Tags[0].Value != "teamblue" {
		t.Errorf("%+v, %v", tags, err)
	}
	drop := &dynamodb.DeleteTableInput{TableName: aws.String("table")}
	_, err = client.DeleteTable(t.Context(), drop)
	refused(t, err, invalid, "protected against deletion")
	if _, err := client.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{TableName: aws.String("table"), DeletionProtectionEnabled: aws.Bool(false)}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteTable(t.Context(), drop); err != nil {
		t.Fatal(err)
	}
	_, err = client.DeleteTable(t.Context(), drop)
	refused(t, err, "ResourceNotFoundException", "Requested resource not found: Table: table not found")
	refused(t, putting("table", item{"pk": str("a"), "sk": str("b")})(t, db), "ResourceNotFoundException", "Requested resource not found")
}

func TestListTablesPages(t *testing.T) {
	db := New()
	for i := range 120 {
		if _, err := db.CreateTable(t.Context(), tableOf(func(in *dynamodb.CreateTableInput) { in.TableName = aws.String("table" + strconv.Itoa(1000+i)) })); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	p := dynamodb.NewListTablesPaginator(db.Client(), &dynamodb.ListTablesInput{Limit: aws.Int32(50)})
	for p.HasMorePages() {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, out.TableNames...)
	}
	if len(names) != 120 || names[0] != "table1000" || names[119] != "table1119" {
		t.Errorf("%d names: %v", len(names), names)
	}
}

func TestUpdateTable(t *testing.T) {
	db := New()
	createTables(t, db)
	for i := range 20 {
		n := strconv.Itoa(i)
		store(t, db, "plain", item{"pk": str("k" + n), "c": str("red"), "n": num(n)})
	}
	store(t, db, "plain", item{"pk": str("wrong"), "c": num("1"), "n": num("1")})
	update := func(change func(*dynamodb.UpdateTableInput)) (*dynamodb.UpdateTableOutput, error) {
		in := &dynamodb.UpdateTableInput{TableName: aws.String("plain")}
		change(in)
		return db.UpdateTable(t.Context(), in)
	}
	add := func(in *dynamodb.UpdateTableInput) {
		in.AttributeDefinitions = []types.AttributeDefinition{define("c", "S"), define("n", "N")}
		in.GlobalSecondaryIndexUpdates = []types.GlobalSecondaryIndexUpdate{{Create: &types.CreateGlobalSecondaryIndexAction{
			IndexName: aws.String("colour"), KeySchema: schema("c", "n"), Projection: projected("KEYS_ONLY"),
		}}}
	}
	out, err := update(add)
	if err != nil {
		t.Fatal(err)
	}
	if i := out.TableDescription.GlobalSecondaryIndexes; len(i) != 1 || *i[0].ItemCount != 20 || i[0].IndexStatus != types.IndexStatusActive || len(out.TableDescription.AttributeDefinitions) != 3 {
		t.Errorf("%+v", out.TableDescription)
	}
	_, err = update(add)
	refused(t, err, invalid, "Attempting to create an index which already exists: colour")
	found, err := db.Query(t.Context(), &dynamodb.QueryInput{
		TableName: aws.String("plain"), IndexName: aws.String("colour"), KeyConditionExpression: aws.String("c = :c AND n > :n"),
		ExpressionAttributeValues: item{":c": str("red"), ":n": num("17")},
	})
	if err != nil {
		t.Fatal(err)
	}
	same(t, found.Items, []item{{"pk": str("k18"), "c": str("red"), "n": num("18")}, {"pk": str("k19"), "c": str("red"), "n": num("19")}})
	refused(t, putting("plain", item{"pk": str("k"), "c": num("1")})(t, db), invalid, "Type mismatch for Index Key c")
	remove := func(in *dynamodb.UpdateTableInput) {
		in.GlobalSecondaryIndexUpdates = []types.GlobalSecondaryIndexUpdate{{Delete: &types.DeleteGlobalSecondaryIndexAction{IndexName: aws.String("colour")}}}
	}
	if out, err = update(remove); err != nil || len(out.TableDescription.GlobalSecondaryIndexes) != 0 || len(out.TableDescription.AttributeDefinitions) != 1 {
		t.Errorf("%+v, %v", out, err)
	}
	_, err = update(remove)
	refused(t, err, "ResourceNotFoundException", "Index: colour not found for table: plain")
	refused(t, putting("plain", item{"pk": str("k"), "c": num("1")})(t, db), "", "")
	_, err = update(func(*dynamodb.UpdateTableInput) {})
	refused(t, err, invalid, "At least one of")
	_, err = update(func(in *dynamodb.UpdateTableInput) { in.ReplicaUpdates = []types.ReplicationGroupUpdate{} })
	refused(t, err, invalid, "ReplicaUpdates is not supported by the embedded engine")
}

// TestNewIndexes: the key of a new index has to be defined by the request that
// makes it, and what else the request defines means nothing.
func TestNewIndexes(t *testing.T) {
	add := func(name string, keys ...string) []types.GlobalSecondaryIndexUpdate {
		return []types.GlobalSecondaryIndexUpdate{{Create: &types.CreateGlobalSecondaryIndexAction{IndexName: &name, KeySchema: schema(keys...), Projection: projected("ALL")}}}
	}
	remove := func(name string) types.GlobalSecondaryIndexUpdate {
		return types.GlobalSecondaryIndexUpdate{Delete: &types.DeleteGlobalSecondaryIndexAction{IndexName: &name}}
	}
	both := add("new", "x")[0]
	both.Delete = remove("all").Delete
	for _, c := range []struct {
		name     string
		defined  []types.AttributeDefinition
		updates  []types.GlobalSecondaryIndexUpdate
		code     string
		fragment string
		kind     string // of the attribute x of the table afterwards
	}{
		{"without definitions", nil, add("new", "l"), invalid, "One or more parameter values were invalid: AttributeDefinitions is not specified for index: new", ""},
		{"without the definition of a key of another index", []types.AttributeDefinition{define("x", "S")}, add("new", "x", "l"), invalid,
			"Some index key attributes are not defined in AttributeDefinitions. Keys: [x, l], AttributeDefinitions: [x]", ""},
		{"without the definition of the table's key", []types.AttributeDefinition{define("x", "S")}, add("new", "pk", "x"), invalid, "Keys: [pk, x], AttributeDefinitions: [x]", ""},
		{"key of another index with another type", []types.AttributeDefinition{define("l", "N")}, add("new", "l"), invalid,
			"One or more parameter values were invalid: Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. Existing schema: Schema:[SchemaElement: key{l:S:HASH}] New schema: Schema:[SchemaElement: key{l:N:HASH}]", ""},
		{"the table's key with another type", []types.AttributeDefinition{define("sk", "S")}, add("new", "sk"), invalid, "Attributes cannot be redefined.", ""},
		{"an attribute defined twice", []types.AttributeDefinition{define("x", "S"), define("x", "N")}, add("new", "x"), invalid, "Attribute Name is duplicated: x", ""},
		{"creation and removal in one", []types.AttributeDefinition{define("x", "S")}, []types.GlobalSecondaryIndexUpdate{both}, invalid,
			"One or more parameter values were invalid: Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object", ""},
		{"two removals of missing indexes", nil, []types.GlobalSecondaryIndexUpdate{remove("one"), remove("two")}, "LimitExceededException", "Only 1 online index", ""},
		{"removal of a local index", nil, []types.GlobalSecondaryIndexUpdate{remove("local")}, invalid, "Cannot delete an index that is not a GlobalSecondaryIndex: local", ""},
		{"the table's key with its type", []types.AttributeDefinition{define("sk", "N"), define("x", "B")}, add("new", "sk", "x"), "", "", "B"},
		{"another key with another type", []types.AttributeDefinition{define("pk", "N"), define("g", "N"), define("x", "S")}, add("new", "x"), "", "", "S"},
		{"something that is no key", []types.AttributeDefinition{define("x", "S"), define("y", "S")}, add("new", "x"), "", "", "S"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := New()
			createTables(t, db)
			_, err := db.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{TableName: aws.String("sorted"), AttributeDefinitions: c.defined, GlobalSecondaryIndexUpdates: c.updates})
			refused(t, err, c.code, c.fragment)
			out, err := db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("sorted")})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, a := range out.Table.AttributeDefinitions {
				got[*a.AttributeName] = string(a.AttributeType)
			}
			want, indexes := map[string]string{"pk": "S", "sk": "N", "g": "S", "h": "N", "l": "S"}, 3
			if c.kind != "" {
				want["x"], indexes = c.kind, 4
			}
			if n := len(out.Table.GlobalSecondaryIndexes); n != indexes || !maps.Equal(got, want) {
				t.Errorf("%d indexes, attributes %v; want %d, %v", n, got, indexes, want)
			}
			store(t, db, "sorted", item{"pk": str("p"), "sk": num("1"), "g": str("g")})
		})
	}
}

// includes are the names of n attributes.
func includes(n int) []string {
	var names []string
	for i := range n {
		names = append(names, "a"+strconv.Itoa(i))
	}
	return names
}
