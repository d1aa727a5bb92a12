package embedded

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func readAttributeDefinitions(in []types.AttributeDefinition) ([]types.AttributeDefinition, error) {
	out := make([]types.AttributeDefinition, 0, len(in))
	seen := map[string]bool{}
	for _, a := range in {
		name := aws.ToString(a.AttributeName)
		switch a.AttributeType {
		case types.ScalarAttributeTypeS, types.ScalarAttributeTypeN, types.ScalarAttributeTypeB:
		default:
			return nil, enumError("attributeDefinitions.1.member.attributeType", string(a.AttributeType), a.AttributeType.Values())
		}
		if name == "" || len(name) > 255 {
			return nil, validation("1 validation error detected: Value '%s' at 'attributeDefinitions.1.member.attributeName' failed to satisfy constraint: Member must have length between 1 and 255", name)
		}
		if seen[name] {
			return nil, validation("One or more parameter values were invalid: Duplicate AttributeName in AttributeDefinitions: %s", name)
		}
		seen[name] = true
		out = append(out, types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: a.AttributeType})
	}
	return out, nil
}

// readKeySchema checks the key of a table or index: a partition key, then
// perhaps a sort key, both defined.
func readKeySchema(in []types.KeySchemaElement, attributes []types.AttributeDefinition) ([]types.KeySchemaElement, error) {
	if len(in) == 0 {
		return nil, validation("1 validation error detected: Value '[]' at 'keySchema' failed to satisfy constraint: Member must have length greater than or equal to 1")
	}
	if len(in) > 2 {
		return nil, unsupported("a key of more than two attributes")
	}
	out := make([]types.KeySchemaElement, 0, 2)
	for n, e := range in {
		want := types.KeyTypeHash
		if n == 1 {
			want = types.KeyTypeRange
		}
		if e.KeyType != want {
			if n == 0 {
				return nil, validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
			}
			return nil, validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
		}
		name := aws.ToString(e.AttributeName)
		if n == 1 && name == *out[0].AttributeName {
			return nil, validation("Invalid KeySchema: Both the Hash Key and the Range Key element in the KeySchema have the same name")
		}
		if !definedAttribute(attributes, name) {
			return nil, validation("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [%s], AttributeDefinitions: [%s]", name, attributeNames(attributes))
		}
		out = append(out, types.KeySchemaElement{AttributeName: aws.String(name), KeyType: e.KeyType})
	}
	return out, nil
}

func definedAttribute(attributes []types.AttributeDefinition, name string) bool {
	for _, a := range attributes {
		if *a.AttributeName == name {
			return true
		}
	}
	return false
}

func attributeNames(attributes []types.AttributeDefinition) string {
	list := ""
	for n, a := range attributes {
		if n > 0 {
			list += ", "
		}
		list += *a.AttributeName
	}
	return list
}

func (d *definition) readGlobalIndexes(in []types.GlobalSecondaryIndex) ([]indexDefinition, error) {
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
		def, err := readIndex(aws.ToString(i.IndexName), i.KeySchema, i.Projection, d.Attributes)
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
		def, err := readIndex(aws.ToString(i.IndexName), i.KeySchema, i.Projection, d.Attributes)
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

func readIndex(name string, schema []types.KeySchemaElement, p *types.Projection, attributes []types.AttributeDefinition) (indexDefinition, error) {
	d := indexDefinition{Name: name}
	if err := checkName("indexName", "IndexName", name); err != nil {
		return d, err
	}
	var err error
	if d.KeySchema, err = readKeySchema(schema, attributes); err != nil {
		return d, err
	}
	if p == nil || p.ProjectionType == "" {
		return d, validation("One or more parameter values were invalid: Unknown ProjectionType: null")
	}
	d.Projection = p.ProjectionType
	switch {
	case p.ProjectionType == types.ProjectionTypeInclude && len(p.NonKeyAttributes) == 0:
		return d, validation("One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
	case p.ProjectionType == types.ProjectionTypeInclude && len(p.NonKeyAttributes) > maxIncluded:
		return d, validation("One or more parameter values were invalid: NonKeyAttributes exceeds the limit of %d", maxIncluded)
	case p.ProjectionType == types.ProjectionTypeInclude:
		d.Included = append(d.Included, p.NonKeyAttributes...)
	case p.ProjectionType != types.ProjectionTypeAll && p.ProjectionType != types.ProjectionTypeKeysOnly:
		return d, enumError("projection.projectionType", string(p.ProjectionType), p.ProjectionType.Values())
	case p.NonKeyAttributes != nil:
		return d, validation("One or more parameter values were invalid: ProjectionType is %s, but NonKeyAttributes is specified", p.ProjectionType)
	}
	return d, nil
}

// checkIndexes reports duplicate index names, and attribute definitions that
// no key uses.
func (d *definition) checkIndexes() error {
	used := map[string]bool{}
	for _, e := range d.KeySchema {
		used[*e.AttributeName] = true
	}
	names := map[string]bool{}
	for _, i := range append(append([]indexDefinition{}, d.Global...), d.Local...) {
		if names[i.Name] {
			return validation("One or more parameter values were invalid: Duplicate index name: %s", i.Name)
		}
		names[i.Name] = true
		for _, e := range i.KeySchema {
			used[*e.AttributeName] = true
		}
	}
	if len(used) != len(d.Attributes) {
		return validation("One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
	}
	return nil
}
