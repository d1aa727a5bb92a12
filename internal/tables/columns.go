package tables

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/arn"
)

// Columns are what a model needs of a table: its key attributes, its indexes, and the
// attribute by which DynamoDB deletes what has expired.
type Columns struct {
	Names   []string
	Kinds   []types.ScalarAttributeType
	Indexes []Index
	TTL     string // the attribute; "": nothing expires
}

// Input is the request that creates the table with a full name, without the place of an
// ARN, since CreateTable takes none. It shares no memory with the columns.
func (k Columns) Input(name string) *dynamodb.CreateTableInput {
	_, name = arn.Split(name)
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
	d := definitions{}
	kinds := []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}
	for i, n := range k.Names {
		d.add(n, k.Kinds[i])
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: new(n), KeyType: kinds[i]})
	}
	for i := range k.Indexes {
		switch x := &k.Indexes[i]; {
		case x.Local:
			in.LocalSecondaryIndexes = append(in.LocalSecondaryIndexes, types.LocalSecondaryIndex{IndexName: new(x.Name), KeySchema: x.keySchema(&d), Projection: x.projection()})
		default:
			in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{IndexName: new(x.Name), KeySchema: x.keySchema(&d), Projection: x.projection()})
		}
	}
	in.AttributeDefinitions = d
	return in
}
