// Package item works on stored values as DynamoDB sees them: how many bytes an
// item counts, what the service would refuse, which numbers are the same
// number, and one canonical form in bytes of every value.
//
// The rules were measured: sizes against AWS, the rest against DynamoDB Local
// (3.1.0, in 2026-11).
// Nothing here sends a request or knows about Go structs.
package item
