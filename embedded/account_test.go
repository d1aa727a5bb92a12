package embedded

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const notFoundCode = "ResourceNotFoundException"

// An ARN is a name of a table in every operation, if it is one of the engine.
func TestARNs(t *testing.T) {
	db := New(WithAccount("eu-west-1", "123456789012"))
	createTables(t, db)
	const own = "arn:aws:dynamodb:eu-west-1:123456789012:table/plain"
	for name, code := range map[string]string{
		own:     "",
		"plain": "",
		"arn:aws:dynamodb:eu-west-2:123456789012:table/plain":    notFoundCode,
		"arn:aws:dynamodb:eu-west-1:123456789013:table/plain":    notFoundCode,
		"arn:aws-cn:dynamodb:eu-west-1:123456789012:table/plain": notFoundCode,
		defaultARN("plain"): notFoundCode,
	} {
		key := item{"pk": str("p")}
		for _, operation := range []struct {
			name string
			call func() error
		}{
			{"PutItem", func() error {
				_, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &name, Item: key})
				return err
			}},
			{"BatchGetItem", func() error {
				out, err := db.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{name: {Keys: []item{key}}}})
				if err == nil {
					same(t, out.Responses[name], []item{key})
				}
				return err
			}},
			{"TransactWriteItems", func() error {
				_, err := db.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: &name, Item: key}}}})
				return err
			}},
			{"Scan", func() error {
				_, err := db.Scan(t.Context(), &dynamodb.ScanInput{TableName: &name})
				return err
			}},
			{"DescribeTable", func() error {
				out, err := db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &name})
				if err == nil {
					same(t, []string{*out.Table.TableName, *out.Table.TableArn}, []string{"plain", own})
				}
				return err
			}},
			{"UpdateTable", func() error {
				_, err := db.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{TableName: &name, DeletionProtectionEnabled: aws.Bool(true)})
				return err
			}},
			{"DescribeTimeToLive", func() error {
				_, err := db.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: &name})
				return err
			}},
			{"DeleteTable", func() error {
				_, err := db.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: &name})
				if code == "" { // the table is protected
					refused(t, err, invalid, "protected against deletion")
					return nil
				}
				return err
			}},
		} {
			t.Run(operation.name+" "+name, func(t *testing.T) { refused(t, operation.call(), code, "") })
		}
	}
	_, err := db.CreateTable(t.Context(), &dynamodb.CreateTableInput{TableName: aws.String(own), BillingMode: types.BillingModePayPerRequest})
	refused(t, err, invalid, "TableName must be a name and not an ARN")
}

// The region of the client is that of the engine.
func TestRegionOfTheClient(t *testing.T) {
	for want, db := range map[string]*DB{"local": New(), "eu-west-1": New(WithAccount("eu-west-1", "123456789012"))} {
		client := db.Client()
		createTables(t, db)
		if got := client.Options().Region; got != want {
			t.Errorf("region %s, want %s", got, want)
		}
		if _, err := client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(db.arn("plain"))}); err != nil {
			t.Error(err)
		}
	}
}
