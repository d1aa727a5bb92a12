package embedded

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TestUnsupportedIsRefusedByName: what would change a result is never ignored.
func TestUnsupportedIsRefusedByName(t *testing.T) {
	table, key := aws.String("plain"), item{"pk": str("k")}
	for _, c := range []struct {
		what string
		send func(a api) error
	}{
		{"Expected", func(a api) error {
			_, err := a.PutItem(ctx(), &dynamodb.PutItemInput{TableName: table, Item: key, Expected: map[string]types.ExpectedAttributeValue{"v": {Exists: aws.Bool(false)}}})
			return err
		}},
		{"ConditionalOperator", func(a api) error {
			_, err := a.DeleteItem(ctx(), &dynamodb.DeleteItemInput{TableName: table, Key: key, ConditionalOperator: types.ConditionalOperatorAnd})
			return err
		}},
		{"AttributeUpdates", func(a api) error {
			_, err := a.UpdateItem(ctx(), &dynamodb.UpdateItemInput{TableName: table, Key: key, AttributeUpdates: map[string]types.AttributeValueUpdate{"v": {Value: num("1")}}})
			return err
		}},
		{"AttributesToGet", func(a api) error {
			_, err := a.GetItem(ctx(), &dynamodb.GetItemInput{TableName: table, Key: key, AttributesToGet: []string{"v"}})
			return err
		}},
		{"AttributesToGet", func(a api) error {
			_, err := a.BatchGetItem(ctx(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"plain": {Keys: []item{key}, AttributesToGet: []string{"v"}}}})
			return err
		}},
		{"ScanFilter", func(a api) error {
			_, err := a.Scan(ctx(), &dynamodb.ScanInput{TableName: table, ScanFilter: map[string]types.Condition{"v": {ComparisonOperator: types.ComparisonOperatorNull}}})
			return err
		}},
	} {
		t.Run(c.what, func(t *testing.T) {
			everyFace(t, func(t *testing.T, _ *DB, a api) {
				refused(t, c.send(a), invalid, c.what+" is not supported by the embedded engine")
				same(t, get(t, a, "plain", key), item(nil))
			})
		})
	}
	client := New().Client(func(o *dynamodb.Options) { o.RetryMaxAttempts = 1 })
	_, err := client.ExecuteStatement(ctx(), &dynamodb.ExecuteStatementInput{Statement: aws.String("SELECT * FROM plain")})
	refused(t, err, "UnknownOperationException", "ExecuteStatement is not supported by the embedded engine")
	_, err = client.DescribeContinuousBackups(ctx(), &dynamodb.DescribeContinuousBackupsInput{TableName: table})
	refused(t, err, "UnknownOperationException", "DescribeContinuousBackups is not supported by the embedded engine")
}

// TestConstraintsAreReportedTogether: DynamoDB lists all bad parameters.
func TestConstraintsAreReportedTogether(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		_, err := a.PutItem(ctx(), &dynamodb.PutItemInput{TableName: aws.String("x!"), Item: item{}, ReturnValues: "SOME", ReturnConsumedCapacity: "ALL", ReturnItemCollectionMetrics: "BIG"})
		refused(t, err, invalid, "4 validation errors detected: Value 'x!' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; "+
			"Value 'SOME' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]; "+
			"Value 'ALL' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]; "+
			"Value 'BIG' at 'returnItemCollectionMetrics' failed to satisfy constraint: Member must satisfy enum value set: [SIZE, NONE]")
	})
}
