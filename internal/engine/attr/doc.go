// Package attr holds what DynamoDB knows about attribute values: reading
// (which checks, normalises and copies them), copying, their size, their
// equality and order, and the bytes that order as keys do.
//
// An [Item] that was read in is never changed. To change a value, build a new
// item. So readers need no lock and no copy inside the engine.
package attr
