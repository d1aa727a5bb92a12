// Package expr is DynamoDB's expression language: conditions, filters, key
// conditions, projections and updates, from their text to their effect on an
// item.
//
// A [Scope] stands for the placeholders of one request. Expressions are parsed
// in it, with every check that needs no item; what comes out never changes the
// item it is applied to. Every error is an attr.Invalid, the message of a
// ValidationException; a condition that does not hold is not an error.
package expr
