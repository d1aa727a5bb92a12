// Package expr is DynamoDB's expression language: conditions, filters, key
// conditions, projections and updates, from their text to their effect on an
// item.
//
// A [Scope] holds the placeholders of one request. Expressions are parsed in
// it, with every check that needs no item. Parsed expressions never change the
// item that they are applied to. Every error is an attr.Invalid, the message of
// a ValidationException; a false condition is not an error.
package expr
