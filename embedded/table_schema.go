package embedded

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxKeyName is the length of the name of a key attribute.
const maxKeyName = 255

// checkTableShape checks the lists of the request, each without the others.
func checkTableShape(in *dynamodb.CreateTableInput) error {
	var c constraints
	if in.AttributeDefinitions == nil {
		c.null("attributeDefinitions")
	}
	for n, a := range in.AttributeDefinitions {
		c.attributeDefinition(n, a)
	}
	c.throughput("provisionedThroughput", in.ProvisionedThroughput)
	c.keySchema("keySchema", in.KeySchema)
	for n, i := range in.GlobalSecondaryIndexes {
		c.globalKeySchema(fmt.Sprintf("globalSecondaryIndexes.%d.member.keySchema", n+1), i.KeySchema)
		c.projection(fmt.Sprintf("globalSecondaryIndexes.%d.member.projection", n+1), i.Projection)
		c.throughput(fmt.Sprintf("globalSecondaryIndexes.%d.member.provisionedThroughput", n+1), i.ProvisionedThroughput)
	}
	for n, i := range in.LocalSecondaryIndexes {
		c.keySchema(fmt.Sprintf("localSecondaryIndexes.%d.member.keySchema", n+1), i.KeySchema)
		c.projection(fmt.Sprintf("localSecondaryIndexes.%d.member.projection", n+1), i.Projection)
	}
	enum(&c, "billingMode", in.BillingMode, types.BillingModeProvisioned, types.BillingModePayPerRequest)
	return c.err()
}

// attributeDefinition checks the n-th definition of a request.
func (c *constraints) attributeDefinition(n int, a types.AttributeDefinition) {
	c.attributeName(fmt.Sprintf("attributeDefinitions.%d.member.attributeName", n+1), a.AttributeName)
	c.required(fmt.Sprintf("attributeDefinitions.%d.member.attributeType", n+1), string(a.AttributeType), "B", "N", "S")
}

// throughput checks that both units of a capacity are given, if it is.
func (c *constraints) throughput(member string, p *types.ProvisionedThroughput) {
	if p == nil {
		return
	}
	for _, u := range []struct {
		name  string
		units *int64
	}{{"writeCapacityUnits", p.WriteCapacityUnits}, {"readCapacityUnits", p.ReadCapacityUnits}} {
		switch {
		case u.units == nil:
			c.null(member + "." + u.name)
		case *u.units < 1:
			c.add("Value '%d' at '%s.%s' failed to satisfy constraint: Member must have value greater than or equal to 1", *u.units, member, u.name)
		}
	}
}

// keySchema checks the key of a table or of a local index.
func (c *constraints) keySchema(member string, schema []types.KeySchemaElement) {
	if n := len(schema); n > 2 {
		elements := make([]string, n)
		for i, e := range schema {
			elements[i] = fmt.Sprintf("KeySchemaElement(attributeName=%s, keyType=%s)", aws.ToString(e.AttributeName), e.KeyType)
		}
		c.add("Value '[%s]' at '%s' failed to satisfy constraint: Member must have length less than or equal to 2", strings.Join(elements, ", "), member)
	}
	c.globalKeySchema(member, schema)
}

// globalKeySchema checks the key of a global index, which may have several
// attributes of each kind.
func (c *constraints) globalKeySchema(member string, schema []types.KeySchemaElement) {
	switch {
	case schema == nil:
		c.null(member)
	case len(schema) == 0:
		c.add("Value '[]' at '%s' failed to satisfy constraint: Member must have length greater than or equal to 1", member)
	}
	for n, e := range schema {
		c.attributeName(fmt.Sprintf("%s.%d.member.attributeName", member, n+1), e.AttributeName)
		c.required(fmt.Sprintf("%s.%d.member.keyType", member, n+1), string(e.KeyType), "HASH", "RANGE")
	}
}

// projection checks the number of attributes that one index includes. All
// indexes of a table together have a limit of their own.
func (c *constraints) projection(member string, p *types.Projection) {
	if p != nil && len(p.NonKeyAttributes) > maxIncludedByOne {
		c.add("Value '[%s]' at '%s.nonKeyAttributes' failed to satisfy constraint: Member must have length less than or equal to %d", strings.Join(p.NonKeyAttributes, ", "), member, maxIncludedByOne)
	}
}

// attributeName checks the name of an attribute of a key.
func (c *constraints) attributeName(member string, name *string) {
	switch {
	case name == nil:
		c.null(member)
	case *name == "":
		c.add("Value '' at '%s' failed to satisfy constraint: Member must have length greater than or equal to 1", member)
	case len(*name) > maxKeyName:
		c.add("Value '%s' at '%s' failed to satisfy constraint: Member must have length less than or equal to %d", *name, member, maxKeyName)
	}
}

// required is enum for a required value.
func (c *constraints) required(member, value string, allowed ...string) {
	if value == "" {
		c.null(member)
		return
	}
	enum(c, member, value, allowed...)
}

// readAttributeDefinitions copies the definitions, each of a different
// attribute.
func readAttributeDefinitions(in []types.AttributeDefinition) ([]types.AttributeDefinition, error) {
	for n, a := range in {
		if kindOf(in[:n], *a.AttributeName) != "" {
			return nil, validation("Attribute Name is duplicated: %s", *a.AttributeName)
		}
	}
	return copyAttributes(in), nil
}

// readKeySchema checks the key of a table or of a local index: a partition key,
// then perhaps a sort key, both defined.
func readKeySchema(in []types.KeySchemaElement, attributes []types.AttributeDefinition) ([]types.KeySchemaElement, error) {
	if err := checkDefined(in, attributes); err != nil {
		return nil, err
	}
	switch {
	case len(in) == 2 && *in[0].AttributeName == *in[1].AttributeName:
		return nil, errSameName()
	case in[0].KeyType != types.KeyTypeHash:
		return nil, errFirstElement()
	case len(in) == 2 && in[1].KeyType != types.KeyTypeRange:
		return nil, validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
	}
	return copyKeySchema(in), nil
}

// readGlobalKeySchema checks the key of a global index: the attributes of the
// partition key, then those of the sort key, all defined, each once.
func readGlobalKeySchema(in []types.KeySchemaElement, attributes []types.AttributeDefinition) ([]types.KeySchemaElement, error) {
	if err := checkDefined(in, attributes); err != nil {
		return nil, err
	}
	if in[0].KeyType != types.KeyTypeHash {
		return nil, errFirstElement()
	}
	count := map[types.KeyType]int{}
	disordered := false
	for n, e := range in {
		if slices.ContainsFunc(in[:n], func(other types.KeySchemaElement) bool { return *other.AttributeName == *e.AttributeName }) {
			if len(in) == 2 && e.KeyType == types.KeyTypeRange {
				return nil, errSameName()
			}
			return nil, validation("The KeySchema contains multiple key attributes with the same name")
		}
		disordered = disordered || e.KeyType == types.KeyTypeHash && count[types.KeyTypeRange] > 0
		count[e.KeyType]++
	}
	if disordered {
		return nil, validation("One or more parameter values were invalid: All HASH key attributes must precede RANGE key attributes in the KeySchema")
	}
	for _, kind := range []types.KeyType{types.KeyTypeHash, types.KeyTypeRange} {
		if count[kind] > maxKeyAttributes {
			return nil, validation("One or more parameter values were invalid: The KeySchema exceeds the maximum allowed number of %s key attributes", kind)
		}
	}
	return copyKeySchema(in), nil
}

func checkDefined(in []types.KeySchemaElement, attributes []types.AttributeDefinition) error {
	for _, e := range in {
		if kindOf(attributes, *e.AttributeName) == "" {
			return validation("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [%s], AttributeDefinitions: [%s]", keyNames(in), attributeNames(attributes))
		}
	}
	return nil
}

func errSameName() error {
	return validation("Both the Hash Key and the Range Key element in the KeySchema have the same name")
}

func errFirstElement() error {
	return validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
}

func keyNames(schema []types.KeySchemaElement) string {
	names := make([]string, len(schema))
	for n, e := range schema {
		names[n] = *e.AttributeName
	}
	return strings.Join(names, ", ")
}

// kindOf is the type that an attribute is defined with, "" if it is not.
func kindOf(attributes []types.AttributeDefinition, name string) types.ScalarAttributeType {
	for _, a := range attributes {
		if *a.AttributeName == name {
			return a.AttributeType
		}
	}
	return ""
}

func attributeNames(attributes []types.AttributeDefinition) string {
	names := make([]string, len(attributes))
	for n, a := range attributes {
		names[n] = *a.AttributeName
	}
	return strings.Join(names, ", ")
}
