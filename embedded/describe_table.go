package embedded

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// DescribeTable describes a table. Its counts are exact and current.
func (db *DB) DescribeTable(ctx context.Context, in *dynamodb.DescribeTableInput) (*dynamodb.DescribeTableOutput, error) {
	in = orEmpty(in)
	name, err := tableParameter(in.TableName)
	if err != nil {
		return nil, err
	}
	var out *dynamodb.DescribeTableOutput
	err = db.read(ctx, func() error {
		t := db.find(*in.TableName)
		if t == nil {
			return noSuchTable(name)
		}
		out = &dynamodb.DescribeTableOutput{Table: t.describe()}
		return nil
	})
	return out, err
}

// ListTables lists the names of all tables in alphabetical order, at most 100
// at once.
func (db *DB) ListTables(ctx context.Context, in *dynamodb.ListTablesInput) (*dynamodb.ListTablesOutput, error) {
	in = orEmpty(in)
	limit := 100
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	if limit < 1 || limit > 100 {
		return nil, validation("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value between 1 and 100", limit)
	}
	out := &dynamodb.ListTablesOutput{TableNames: []string{}}
	err := db.read(ctx, func() error {
		names := make([]string, 0, len(db.tables))
		for name := range db.tables {
			if name > aws.ToString(in.ExclusiveStartTableName) {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		if len(names) > limit {
			names = names[:limit]
			out.LastEvaluatedTableName = aws.String(names[limit-1])
		}
		out.TableNames = names
		return nil
	})
	return out, err
}

// DeleteTable drops a table with all of its items.
func (db *DB) DeleteTable(ctx context.Context, in *dynamodb.DeleteTableInput) (*dynamodb.DeleteTableOutput, error) {
	in = orEmpty(in)
	name, err := tableParameter(in.TableName)
	if err != nil {
		return nil, err
	}
	var out *dynamodb.DeleteTableOutput
	err = db.write(ctx, func() error {
		t := db.find(*in.TableName)
		if t == nil {
			return noSuchTable(name)
		}
		if t.DeletionProtection {
			return validation("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
		}
		if err := db.journalTable(name, nil); err != nil {
			return err
		}
		delete(db.tables, t.Name)
		out = &dynamodb.DeleteTableOutput{TableDescription: t.describe()}
		out.TableDescription.TableStatus = types.TableStatusDeleting
		return nil
	})
	return out, err
}

// describe is the description of the table. It shares no memory with it.
func (t *table) describe() *types.TableDescription {
	d := &types.TableDescription{
		TableName: aws.String(t.Name), TableArn: aws.String(t.arn), TableId: aws.String(t.ID),
		TableStatus: types.TableStatusActive, CreationDateTime: aws.Time(t.Created),
		AttributeDefinitions: copyAttributes(t.Attributes), KeySchema: copyKeySchema(t.KeySchema),
		ItemCount: aws.Int64(int64(t.items.len())), TableSizeBytes: aws.Int64(t.bytes.Load()),
		DeletionProtectionEnabled: aws.Bool(t.DeletionProtection),
		ProvisionedThroughput:     describeThroughput(t.Read, t.Write),
	}
	if t.BillingMode == types.BillingModePayPerRequest {
		d.BillingModeSummary = &types.BillingModeSummary{BillingMode: t.BillingMode, LastUpdateToPayPerRequestDateTime: aws.Time(t.Created)}
	}
	if t.TableClass != "" {
		d.TableClassSummary = &types.TableClassSummary{TableClass: t.TableClass}
	}
	for _, i := range t.indexes {
		projection := &types.Projection{ProjectionType: i.Projection, NonKeyAttributes: slices.Clone(i.Included)}
		arn := aws.String(t.arn + "/index/" + i.Name)
		count, bytes := aws.Int64(int64(i.items.len())), aws.Int64(i.bytes)
		if i.global {
			d.GlobalSecondaryIndexes = append(d.GlobalSecondaryIndexes, types.GlobalSecondaryIndexDescription{
				IndexName: aws.String(i.Name), IndexArn: arn, KeySchema: copyKeySchema(i.KeySchema), Projection: projection,
				IndexStatus: types.IndexStatusActive, ItemCount: count, IndexSizeBytes: bytes,
				ProvisionedThroughput: describeThroughput(i.Read, i.Write),
			})
			continue
		}
		d.LocalSecondaryIndexes = append(d.LocalSecondaryIndexes, types.LocalSecondaryIndexDescription{
			IndexName: aws.String(i.Name), IndexArn: arn, KeySchema: copyKeySchema(i.KeySchema), Projection: projection,
			ItemCount: count, IndexSizeBytes: bytes,
		})
	}
	return d
}

func describeThroughput(read, write int64) *types.ProvisionedThroughputDescription {
	return &types.ProvisionedThroughputDescription{
		ReadCapacityUnits: aws.Int64(read), WriteCapacityUnits: aws.Int64(write), NumberOfDecreasesToday: aws.Int64(0),
	}
}

func copyKeySchema(in []types.KeySchemaElement) []types.KeySchemaElement {
	out := make([]types.KeySchemaElement, len(in))
	for n, e := range in {
		out[n] = types.KeySchemaElement{AttributeName: aws.String(*e.AttributeName), KeyType: e.KeyType}
	}
	return out
}

func copyAttributes(in []types.AttributeDefinition) []types.AttributeDefinition {
	out := make([]types.AttributeDefinition, len(in))
	for n, a := range in {
		out[n] = types.AttributeDefinition{AttributeName: aws.String(*a.AttributeName), AttributeType: a.AttributeType}
	}
	return out
}
