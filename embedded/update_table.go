package embedded

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// UpdateTable changes the capacity, the billing mode, the table class or the
// deletion protection of a table, or adds, changes or removes one global
// secondary index. A new index is filled before the call returns.
func (db *DB) UpdateTable(ctx context.Context, in *dynamodb.UpdateTableInput) (*dynamodb.UpdateTableOutput, error) {
	in = orEmpty(in)
	name, err := tableParameter(in.TableName)
	if err != nil {
		return nil, err
	}
	if err := firstError(refuseTableUpdates(in), checkUpdateShape(in)); err != nil {
		return nil, err
	}
	var out *dynamodb.UpdateTableOutput
	err = db.write(ctx, func() error {
		t := db.tables[name]
		if t == nil {
			return noSuchTable(name)
		}
		changed, err := t.changed(in)
		if err != nil {
			return err
		}
		if t, err = db.alter(t, changed); err != nil {
			return err
		}
		out = &dynamodb.UpdateTableOutput{TableDescription: t.describe()}
		return nil
	})
	return out, err
}

func refuseTableUpdates(in *dynamodb.UpdateTableInput) error {
	return firstError(
		refuseStreams(in.StreamSpecification),
		refuse(in.ReplicaUpdates != nil, "ReplicaUpdates"),
		refuse(in.GlobalTableWitnessUpdates != nil, "GlobalTableWitnessUpdates"),
		refuse(in.GlobalTableSettingsReplicationMode != "", "GlobalTableSettingsReplicationMode"),
		refuse(in.MultiRegionConsistency != "", "MultiRegionConsistency"),
		refuse(in.DisassociationProtectionEnabled != nil, "DisassociationProtectionEnabled"),
		refuse(in.SSESpecification != nil, "SSESpecification"),
		refuse(in.OnDemandThroughput != nil, "OnDemandThroughput"),
		refuse(in.WarmThroughput != nil, "WarmThroughput"),
		refuse(in.VectorIndexUpdates != nil, "VectorIndexUpdates"),
	)
}

func checkUpdateShape(in *dynamodb.UpdateTableInput) error {
	if in.ProvisionedThroughput == nil && in.BillingMode == "" && in.TableClass == "" && in.DeletionProtectionEnabled == nil && len(in.GlobalSecondaryIndexUpdates) == 0 {
		return validation("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required")
	}
	for _, u := range in.GlobalSecondaryIndexUpdates {
		given := 0
		for _, one := range []bool{u.Create != nil, u.Update != nil, u.Delete != nil} {
			if one {
				given++
			}
		}
		if given != 1 {
			return validation("One or more parameter values were invalid: One of GlobalSecondaryIndexUpdate Create, Update or Delete is required")
		}
	}
	return nil
}

// changed is the definition after an update.
func (t *table) changed(in *dynamodb.UpdateTableInput) (definition, error) {
	d := t.definition
	d.Global = slices.Clone(d.Global)
	if in.DeletionProtectionEnabled != nil {
		d.DeletionProtection = *in.DeletionProtectionEnabled
	}
	if in.TableClass != "" {
		d.TableClass = in.TableClass
	}
	if err := d.changeThroughput(in); err != nil {
		return d, err
	}
	if err := d.addAttributes(in.AttributeDefinitions); err != nil {
		return d, err
	}
	if err := d.changeIndexes(in.GlobalSecondaryIndexUpdates); err != nil {
		return d, err
	}
	d.dropUnusedAttributes()
	return d, d.checkIndexes()
}

func (d *definition) changeThroughput(in *dynamodb.UpdateTableInput) error {
	mode := d.BillingMode
	if in.BillingMode != "" {
		mode = in.BillingMode
	}
	if in.ProvisionedThroughput == nil && (in.BillingMode == "" || mode == d.BillingMode) {
		return nil
	}
	read, write, err := throughput(mode, in.ProvisionedThroughput, "the table")
	if err != nil {
		return err
	}
	if mode == types.BillingModeProvisioned && d.BillingMode == mode && read == d.Read && write == d.Write {
		return validation("The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: %d. Requested ReadCapacityUnits: %d. Current WriteCapacityUnits provisioned for the table: %d. Requested WriteCapacityUnits: %d. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.", d.Read, read, d.Write, write)
	}
	d.BillingMode, d.Read, d.Write = mode, read, write
	return nil
}

// addAttributes adds the definitions that the table does not have.
func (d *definition) addAttributes(in []types.AttributeDefinition) error {
	var c constraints
	for _, a := range in {
		c.attributeName("attributeDefinitions.1.member.attributeName", a.AttributeName)
		c.required("attributeDefinitions.1.member.attributeType", string(a.AttributeType), "B", "N", "S")
	}
	if err := c.err(); err != nil {
		return err
	}
	d.Attributes = slices.Clone(d.Attributes)
	for _, a := range in {
		known := slices.IndexFunc(d.Attributes, func(b types.AttributeDefinition) bool { return *b.AttributeName == *a.AttributeName })
		switch {
		case known < 0:
			d.Attributes = append(d.Attributes, copyAttributes([]types.AttributeDefinition{a})...)
		case d.Attributes[known].AttributeType != a.AttributeType:
			return validation("One or more parameter values were invalid: Attribute %s is already defined with type %s", *a.AttributeName, d.Attributes[known].AttributeType)
		}
	}
	return nil
}

func (d *definition) changeIndexes(updates []types.GlobalSecondaryIndexUpdate) error {
	structural := 0
	for _, u := range updates {
		switch {
		case u.Create != nil:
			structural++
			if err := d.createIndex(u.Create); err != nil {
				return err
			}
		case u.Delete != nil:
			structural++
			at, err := d.globalIndex(aws.ToString(u.Delete.IndexName))
			if err != nil {
				return err
			}
			d.Global = slices.Delete(d.Global, at, at+1)
		case u.Update != nil:
			at, err := d.globalIndex(aws.ToString(u.Update.IndexName))
			if err != nil {
				return err
			}
			i := &d.Global[at]
			read, write, err := throughput(d.BillingMode, u.Update.ProvisionedThroughput, "index: "+i.Name)
			if err != nil {
				return err
			}
			if read == i.Read && write == i.Write {
				return validation("The provisioned throughput for the index %s will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the index: %d. Current WriteCapacityUnits provisioned for the index: %d.", i.Name, read, write)
			}
			i.Read, i.Write = read, write
		}
	}
	if structural > 1 {
		return &types.LimitExceededException{Message: message("Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table")}
	}
	return nil
}

func (d *definition) createIndex(in *types.CreateGlobalSecondaryIndexAction) error {
	if err := refuseLongKey(in.KeySchema); err != nil {
		return err
	}
	var c constraints
	c.keySchema("globalSecondaryIndexUpdates.1.member.create.keySchema", in.KeySchema)
	if err := c.err(); err != nil {
		return err
	}
	for _, i := range append(slices.Clone(d.Global), d.Local...) {
		if i.Name == aws.ToString(in.IndexName) {
			return validation("Attempting to create an index which already exists: %s", i.Name)
		}
	}
	list, err := d.readGlobalIndexes([]types.GlobalSecondaryIndex{{
		IndexName: in.IndexName, KeySchema: in.KeySchema, Projection: in.Projection, ProvisionedThroughput: in.ProvisionedThroughput,
		OnDemandThroughput: in.OnDemandThroughput, WarmThroughput: in.WarmThroughput,
	}})
	if err != nil {
		return err
	}
	if d.Global = append(d.Global, list...); len(d.Global) > maxGlobalIndexes {
		return validation("One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the per-table limit of %d", maxGlobalIndexes)
	}
	return nil
}

func (d *definition) globalIndex(name string) (int, error) {
	at := slices.IndexFunc(d.Global, func(i indexDefinition) bool { return i.Name == name })
	if at < 0 {
		return 0, &types.ResourceNotFoundException{Message: message("Requested resource not found: Index: %s not found for table: %s", name, d.Name)}
	}
	return at, nil
}

// dropUnusedAttributes forgets attributes that no key has any more.
func (d *definition) dropUnusedAttributes() {
	used := map[string]bool{}
	for _, e := range d.KeySchema {
		used[*e.AttributeName] = true
	}
	for _, i := range append(slices.Clone(d.Global), d.Local...) {
		for _, e := range i.KeySchema {
			used[*e.AttributeName] = true
		}
	}
	d.Attributes = slices.DeleteFunc(slices.Clone(d.Attributes), func(a types.AttributeDefinition) bool { return !used[*a.AttributeName] })
}
