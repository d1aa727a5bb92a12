package embedded

import (
	"context"
	"maps"
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
	v, err := db.view(ctx, in.TableName)
	if err != nil {
		return nil, err
	}
	t := v.find(in.TableName)
	if t == nil {
		return nil, noSuchTable(name)
	}
	return &dynamodb.DescribeTableOutput{Table: t.describe()}, nil
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
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := &dynamodb.ListTablesOutput{TableNames: []string{}}
	for _, name := range sortedNames(*db.slots.Load()) {
		if name > aws.ToString(in.ExclusiveStartTableName) {
			out.TableNames = append(out.TableNames, name)
		}
	}
	if len(out.TableNames) > limit {
		out.TableNames = out.TableNames[:limit]
		out.LastEvaluatedTableName = aws.String(out.TableNames[limit-1])
	}
	return out, nil
}

// DeleteTable drops a table with all of its items.
func (db *DB) DeleteTable(ctx context.Context, in *dynamodb.DeleteTableInput) (*dynamodb.DeleteTableOutput, error) {
	in = orEmpty(in)
	name, err := tableParameter(in.TableName)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	db.expire()
	db.defining.Lock()
	defer db.defining.Unlock()
	found := db.find([]*string{in.TableName})
	lock(found)
	defer unlock(found)
	t := at(found).find(in.TableName)
	if t == nil {
		return nil, noSuchTable(name)
	}
	if t.DeletionProtection {
		return nil, validation("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	}
	if err := db.journalTable(name, nil); err != nil {
		return nil, err
	}
	db.remove(t)
	out := &dynamodb.DeleteTableOutput{TableDescription: t.describe()}
	out.TableDescription.TableStatus = types.TableStatusDeleting
	return out, nil
}

// remove takes a table out of the DB. The caller holds defining and the lock of
// the table. A write that has seen the table finds its slot empty.
func (db *DB) remove(t *table) {
	slots := maps.Clone(*db.slots.Load())
	delete(slots, t.Name)
	db.slots.Store(&slots)
	t.slot.current.Store(nil)
}

// describe is the description of the table. It shares no memory with it.
func (t *table) describe() *types.TableDescription {
	d := &types.TableDescription{
		TableName: aws.String(t.Name), TableArn: aws.String(t.arn), TableId: aws.String(t.ID),
		TableStatus: types.TableStatusActive, CreationDateTime: aws.Time(t.Created),
		AttributeDefinitions: copyAttributes(t.Attributes), KeySchema: copyKeySchema(t.KeySchema),
		ItemCount: aws.Int64(int64(t.records.Len())), TableSizeBytes: aws.Int64(t.bytes),
		DeletionProtectionEnabled: aws.Bool(t.DeletionProtection),
		ProvisionedThroughput:     describeThroughput(t.Read, t.Write),
	}
	if t.BillingMode == types.BillingModePayPerRequest {
		d.BillingModeSummary = &types.BillingModeSummary{BillingMode: t.BillingMode, LastUpdateToPayPerRequestDateTime: aws.Time(t.Created)}
	}
	if t.TableClass != "" {
		d.TableClassSummary = &types.TableClassSummary{TableClass: t.TableClass}
	}
	for n, i := range t.indexes {
		projection := &types.Projection{ProjectionType: i.Projection, NonKeyAttributes: slices.Clone(i.Included)}
		arn := aws.String(t.arn + "/index/" + i.Name)
		count, bytes := aws.Int64(int64(t.indexed[n].records.Len())), aws.Int64(t.indexed[n].bytes)
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
