package embedded

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// readGlobalIndexes reads indexes whose keys are among the attributes.
func (d *definition) readGlobalIndexes(in []types.GlobalSecondaryIndex, attributes []types.AttributeDefinition) ([]indexDefinition, error) {
	if in != nil && len(in) == 0 {
		return nil, validation("One or more parameter values were invalid: List of GlobalSecondaryIndexes is empty")
	}
	if len(in) > maxGlobalIndexes {
		return nil, validation("One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the per-table limit of %d", maxGlobalIndexes)
	}
	var out []indexDefinition
	for _, i := range in {
		if err := firstError(refuse(i.OnDemandThroughput != nil, "OnDemandThroughput"), refuse(i.WarmThroughput != nil, "WarmThroughput")); err != nil {
			return nil, err
		}
		def, err := readIndex(aws.ToString(i.IndexName), i.KeySchema, i.Projection, attributes, readGlobalKeySchema)
		if err != nil {
			return nil, err
		}
		if def.Read, def.Write, err = throughput(d.BillingMode, i.ProvisionedThroughput, "index: "+def.Name); err != nil {
			return nil, err
		}
		out = append(out, def)
	}
	return out, nil
}

func (d *definition) readLocalIndexes(in []types.LocalSecondaryIndex) ([]indexDefinition, error) {
	if in != nil && len(in) == 0 {
		return nil, validation("One or more parameter values were invalid: List of LocalSecondaryIndexes is empty")
	}
	if len(in) > maxLocalIndexes {
		return nil, validation("One or more parameter values were invalid: Number of LocalSecondaryIndexes exceeds per-table limit of %d", maxLocalIndexes)
	}
	if len(in) > 0 && len(d.KeySchema) == 1 {
		return nil, validation("One or more parameter values were invalid: Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex")
	}
	var out []indexDefinition
	for _, i := range in {
		def, err := readIndex(aws.ToString(i.IndexName), i.KeySchema, i.Projection, d.Attributes, readKeySchema)
		if err != nil {
			return nil, err
		}
		if *def.KeySchema[0].AttributeName != *d.KeySchema[0].AttributeName {
			return nil, validation("One or more parameter values were invalid: Index KeySchema does not have the same leading hash key as table KeySchema for index: %s. index hash key: %s, table hash key: %s", def.Name, *def.KeySchema[0].AttributeName, *d.KeySchema[0].AttributeName)
		}
		if len(def.KeySchema) == 1 {
			return nil, validation("One or more parameter values were invalid: Index KeySchema does not have a range key for index: %s", def.Name)
		}
		out = append(out, def)
	}
	return out, nil
}

// keySchemaReader checks and copies a key schema.
type keySchemaReader func([]types.KeySchemaElement, []types.AttributeDefinition) ([]types.KeySchemaElement, error)

func readIndex(name string, schema []types.KeySchemaElement, p *types.Projection, attributes []types.AttributeDefinition, read keySchemaReader) (indexDefinition, error) {
	d := indexDefinition{Name: name}
	if err := checkIndexName(name); err != nil {
		return d, err
	}
	var err error
	if d.KeySchema, err = read(schema, attributes); err != nil {
		return d, err
	}
	if p == nil || p.ProjectionType == "" {
		return d, validation("One or more parameter values were invalid: Unknown ProjectionType: null")
	}
	d.Projection = p.ProjectionType
	switch {
	case p.ProjectionType == types.ProjectionTypeInclude && len(p.NonKeyAttributes) == 0:
		return d, validation("One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
	case p.ProjectionType == types.ProjectionTypeInclude:
		d.Included = append(d.Included, p.NonKeyAttributes...)
		return d, checkIncluded(d.Included)
	case p.ProjectionType != types.ProjectionTypeAll && p.ProjectionType != types.ProjectionTypeKeysOnly:
		return d, validation("One or more parameter values were invalid: Unknown ProjectionType: %s", p.ProjectionType)
	case p.NonKeyAttributes != nil:
		return d, validation("One or more parameter values were invalid: ProjectionType is %s, but NonKeyAttributes is specified", p.ProjectionType)
	}
	return d, nil
}

func checkIncluded(names []string) error {
	seen := map[string]bool{}
	for _, name := range names {
		if name == "" || len(name) > maxName {
			return validation("One or more parameter values were invalid: Names of key attributes and attributes projected into an index must be between 1 and %d characters, inclusive", maxName)
		}
		if seen[name] {
			return validation("One or more parameter values were invalid: Cannot have two attributes with the same name: %s", name)
		}
		seen[name] = true
	}
	return nil
}

func checkIndexName(name string) error {
	if len(name) < minName || len(name) > maxName || !validName(name) {
		return validation("1 validation error detected: Value '%s' at 'indexName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+ and have a length between %d and %d", name, minName, maxName)
	}
	return nil
}

// checkIndexes reports duplicate index names, too many included attributes in
// all indexes together, and attribute definitions that no key uses.
func (d *definition) checkIndexes() error {
	used := map[string]bool{}
	for _, e := range d.KeySchema {
		used[*e.AttributeName] = true
	}
	names, included := map[string]bool{}, 0
	for _, i := range append(append([]indexDefinition{}, d.Global...), d.Local...) {
		if names[i.Name] {
			return validation("One or more parameter values were invalid: Duplicate index name: %s", i.Name)
		}
		names[i.Name] = true
		if included += len(i.Included); included > maxIncluded {
			return validation("One or more parameter values were invalid: NonKeyAttributes of all indexes of the table exceed the limit of %d", maxIncluded)
		}
		for _, e := range i.KeySchema {
			used[*e.AttributeName] = true
		}
	}
	if len(used) != len(d.Attributes) {
		return validation("One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
	}
	return nil
}
