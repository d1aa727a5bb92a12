package embedded

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

// constraints collects what is wrong with single parameters of a request.
// DynamoDB reports all of it at once, in an order that depends on the
// operation.
type constraints []string

func (c *constraints) add(format string, args ...any) {
	*c = append(*c, fmt.Sprintf(format, args...))
}

// err is nil when nothing was wrong.
func (c constraints) err() error {
	switch len(c) {
	case 0:
		return nil
	case 1:
		return validation("1 validation error detected: %s", c[0])
	}
	return validation("%d validation errors detected: %s", len(c), strings.Join(c, "; "))
}

// null adds a required member that is missing.
func (c *constraints) null(member string) {
	c.add("Value null at '%s' failed to satisfy constraint: Member must not be null", member)
}

// missing refuses a request that lacks one member.
func missing(member string) error {
	var c constraints
	c.null(member)
	return c.err()
}

// table checks the name in a request on items: a plain name or an ARN.
func (c *constraints) table(name *string) {
	if name == nil {
		c.null("tableName")
		return
	}
	c.tableName(plainName(*name), 1)
}

// item checks that an item or a key is given.
func (c *constraints) item(member string, item attr.Item) {
	if item == nil {
		c.null(member)
	}
}

// tableName checks a plain name.
func (c *constraints) tableName(name string, shortest int) {
	switch {
	case len(name) < shortest:
		c.add("Value '%s' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to %d", name, shortest)
	case len(name) > maxName:
		c.add("Value '%s' at 'tableName' failed to satisfy constraint: Member must have length less than or equal to %d", name, maxName)
	}
	if name != "" && !validName(name) {
		c.add("Value '%s' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+", name)
	}
}

// tableOfBatch checks a name in the map of a batch.
func (c *constraints) tableOfBatch(name string) {
	if plain := plainName(name); len(plain) < minName || len(plain) > maxName || !validName(plain) {
		c.add("Value '{%s=[...]}' at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to %d, Member must have length greater than or equal to %d, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]", name, maxName, minName)
	}
}

// echo abbreviates a list of a request in a message. DynamoDB repeats all of it.
func echo(n int) string {
	if n == 0 {
		return "[]"
	}
	return "[...]"
}

// enum checks an optional value of an enumeration, which is listed in the
// order of DynamoDB's messages.
func enum[E ~string](c *constraints, member string, value E, allowed ...E) {
	if value == "" || slices.Contains(allowed, value) {
		return
	}
	names := make([]string, len(allowed))
	for i, a := range allowed {
		names[i] = string(a)
	}
	c.add("Value '%s' at '%s' failed to satisfy constraint: Member must satisfy enum value set: [%s]", value, member, strings.Join(names, ", "))
}

func (c *constraints) consumedCapacity(v types.ReturnConsumedCapacity) {
	enum(c, "returnConsumedCapacity", v, types.ReturnConsumedCapacityIndexes, types.ReturnConsumedCapacityTotal, types.ReturnConsumedCapacityNone)
}

func (c *constraints) collectionMetrics(v types.ReturnItemCollectionMetrics) {
	enum(c, "returnItemCollectionMetrics", v, types.ReturnItemCollectionMetricsSize, types.ReturnItemCollectionMetricsNone)
}

func (c *constraints) returnValues(v types.ReturnValue) {
	enum(c, "returnValues", v, types.ReturnValueAllNew, types.ReturnValueUpdatedOld, types.ReturnValueAllOld, types.ReturnValueNone, types.ReturnValueUpdatedNew)
}

func (c *constraints) onFailure(v types.ReturnValuesOnConditionCheckFailure) {
	enum(c, "returnValuesOnConditionCheckFailure", v, types.ReturnValuesOnConditionCheckFailureAllOld, types.ReturnValuesOnConditionCheckFailureNone)
}

// length checks the number of elements of a list.
func (c *constraints) length(member string, n, least, most int) {
	if n < least {
		c.add("Value '%s' at '%s' failed to satisfy constraint: Member must have length greater than or equal to %d", echo(n), member, least)
	}
	if n > most {
		c.add("Value '%s' at '%s' failed to satisfy constraint: Member must have length less than or equal to %d", echo(n), member, most)
	}
}

// onlyValues refuses values of an enumeration that exist but that the
// operation cannot give.
func onlyValues(v types.ReturnValue, allowed ...types.ReturnValue) error {
	if v == "" || slices.Contains(allowed, v) {
		return nil
	}
	return validation("Return values set to invalid value")
}
