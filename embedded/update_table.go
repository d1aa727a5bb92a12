package embedded

import (
	"context"
	"fmt"
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
	t, err := db.redefine(ctx, in.TableName, func() error { return noSuchTable(name) }, func(t *table) (*table, error) {
		d, err := t.changed(in)
		if err != nil {
			return nil, err
		}
		return db.alter(t, d), nil
	})
	if err != nil {
		return nil, err
	}
	return &dynamodb.UpdateTableOutput{TableDescription: t.describe()}, nil
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
		return validation("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required")
	}
	var c constraints
	for n, a := range in.AttributeDefinitions {
		c.attributeDefinition(n, a)
	}
	c.throughput("provisionedThroughput", in.ProvisionedThroughput)
	for n, u := range in.GlobalSecondaryIndexUpdates {
		member := fmt.Sprintf("globalSecondaryIndexUpdates.%d.member.", n+1)
		if u.Create != nil {
			c.globalKeySchema(member+"create.keySchema", u.Create.KeySchema)
			c.projection(member+"create.projection", u.Create.Projection)
			c.throughput(member+"create.provisionedThroughput", u.Create.ProvisionedThroughput)
		}
		if u.Update != nil {
			c.throughput(member+"update.provisionedThroughput", u.Update.ProvisionedThroughput)
		}
	}
	if err := c.err(); err != nil {
		return err
	}
	if _, err := readAttributeDefinitions(in.AttributeDefinitions); err != nil {
		return err
	}
	structural := 0
	for _, u := range in.GlobalSecondaryIndexUpdates {
		switch n := len(given([]parameter{{"Create", u.Create != nil}, {"Update", u.Update != nil}, {"Delete", u.Delete != nil}})); {
		case n == 0:
			return validation("One or more parameter values were invalid: One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null")
		case n > 1:
			return validation("One or more parameter values were invalid: Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object")
		case u.Update == nil:
			structural++
		}
	}
	if structural > 1 {
		return &types.LimitExceededException{Message: message("Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table")}
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
	if err := d.changeIndexes(in.GlobalSecondaryIndexUpdates, in.AttributeDefinitions); err != nil {
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

// changeIndexes makes the updates. The attributes are those that the request
// defines for the keys of new indexes.
func (d *definition) changeIndexes(updates []types.GlobalSecondaryIndexUpdate, attributes []types.AttributeDefinition) error {
	for _, u := range updates {
		switch {
		case u.Create != nil:
			if err := d.createIndex(u.Create, attributes); err != nil {
				return err
			}
		case u.Delete != nil:
			at, err := d.globalIndex("delete", aws.ToString(u.Delete.IndexName))
			if err != nil {
				return err
			}
			d.Global = slices.Delete(d.Global, at, at+1)
		case u.Update != nil:
			at, err := d.globalIndex("update", aws.ToString(u.Update.IndexName))
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
	return nil
}

// createIndex adds an index. The request must define its key, even if the table
// knows the attributes; other definitions of the request have no effect.
func (d *definition) createIndex(in *types.CreateGlobalSecondaryIndexAction, attributes []types.AttributeDefinition) error {
	for _, i := range append(slices.Clone(d.Global), d.Local...) {
		if i.Name == aws.ToString(in.IndexName) {
			return validation("Attempting to create an index which already exists: %s", i.Name)
		}
	}
	if len(attributes) == 0 {
		return validation("One or more parameter values were invalid: AttributeDefinitions is not specified for index: %s", aws.ToString(in.IndexName))
	}
	list, err := d.readGlobalIndexes([]types.GlobalSecondaryIndex{{
		IndexName: in.IndexName, KeySchema: in.KeySchema, Projection: in.Projection, ProvisionedThroughput: in.ProvisionedThroughput,
		OnDemandThroughput: in.OnDemandThroughput, WarmThroughput: in.WarmThroughput,
	}}, attributes)
	if err != nil {
		return err
	}
	for _, e := range list[0].KeySchema {
		if err := d.addAttribute(e, kindOf(attributes, *e.AttributeName)); err != nil {
			return err
		}
	}
	if d.Global = append(d.Global, list...); len(d.Global) > maxGlobalIndexes {
		return validation("One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the per-table limit of %d", maxGlobalIndexes)
	}
	return nil
}

// addAttribute adds the definition of an attribute of a new key. It refuses a
// type that differs from that of the table.
func (d *definition) addAttribute(e types.KeySchemaElement, kind types.ScalarAttributeType) error {
	name := *e.AttributeName
	switch known := kindOf(d.Attributes, name); known {
	case "":
		added := types.AttributeDefinition{AttributeName: &name, AttributeType: kind}
		d.Attributes = append(slices.Clone(d.Attributes), added)
	case kind:
	default:
		return validation("One or more parameter values were invalid: Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. Existing schema: Schema:[SchemaElement: key{%s:%s:%s}] New schema: Schema:[SchemaElement: key{%s:%s:%s}]", name, known, e.KeyType, name, kind, e.KeyType)
	}
	return nil
}

// globalIndex finds the index to delete or update; verb is for the message.
func (d *definition) globalIndex(verb, name string) (int, error) {
	named := func(i indexDefinition) bool { return i.Name == name }
	if slices.ContainsFunc(d.Local, named) {
		return 0, validation("Cannot %s an index that is not a GlobalSecondaryIndex: %s", verb, name)
	}
	at := slices.IndexFunc(d.Global, named)
	if at < 0 {
		return 0, &types.ResourceNotFoundException{Message: message("Requested resource not found: Index: %s not found for table: %s", name, d.Name)}
	}
	return at, nil
}

// dropUnusedAttributes drops attributes that no key uses any more.
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
