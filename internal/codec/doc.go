// Package codec turns Go values into DynamoDB attribute values and back, by a
// plan compiled once per type.
package codec
