package embedded

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The limits of a table.
const (
	maxGlobalIndexes = 20
	maxLocalIndexes  = 5
	maxIncluded      = 100
	maxIncludedByOne = 20
)

// CreateTable adds a table. It is ACTIVE at once.
func (db *DB) CreateTable(ctx context.Context, in *dynamodb.CreateTableInput) (*dynamodb.CreateTableOutput, error) {
	in = orEmpty(in)
	if err := firstError(ctx.Err(), refuseTableFeatures(in)); err != nil {
		return nil, err
	}
	d, err := defineTable(in)
	if err != nil {
		return nil, err
	}
	d.Created = db.config.now()
	db.expire()
	db.defining.Lock()
	defer db.defining.Unlock()
	if (*db.slots.Load())[d.Name] != nil {
		return nil, &types.ResourceInUseException{Message: message("Table already exists: %s", d.Name)}
	}
	t := db.newTable(d)
	if err := db.journalTable(t.Name, &t.definition); err != nil {
		return nil, err
	}
	db.add(t)
	return &dynamodb.CreateTableOutput{TableDescription: t.describe()}, nil
}

// add puts a new table into the DB. The caller holds defining.
func (db *DB) add(t *table) {
	publish([]*table{t})
	slots := maps.Clone(*db.slots.Load())
	slots[t.Name] = t.slot
	db.slots.Store(&slots)
}

func refuseTableFeatures(in *dynamodb.CreateTableInput) error {
	return firstError(
		refuseStreams(in.StreamSpecification),
		refuse(in.GlobalTableSourceArn != nil, "GlobalTableSourceArn"),
		refuse(in.GlobalTableSettingsReplicationMode != "", "GlobalTableSettingsReplicationMode"),
		refuse(in.ResourcePolicy != nil, "ResourcePolicy"),
		refuse(in.SSESpecification != nil, "SSESpecification"),
		refuse(in.OnDemandThroughput != nil, "OnDemandThroughput"),
		refuse(in.WarmThroughput != nil, "WarmThroughput"),
		refuse(in.VectorIndexes != nil, "VectorIndexes"),
	)
}

// refuseStreams accepts only a specification that switches streams off.
func refuseStreams(s *types.StreamSpecification) error {
	return refuse(s != nil && (enabled(s.StreamEnabled) || s.StreamViewType != ""), "StreamSpecification")
}

// defineTable checks the request and turns it into a definition.
func defineTable(in *dynamodb.CreateTableInput) (definition, error) {
	d := definition{
		Name: aws.ToString(in.TableName), BillingMode: in.BillingMode,
		DeletionProtection: enabled(in.DeletionProtectionEnabled), TableClass: in.TableClass,
	}
	if isARN(d.Name) {
		return d, validation("TableName must be a name and not an ARN: %s", d.Name)
	}
	if _, err := tableParameter(in.TableName); err != nil {
		return d, err
	}
	if err := checkTableShape(in); err != nil {
		return d, err
	}
	if d.BillingMode == "" {
		d.BillingMode = types.BillingModeProvisioned
	}
	var err error
	if d.Read, d.Write, err = throughput(d.BillingMode, in.ProvisionedThroughput, "the table"); err != nil {
		return d, err
	}
	if d.Attributes, err = readAttributeDefinitions(in.AttributeDefinitions); err != nil {
		return d, err
	}
	if len(in.KeySchema) > len(d.Attributes) {
		return d, validation("Invalid KeySchema: Some index key attribute have no definition")
	}
	if d.KeySchema, err = readKeySchema(in.KeySchema, d.Attributes); err != nil {
		return d, err
	}
	if d.Global, err = d.readGlobalIndexes(in.GlobalSecondaryIndexes, d.Attributes); err != nil {
		return d, err
	}
	if d.Local, err = d.readLocalIndexes(in.LocalSecondaryIndexes); err != nil {
		return d, err
	}
	if err := checkTags(in.Tags); err != nil {
		return d, err
	}
	if len(in.Tags) > maxTags {
		return d, tooManyTags()
	}
	d.Tags = copyTags(in.Tags)
	d.ID = tableID(d.Name)
	return d, d.checkIndexes()
}

// tableID is a UUID that depends on the name only, so that runs repeat.
func tableID(name string) string {
	h := sha256.Sum256([]byte(name))
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// throughput checks that the complete capacity fits the billing mode.
func throughput(mode types.BillingMode, p *types.ProvisionedThroughput, of string) (read, write int64, err error) {
	switch mode {
	case types.BillingModePayPerRequest:
		if p != nil {
			return 0, 0, validation("One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
		}
		return 0, 0, nil
	case types.BillingModeProvisioned:
		if p == nil {
			return 0, 0, validation("One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified for %s when BillingMode is PROVISIONED", of)
		}
		return *p.ReadCapacityUnits, *p.WriteCapacityUnits, nil
	}
	return 0, 0, validation("Unknown billing mode: %s", mode)
}
