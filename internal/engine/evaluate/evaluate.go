// Package evaluate decides conditions and applies update expressions to an item
// that has been read, as DynamoDB would in a write of that item. A program that
// cannot leave this to a server does it here, with the same statement.
//
// One statement's names and values serve its condition and its update, so each
// function accepts those that its expression does not use. An error says what
// DynamoDB would refuse with a ValidationException. The limits of items, their
// size and depth, are checked by the write that follows.
package evaluate

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/expr"
)

// Holds reports whether the condition holds for the item. If there is no item,
// it is nil. An empty condition holds.
func Holds(item map[string]types.AttributeValue, condition string, names map[string]string, values map[string]types.AttributeValue) (bool, error) {
	if condition == "" {
		return true, nil
	}
	scope, err := scopeOf(names, values)
	if err != nil {
		return false, err
	}
	parsed, err := scope.Condition("ConditionExpression", condition)
	if err != nil {
		return false, err
	}
	// Values are compared in their normal form.
	read, err := attr.ReadItem(item)
	if err != nil {
		return false, err
	}
	return parsed.Holds(read), nil
}

// Apply returns the item that the update makes of the given one. If there is no
// item, it is the key. The result shares no memory with the arguments, and its
// values share none with each other. An empty update changes nothing.
func Apply(item map[string]types.AttributeValue, update string, names map[string]string, values map[string]types.AttributeValue) (map[string]types.AttributeValue, error) {
	read, err := attr.ReadItem(item)
	if err != nil || update == "" {
		return read, err
	}
	scope, err := scopeOf(names, values)
	if err != nil {
		return nil, err
	}
	parsed, err := scope.Update(update)
	if err != nil {
		return nil, err
	}
	changed, err := parsed.Apply(read)
	if err != nil {
		return nil, err
	}
	// SET a = b makes one value of both.
	return attr.CopyItem(changed), nil
}

// scopeOf is the scope of one expression of a statement. Nobody asks it what is
// unused. A statement without names or values may have an empty map.
func scopeOf(names map[string]string, values map[string]types.AttributeValue) (*expr.Scope, error) {
	if len(names) == 0 {
		names = nil
	}
	if len(values) == 0 {
		values = nil
	}
	return expr.NewScope(names, values)
}
