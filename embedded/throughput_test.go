package embedded

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func capacity(read, write int64) *types.ProvisionedThroughput {
	return &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(read), WriteCapacityUnits: aws.Int64(write)}
}

func TestProvisionedTables(t *testing.T) {
	db := New()
	in := tableOf(func(in *dynamodb.CreateTableInput) {
		in.BillingMode, in.ProvisionedThroughput, in.TableClass = "", capacity(5, 6), types.TableClassStandard
		in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{{IndexName: aws.String("idx"), KeySchema: schema("sk"), Projection: projected("ALL"), ProvisionedThroughput: capacity(1, 2)}}
	})
	if _, err := db.CreateTable(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	state := func() string {
		t.Helper()
		out, err := db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("table")})
		if err != nil {
			t.Fatal(err)
		}
		p, i := out.Table.ProvisionedThroughput, out.Table.GlobalSecondaryIndexes[0].ProvisionedThroughput
		s := ""
		for _, n := range []*int64{p.ReadCapacityUnits, p.WriteCapacityUnits, i.ReadCapacityUnits, i.WriteCapacityUnits} {
			s += strconv.FormatInt(*n, 10) + " "
		}
		if out.Table.BillingModeSummary != nil {
			s += string(out.Table.BillingModeSummary.BillingMode)
		}
		return strings.TrimSpace(s)
	}
	for _, c := range []struct {
		name     string
		change   dynamodb.UpdateTableInput
		code     string
		fragment string
		want     string
	}{
		{"nothing new", dynamodb.UpdateTableInput{ProvisionedThroughput: capacity(5, 6)}, invalid, "The provisioned throughput for the table will not change", "5 6 1 2"},
		{"more", dynamodb.UpdateTableInput{ProvisionedThroughput: capacity(7, 6)}, "", "", "7 6 1 2"},
		{"none", dynamodb.UpdateTableInput{ProvisionedThroughput: capacity(0, 6)}, invalid, "1 validation error detected: Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must have value greater than or equal to 1", "7 6 1 2"},
		{"half", dynamodb.UpdateTableInput{ProvisionedThroughput: &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(8)}}, invalid, "1 validation error detected: Value null at 'provisionedThroughput.writeCapacityUnits' failed to satisfy constraint: Member must not be null", "7 6 1 2"},
		{"half for an index", dynamodb.UpdateTableInput{GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Update: &types.UpdateGlobalSecondaryIndexAction{IndexName: aws.String("idx"), ProvisionedThroughput: &types.ProvisionedThroughput{WriteCapacityUnits: aws.Int64(-1)}}}}}, invalid,
			"2 validation errors detected: Value '-1' at 'globalSecondaryIndexUpdates.1.member.update.provisionedThroughput.writeCapacityUnits' failed to satisfy constraint: Member must have value greater than or equal to 1; Value null at 'globalSecondaryIndexUpdates.1.member.update.provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must not be null", "7 6 1 2"},
		{"an index", dynamodb.UpdateTableInput{GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Update: &types.UpdateGlobalSecondaryIndexAction{IndexName: aws.String("idx"), ProvisionedThroughput: capacity(3, 4)}}}}, "", "", "7 6 3 4"},
		{"an index, nothing new", dynamodb.UpdateTableInput{GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Update: &types.UpdateGlobalSecondaryIndexAction{IndexName: aws.String("idx"), ProvisionedThroughput: capacity(3, 4)}}}}, invalid, "The provisioned throughput for the index idx will not change", "7 6 3 4"},
		{"no such index", dynamodb.UpdateTableInput{GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Update: &types.UpdateGlobalSecondaryIndexAction{IndexName: aws.String("none"), ProvisionedThroughput: capacity(3, 4)}}}}, "ResourceNotFoundException", "Index: none not found for table: table", "7 6 3 4"},
		{"an update that is none", dynamodb.UpdateTableInput{GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{}}}, invalid, "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null", "7 6 3 4"},
		{"two indexes at once", dynamodb.UpdateTableInput{
			AttributeDefinitions: []types.AttributeDefinition{define("a", "S"), define("b", "S")},
			GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{
				{Create: &types.CreateGlobalSecondaryIndexAction{IndexName: aws.String("one"), KeySchema: schema("a"), Projection: projected("ALL"), ProvisionedThroughput: capacity(1, 1)}},
				{Create: &types.CreateGlobalSecondaryIndexAction{IndexName: aws.String("two"), KeySchema: schema("b"), Projection: projected("ALL"), ProvisionedThroughput: capacity(1, 1)}},
			},
		}, "LimitExceededException", "Only 1 online index can be created or deleted simultaneously per table", "7 6 3 4"},
		{"on demand with capacity", dynamodb.UpdateTableInput{BillingMode: types.BillingModePayPerRequest, ProvisionedThroughput: capacity(1, 1)}, invalid, "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified", "7 6 3 4"},
		{"on demand", dynamodb.UpdateTableInput{BillingMode: types.BillingModePayPerRequest}, "", "", "0 0 3 4 PAY_PER_REQUEST"},
		{"on demand again", dynamodb.UpdateTableInput{BillingMode: types.BillingModePayPerRequest}, "", "", "0 0 3 4 PAY_PER_REQUEST"},
		{"back without capacity", dynamodb.UpdateTableInput{BillingMode: types.BillingModeProvisioned}, invalid, "must both be specified", "0 0 3 4 PAY_PER_REQUEST"},
		{"back", dynamodb.UpdateTableInput{BillingMode: types.BillingModeProvisioned, ProvisionedThroughput: capacity(1, 1)}, "", "", "1 1 3 4"},
		{"an unknown mode", dynamodb.UpdateTableInput{BillingMode: "FREE"}, invalid, "Unknown billing mode: FREE", "1 1 3 4"},
	} {
		c.change.TableName = aws.String("table")
		_, err := db.UpdateTable(t.Context(), &c.change)
		refused(t, err, c.code, c.fragment)
		if got := state(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	_, err := db.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{TableName: aws.String("nowhere"), TableClass: types.TableClassStandard})
	refused(t, err, "ResourceNotFoundException", "Table: nowhere not found")
}
