package tables

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// definitions are the types of the attributes that keys are made of.
type definitions []types.AttributeDefinition

func (d *definitions) add(name string, kind types.ScalarAttributeType) {
	if !slices.ContainsFunc(*d, func(a types.AttributeDefinition) bool { return *a.AttributeName == name }) {
		*d = append(*d, types.AttributeDefinition{AttributeName: &name, AttributeType: kind})
	}
}

// kindOf is the type of an attribute.
func (d definitions) kindOf(name string) types.ScalarAttributeType {
	for _, a := range d {
		if *a.AttributeName == name {
			return a.AttributeType
		}
	}
	return ""
}

// Index is a secondary index of a table.
type Index struct {
	Name            string
	Local           bool
	Partition, Sort struct {
		Names []string
		Kinds []types.ScalarAttributeType
	}
	Projection types.ProjectionType
	Include    []string // of INCLUDE
}

func (x *Index) keySchema(d *definitions) (all []types.KeySchemaElement) {
	for i, n := range x.Partition.Names {
		d.add(n, x.Partition.Kinds[i])
		all = append(all, types.KeySchemaElement{AttributeName: new(n), KeyType: types.KeyTypeHash})
	}
	for i, n := range x.Sort.Names {
		d.add(n, x.Sort.Kinds[i])
		all = append(all, types.KeySchemaElement{AttributeName: new(n), KeyType: types.KeyTypeRange})
	}
	return all
}

func (x *Index) projection() *types.Projection {
	return &types.Projection{ProjectionType: x.Projection, NonKeyAttributes: slices.Clone(x.Include)}
}

// String describes the index: what makes two indexes differ.
func (x *Index) String() string {
	s := fmt.Sprintf("%s of %v %v by %v %v, %s", x.Name, x.Partition.Names, x.Partition.Kinds, x.Sort.Names, x.Sort.Kinds, x.Projection)
	if len(x.Include) > 0 {
		include := slices.Clone(x.Include)
		slices.Sort(include)
		s += fmt.Sprintf(" of %v", include)
	}
	if x.Local {
		return "local " + s
	}
	return s
}

// Existing is the index with a name that a table has, nil if there is none.
func Existing(t *types.TableDescription, name string) *Index {
	for _, x := range t.GlobalSecondaryIndexes {
		if *x.IndexName == name {
			return described(t, name, false, x.KeySchema, x.Projection)
		}
	}
	for _, x := range t.LocalSecondaryIndexes {
		if *x.IndexName == name {
			return described(t, name, true, x.KeySchema, x.Projection)
		}
	}
	return nil
}

func described(t *types.TableDescription, name string, local bool, keys []types.KeySchemaElement, p *types.Projection) *Index {
	x := &Index{Name: name, Local: local, Projection: p.ProjectionType, Include: p.NonKeyAttributes}
	for _, k := range keys {
		of := &x.Partition
		if k.KeyType == types.KeyTypeRange {
			of = &x.Sort
		}
		of.Names, of.Kinds = append(of.Names, *k.AttributeName), append(of.Kinds, definitions(t.AttributeDefinitions).kindOf(*k.AttributeName))
	}
	return x
}

// Entry is what the index holds of an item of a table with the given keys, nil if the
// item has no entry there.
func (x *Index) Entry(table []string, it map[string]types.AttributeValue) map[string]types.AttributeValue {
	for _, names := range [][]string{x.Partition.Names, x.Sort.Names} {
		for _, n := range names {
			if it[n] == nil {
				return nil
			}
		}
	}
	if x.Projection == types.ProjectionTypeAll {
		return it
	}
	entry := map[string]types.AttributeValue{}
	for _, names := range [][]string{table, x.Partition.Names, x.Sort.Names, x.Include} {
		for _, n := range names {
			if v := it[n]; v != nil {
				entry[n] = v
			}
		}
	}
	return entry
}
