package embedded

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func ctx() context.Context { return context.Background() }

func querying(change func(*dynamodb.QueryInput)) func(*testing.T, api) error {
	return func(t *testing.T, a api) error {
		in := &dynamodb.QueryInput{TableName: aws.String("sorted"), KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": str("p")}}
		change(in)
		_, err := a.Query(t.Context(), in)
		return err
	}
}

// condition replaces the key condition of a query.
func condition(text string, values item) func(*testing.T, api) error {
	return querying(func(in *dynamodb.QueryInput) {
		in.KeyConditionExpression, in.ExpressionAttributeValues = aws.String(text), values
	})
}

func TestQueryRefusals(t *testing.T) {
	p := item{":p": str("p")}
	two := item{":p": str("p"), ":s": num("1")}
	for _, c := range []refusal{
		{"no condition", querying(func(in *dynamodb.QueryInput) { in.KeyConditionExpression, in.ExpressionAttributeValues = nil, nil }), invalid, "KeyConditionExpression parameter must be specified"},
		{"no partition key", condition("sk = :s", item{":s": num("1")}), invalid, "Query condition missed key schema element: pk"},
		{"another attribute of a table without sort key", querying(func(in *dynamodb.QueryInput) {
			in.TableName, in.KeyConditionExpression = aws.String("plain"), aws.String("pk = :p AND x = :p")
		}), invalid, "Query key condition not supported"},
		{"two other attributes of a table without sort key", querying(func(in *dynamodb.QueryInput) {
			in.TableName, in.KeyConditionExpression = aws.String("plain"), aws.String("x = :p AND y = :p")
		}), invalid, "Query key condition not supported"},
		{"three conditions of a table without sort key", querying(func(in *dynamodb.QueryInput) {
			in.TableName, in.KeyConditionExpression = aws.String("plain"), aws.String("pk = :p AND x = :p AND y = :p")
		}), invalid, "The number of query conditions (3) exceeds the number of key attributes defined in the schema (1)"},
		{"another attribute", condition("pk = :p AND x = :s", two), invalid, "Query condition missed key schema element: sk"},
		{"range on the partition key", condition("pk > :p", p), invalid, "Query key condition not supported"},
		{"or", condition("pk = :p OR sk = :s", two), invalid, "Invalid operator used in KeyConditionExpression: OR"},
		{"not", condition("NOT pk = :p", p), invalid, "Invalid operator used in KeyConditionExpression: NOT"},
		{"in", condition("pk IN (:p)", p), invalid, "Invalid operator used in KeyConditionExpression: IN"},
		{"not equal", condition("pk <> :p", p), invalid, "Invalid operator used in KeyConditionExpression: <>"},
		{"contains", condition("contains(pk, :p)", p), invalid, "Invalid operator used in KeyConditionExpression: contains"},
		{"size", condition("size(pk) = :p", item{":p": num("1")}), invalid, "KeyConditionExpressions cannot contain nested operations"},
		{"one key twice", condition("pk = :p AND pk = :p", p), invalid, "KeyConditionExpressions must only contain one condition per key"},
		{"two attributes", condition("pk = sk", nil), invalid, "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"},
		{"three conditions", condition("pk = :p AND sk = :s AND x = :s", two), invalid, "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)"},
		{"three conditions, none on the partition key", condition("sk = :s AND x = :s AND y = :s", item{":s": num("1")}), invalid, "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)"},
		{"a bad operand among three conditions", condition("pk = :p AND begins_with(sk, :s) AND x = :s", two), invalid, "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"},
		{"a bad operand before an undefined value", condition("pk = :p AND begins_with(sk, :s) AND sk = :missing", two), invalid, "operator or function: begins_with, operand type: N"},
		{"a bad operand, and no table", querying(func(in *dynamodb.QueryInput) {
			in.TableName, in.KeyConditionExpression, in.ExpressionAttributeValues = aws.String("nowhere"), aws.String("pk = :p AND begins_with(sk, :s)"), two
		}), invalid, "operator or function: begins_with, operand type: N"},
		{"path into a key", condition("pk.a = :p", p), invalid, "KeyConditionExpressions cannot have conditions on nested attributes"},
		{"wrong type", condition("pk = :p AND sk = :s", item{":p": str("p"), ":s": str("1")}), invalid, "Condition parameter type does not match schema type"},
		{"prefix of a number", condition("pk = :p AND begins_with(sk, :s)", two), invalid, "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"},
		{"empty key", condition("pk = :p", item{":p": str("")}), invalid, "cannot contain an empty string value. Key: pk"},
		{"empty prefix of a key", func(t *testing.T, a api) error {
			return querying(func(in *dynamodb.QueryInput) {
				in.IndexName, in.KeyConditionExpression, in.ExpressionAttributeValues = aws.String("local"), aws.String("pk = :p AND begins_with(l, :l)"), item{":p": str("p"), ":l": str("")}
			})(t, a)
		}, invalid, "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: l"},
		{"filter on a key", querying(func(in *dynamodb.QueryInput) { in.FilterExpression = aws.String("pk = :p") }), invalid, "Filter Expression can only contain non-primary key attributes: Primary key attribute: pk"},
		{"filter into a key", querying(func(in *dynamodb.QueryInput) { in.FilterExpression = aws.String("pk.a = :p") }), invalid, "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: pk"},
		{"projection into an index key", querying(func(in *dynamodb.QueryInput) { in.ProjectionExpression = aws.String("g[0]") }), invalid, "are not allowed: IndexKey: g"},
		{"no such index", querying(func(in *dynamodb.QueryInput) { in.IndexName = aws.String("none") }), invalid, "The table does not have the specified index: none"},
		{"consistent on a global index", querying(func(in *dynamodb.QueryInput) {
			in.IndexName, in.ConsistentRead, in.KeyConditionExpression = aws.String("all"), aws.Bool(true), aws.String("g = :p")
		}), invalid, "Consistent reads are not supported on global secondary indexes"},
		{"all attributes of a partial index", querying(func(in *dynamodb.QueryInput) {
			in.IndexName, in.Select, in.KeyConditionExpression = aws.String("some"), types.SelectAllAttributes, aws.String("g = :p")
		}), invalid, "Select type ALL_ATTRIBUTES is not supported for global secondary index some because its projection type is not ALL"},
		{"projection beyond a partial index", querying(func(in *dynamodb.QueryInput) {
			in.IndexName, in.ProjectionExpression, in.KeyConditionExpression = aws.String("some"), aws.String("y, z.a"), aws.String("g = :p")
		}), invalid, "Global secondary index some does not project [y, z]"},
		{"filter beyond a partial index", querying(func(in *dynamodb.QueryInput) {
			in.IndexName, in.FilterExpression, in.KeyConditionExpression = aws.String("some"), aws.String("y = :p"), aws.String("g = :p")
		}), invalid, "Secondary index some does not project one or more filter attributes: [y]"},
		{"count with a projection", querying(func(in *dynamodb.QueryInput) {
			in.Select, in.ProjectionExpression = types.SelectCount, aws.String("x")
		}), invalid, "when choosing to get COUNT"},
		{"specific attributes without projection", querying(func(in *dynamodb.QueryInput) { in.Select = types.SelectSpecificAttributes }), invalid, "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"},
		{"projected attributes without index", querying(func(in *dynamodb.QueryInput) { in.Select = types.SelectAllProjectedAttributes }), invalid, "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"},
		{"limit 0", querying(func(in *dynamodb.QueryInput) { in.Limit = aws.Int32(0) }), invalid, "greater than or equal to 1"},
		{"start without sort key", querying(func(in *dynamodb.QueryInput) { in.ExclusiveStartKey = item{"pk": str("p")} }), invalid, "The provided starting key is invalid"},
		{"start with more", querying(func(in *dynamodb.QueryInput) {
			in.ExclusiveStartKey = item{"pk": str("p"), "sk": num("1"), "x": num("1")}
		}), invalid, "The provided starting key is invalid"},
		{"start with an empty key", querying(func(in *dynamodb.QueryInput) { in.ExclusiveStartKey = item{"pk": str(""), "sk": num("1")} }), invalid, "The provided starting key is invalid: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"},
		{"start with an empty key of an index", querying(func(in *dynamodb.QueryInput) {
			in.IndexName, in.KeyConditionExpression = aws.String("some"), aws.String("g = :p")
			in.ExclusiveStartKey = item{"pk": str("p"), "sk": num("1"), "g": str("")}
		}), invalid, "The provided starting key is invalid: One or more parameter values are not valid."},
		{"start in another partition", querying(func(in *dynamodb.QueryInput) { in.ExclusiveStartKey = item{"pk": str("q"), "sk": num("1")} }), invalid, "The provided starting key is outside query boundaries based on provided conditions"},
		{"start outside of the range", querying(func(in *dynamodb.QueryInput) {
			in.KeyConditionExpression, in.ExpressionAttributeValues = aws.String("pk = :p AND sk > :s"), item{":p": str("p"), ":s": num("5")}
			in.ExclusiveStartKey = item{"pk": str("p"), "sk": num("1")}
		}), invalid, "The provided starting key does not match the range key predicate"},
		{"KeyConditions", querying(func(in *dynamodb.QueryInput) {
			in.KeyConditionExpression, in.ExpressionAttributeValues, in.KeyConditions = nil, nil, map[string]types.Condition{}
		}), invalid, "KeyConditions is not supported by the embedded engine"},
		{"KeyConditions beside a filter", querying(func(in *dynamodb.QueryInput) {
			in.KeyConditionExpression, in.KeyConditions, in.FilterExpression = nil, map[string]types.Condition{}, aws.String("x = :p")
		}), invalid, "KeyConditions is not supported by the embedded engine"},
		{"KeyConditions beside a projection", querying(func(in *dynamodb.QueryInput) {
			in.KeyConditionExpression, in.ExpressionAttributeValues, in.KeyConditions, in.ProjectionExpression = nil, nil, map[string]types.Condition{}, aws.String("x")
		}), invalid, "KeyConditions is not supported by the embedded engine"},
		{"KeyConditions beside their expression", querying(func(in *dynamodb.QueryInput) { in.KeyConditions = map[string]types.Condition{} }), invalid,
			"Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {KeyConditions} Expression parameters: {KeyConditionExpression}"},
		{"everything beside everything", querying(func(in *dynamodb.QueryInput) {
			in.AttributesToGet, in.QueryFilter, in.ConditionalOperator, in.KeyConditions = []string{"a"}, map[string]types.Condition{}, "OR", map[string]types.Condition{}
			in.ProjectionExpression, in.FilterExpression = aws.String(""), aws.String("")
		}), invalid, "Non-expression parameters: {AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions} Expression parameters: {ProjectionExpression, FilterExpression, KeyConditionExpression}"},
		{"QueryFilter", querying(func(in *dynamodb.QueryInput) {
			in.QueryFilter = map[string]types.Condition{"a": {ComparisonOperator: types.ComparisonOperatorNull}}
		}), invalid, "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {QueryFilter} Expression parameters: {KeyConditionExpression}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			everyFace(t, func(t *testing.T, _ *DB, a api) { refused(t, c.send(t, a), c.code, c.fragment) })
		})
	}
}
