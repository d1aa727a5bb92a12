package embedded

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

// An answer that never was JSON is exactly what decoding its JSON would give,
// including nil and empty values.
func TestAnswersAreTheirJSON(t *testing.T) {
	everything := item{
		"pk": str("p"), "sk": num("1"), "g": str("g"), "h": num("1.50"), "s": str(""), "u": str("日本 \"\\\x01"), "b": bin(""), "bin": bin("\x00\xff"),
		"t": flag(true), "f": flag(false), "nul": &types.AttributeValueMemberNULL{Value: true}, "none": list(), "m": object(item{}),
		"deep": list(object(item{"é": list(str("x"), num("-1E-3"))}), bin("")), "ss": texts("b", "a"), "ns": numbers("2", "1.0"),
		"bs": &types.AttributeValueMemberBS{Value: [][]byte{{2}, {}}},
	}
	key, absent := item{"pk": str("p"), "sk": num("1")}, item{"pk": str("p"), "sk": num("9")}
	table, indexes := aws.String("sorted"), types.ReturnConsumedCapacityIndexes
	ofP, values := aws.String("pk = :p"), item{":p": str("p")}
	send := func(a api) []any {
		var got []any
		keep := func(out any, err error) {
			if err != nil {
				var api smithy.APIError
				errors.As(err, &api)
				got = append(got, api)
				return
			}
			reflect.ValueOf(out).Elem().FieldByName("ResultMetadata").Set(reflect.ValueOf(middleware.Metadata{}))
			got = append(got, out)
		}
		put := func(in dynamodb.PutItemInput) {
			in.TableName = table
			keep(a.PutItem(t.Context(), &in))
		}
		put(dynamodb.PutItemInput{Item: everything})
		put(dynamodb.PutItemInput{Item: everything, ReturnValues: types.ReturnValueAllOld, ReturnConsumedCapacity: indexes, ReturnItemCollectionMetrics: types.ReturnItemCollectionMetricsSize})
		put(dynamodb.PutItemInput{Item: everything, ConditionExpression: aws.String("attribute_not_exists(pk)"), ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld})
		put(dynamodb.PutItemInput{Item: item{"pk": str("p"), "sk": num("2")}, ReturnValues: types.ReturnValueAllOld})

		for _, k := range []item{key, absent} {
			for _, projection := range []*string{nil, aws.String("nowhere"), aws.String("s, deep[0], m")} {
				keep(a.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: table, Key: k, ProjectionExpression: projection, ReturnConsumedCapacity: indexes}))
			}
		}
		for _, returned := range types.ReturnValue("").Values() {
			keep(a.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
				TableName: table, Key: key, UpdateExpression: aws.String("SET deep[1] = :p REMOVE f ADD h :one"),
				ExpressionAttributeValues: item{":p": str("p"), ":one": num("1")}, ReturnValues: returned,
			}))
		}
		for _, returned := range []types.ReturnValue{types.ReturnValueNone, types.ReturnValueAllOld} {
			keep(a.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: table, Key: absent, ReturnValues: returned}))
		}
		for _, in := range []dynamodb.QueryInput{
			{}, {Limit: aws.Int32(1)}, {Select: types.SelectCount}, {FilterExpression: aws.String("s = :p")},
			{ProjectionExpression: aws.String("nowhere")}, {ReturnConsumedCapacity: indexes, ConsistentRead: aws.Bool(true)},
		} {
			in.TableName, in.KeyConditionExpression, in.ExpressionAttributeValues = table, ofP, values
			keep(a.Query(t.Context(), &in))
			scan := &dynamodb.ScanInput{TableName: table, Limit: in.Limit, Select: in.Select, ReturnConsumedCapacity: indexes}
			keep(a.Scan(t.Context(), scan))
		}
		keep(a.Query(t.Context(), &dynamodb.QueryInput{TableName: table, IndexName: aws.String("all"), KeyConditionExpression: aws.String("g = :p"), ExpressionAttributeValues: values}))
		keep(a.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("plain")}))

		get := map[string]types.KeysAndAttributes{"sorted": {Keys: []item{key, absent}}, "plain": {Keys: []item{{"pk": str("nobody")}}}}
		keep(a.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: get, ReturnConsumedCapacity: indexes}))
		write := map[string][]types.WriteRequest{"plain": {{PutRequest: &types.PutRequest{Item: item{"pk": str("b"), "l": list()}}}}}
		keep(a.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: write, ReturnConsumedCapacity: indexes}))
		keep(a.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
			{Get: &types.Get{TableName: table, Key: key}}, {Get: &types.Get{TableName: table, Key: absent}},
			{Get: &types.Get{TableName: table, Key: item{"pk": str("p"), "sk": num("2")}, ProjectionExpression: aws.String("nowhere")}},
		}}))
		transaction := &dynamodb.TransactWriteItemsInput{ClientRequestToken: aws.String("token"), ReturnConsumedCapacity: indexes, TransactItems: []types.TransactWriteItem{putIf("sorted", everything, "")}}
		keep(a.TransactWriteItems(t.Context(), transaction))
		keep(a.TransactWriteItems(t.Context(), transaction))
		transaction.TransactItems = []types.TransactWriteItem{putIf("sorted", everything, "attribute_not_exists(pk)")}
		keep(a.TransactWriteItems(t.Context(), transaction))
		return got
	}
	answers := func(options ...func(*dynamodb.Options)) []any {
		db := New()
		createTables(t, db)
		noRetries := func(o *dynamodb.Options) { o.RetryMaxAttempts = 1 }
		return send(clientFace{db.Client(append(options, noRetries)...)})
	}
	direct, decoded := answers(), answers(overTheWire)
	refused := 0
	for i := range decoded {
		if _, ok := decoded[i].(smithy.APIError); ok {
			refused++
		}
		if !reflect.DeepEqual(direct[i], decoded[i]) {
			t.Errorf("answer %d, %T\n got %s\nwant %s", i, decoded[i], showAnswer(direct[i]), showAnswer(decoded[i]))
		}
	}
	if len(decoded) != 37 || refused != 2 {
		t.Errorf("%d answers, %d of them refusals; want 37, 2", len(decoded), refused)
	}
}

// showAnswer renders an answer, following pointers.
func showAnswer(v any) string {
	return fmt.Sprintf("%#v", reflect.Indirect(reflect.ValueOf(v)).Interface())
}
