package embedded

import (
	"fmt"
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
		if err := refuseLongKey(i.KeySchema); err != nil {
			return err
		}
		c.keySchema(fmt.Sprintf("globalSecondaryIndexes.%d.member.keySchema", n+1), i.KeySchema)
		c.throughput(fmt.Sprintf("globalSecondaryIndexes.%d.member.provisionedThroughput", n+1), i.ProvisionedThroughput)
	}
	for n, i := range in.LocalSecondaryIndexes {
		c.keySchema(fmt.Sprintf("localSecondaryIndexes.%d.member.keySchema", n+1), i.KeySchema)
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

// refuseLongKey refuses global indexes whose partition or sort key has several
// attributes.
func refuseLongKey(schema []types.KeySchemaElement) error {
	return refuse(len(schema) > 2, "An index key of more than two attributes")
}

func (c *constraints) keySchema(member string, schema []types.KeySchemaElement) {
	switch n := len(schema); {
	case schema == nil:
		c.null(member)
	case n == 0:
		c.add("Value '[]' at '%s' failed to satisfy constraint: Member must have length greater than or equal to 1", member)
	case n > 2:
		elements := make([]string, n)
		for i, e := range schema {
			elements[i] = fmt.Sprintf("KeySchemaElement(attributeName=%s, keyType=%s)", aws.ToString(e.AttributeName), e.KeyType)
		}
		c.add("Value '[%s]' at '%s' failed to satisfy constraint: Member must have length less than or equal to 2", strings.Join(elements, ", "), member)
	}
	for n, e := range schema {
		c.attributeName(fmt.Sprintf("%s.%d.member.attributeName", member, n+1), e.AttributeName)
		c.required(fmt.Sprintf("%s.%d.member.keyType", member, n+1), string(e.KeyType), "HASH", "RANGE")
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

// readKeySchema checks the key of a table or index: a partition key, then
// perhaps a sort key, both defined.
func readKeySchema(in []types.KeySchemaElement, attributes []types.AttributeDefinition) ([]types.KeySchemaElement, error) {
	for _, e := range in {
		if kindOf(attributes, *e.AttributeName) == "" {
			return nil, validation("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [%s], AttributeDefinitions: [%s]", keyNames(in), attributeNames(attributes))
		}
	}
	switch {
	case len(in) == 2 && *in[0].AttributeName == *in[1].AttributeName:
		return nil, validation("Both the Hash Key and the Range Key element in the KeySchema have the same name")
	case in[0].KeyType != types.KeyTypeHash:
		return nil, validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
	case len(in) == 2 && in[1].KeyType != types.KeyTypeRange:
		return nil, validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
	}
	return copyKeySchema(in), nil
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
