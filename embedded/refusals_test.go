package embedded

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TestUnsupportedIsRefusedByName: a parameter that would change a result is
// never ignored.
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
	_, err = client.ListBackups(ctx(), &dynamodb.ListBackupsInput{TableName: table})
	refused(t, err, "UnknownOperationException", "ListBackups is not supported by the embedded engine")
}

// TestConstraintsAreReportedTogether: DynamoDB lists all bad parameters, in an
// order that depends on the operation. The SDK's client would not send most of
// these requests.
func TestConstraintsAreReportedTogether(t *testing.T) {
	const (
		table   = "Value 'x!' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
		values  = "Value 'SOME' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"
		units   = "Value 'ALL' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"
		size    = "Value 'BIG' at 'returnItemCollectionMetrics' failed to satisfy constraint: Member must satisfy enum value set: [SIZE, NONE]"
		noItem  = "Value null at 'item' failed to satisfy constraint: Member must not be null"
		noKey   = "Value null at 'key' failed to satisfy constraint: Member must not be null"
		noTable = "Value null at 'tableName' failed to satisfy constraint: Member must not be null"
		choice  = "Value 'SOME' at 'select' failed to satisfy constraint: Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"
		token   = "Value '' at 'clientRequestToken' failed to satisfy constraint: Member must have length greater than or equal to 1"
		actions = "Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1"
	)
	db, name := New(), aws.String("x!")
	for _, c := range []struct {
		send func() error
		want []string
	}{
		{func() error {
			_, err := db.PutItem(ctx(), &dynamodb.PutItemInput{TableName: name, ReturnValues: "SOME", ReturnConsumedCapacity: "ALL", ReturnItemCollectionMetrics: "BIG"})
			return err
		}, []string{units, table, noItem, values, size}},
		{func() error {
			_, err := db.UpdateItem(ctx(), &dynamodb.UpdateItemInput{TableName: name, ReturnValues: "SOME", ReturnConsumedCapacity: "ALL", ReturnItemCollectionMetrics: "BIG"})
			return err
		}, []string{units, table, size, values, noKey}},
		{func() error {
			_, err := db.UpdateItem(ctx(), &dynamodb.UpdateItemInput{TableName: aws.String("plain")})
			return err
		}, []string{noKey}},
		{func() error {
			_, err := db.DeleteItem(ctx(), &dynamodb.DeleteItemInput{TableName: name, ReturnValues: "SOME", ReturnConsumedCapacity: "ALL", ReturnItemCollectionMetrics: "BIG"})
			return err
		}, []string{units, table, values, size, noKey}},
		{func() error {
			_, err := db.GetItem(ctx(), &dynamodb.GetItemInput{ReturnConsumedCapacity: "ALL"})
			return err
		}, []string{units, noKey, noTable}},
		{func() error {
			_, err := db.Query(ctx(), &dynamodb.QueryInput{TableName: name, ReturnConsumedCapacity: "ALL", Select: "SOME", Limit: aws.Int32(0)})
			return err
		}, []string{choice, units, table, "Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1"}},
		{func() error {
			_, err := db.Scan(ctx(), &dynamodb.ScanInput{TableName: name, ReturnConsumedCapacity: "ALL", Select: "SOME", Limit: aws.Int32(0)})
			return err
		}, []string{choice, units, table, "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"}},
		{func() error {
			_, err := db.TransactWriteItems(ctx(), &dynamodb.TransactWriteItemsInput{ClientRequestToken: aws.String(""), ReturnConsumedCapacity: "ALL", ReturnItemCollectionMetrics: "BIG"})
			return err
		}, []string{token, units, size, actions}},
		{func() error {
			_, err := db.TransactGetItems(ctx(), &dynamodb.TransactGetItemsInput{ReturnConsumedCapacity: "ALL"})
			return err
		}, []string{units, actions}},
	} {
		want := fmt.Sprintf("%d validation errors detected: %s", len(c.want), strings.Join(c.want, "; "))
		if len(c.want) == 1 {
			want = "1 validation error detected: " + c.want[0]
		}
		if text, _ := validationMessage(c.send()); text != want {
			t.Errorf("%s\nwant\n%s", text, want)
		}
	}
}

// TestConstraintsReachTheClient is the one of them that the client sends.
func TestConstraintsReachTheClient(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		_, err := a.PutItem(ctx(), &dynamodb.PutItemInput{TableName: aws.String("x!"), Item: item{}, ReturnValues: "SOME"})
		refused(t, err, invalid, "2 validation errors detected: Value 'x!' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value 'SOME' at 'returnValues'")
	})
}
