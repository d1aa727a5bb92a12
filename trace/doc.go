// Package trace has what a repository tells of its work: an event for each call of
// a verb, and one for each request to DynamoDB. repo.WithTracer gives a repository
// a [Tracer]. Package slogtrace, below this one, writes the events into a log, and
// the module github.com/dystore/dystore/otel makes spans and metrics of
// OpenTelemetry of them. [Measure] counts what one call costs.
//
// A call of a verb is an operation of the caller: a Put, a loop over a Query, a
// Transact. Its requests are within it, in time and in the context:
//
//	Put               2 requests, 8 write units
//	├── GetItem             the record of the stored object
//	└── TransactWriteItems  2 items
//
// Without a tracer nothing is measured, and nothing is allocated for it.
//
// # What events hold, and what they do not
//
// Events have names of tables, indexes and entities, numbers, and the identifiers of
// writes and requests. They have no keys and no values, since both can be personal
// data; a caller that wants the key of an object in a trace has it beside the context.
// The one exception is Err, the error that the verb returns: its text names the key.
// Kind and Code say what happened without it, and the tracers of this module record
// these alone.
//
// # Panics
//
// A tracer must not decide what becomes of a write. So a panic of a tracer goes
// nowhere: the event is lost, and the verb goes on and returns its outcome. A
// tracer that wants to be told recovers by itself.
package trace
