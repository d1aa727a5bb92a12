// Package embedded is Amazon DynamoDB inside of the process: an engine that
// tests and small programs can trust, behind the SDK's own client.
//
//	db := embedded.New()
//	client := db.Client() // a real *dynamodb.Client; no sockets, no goroutines
//
// The engine implements the expression language in full, exact 38-digit
// numbers, the limits of items, keys, expressions, batches and transactions,
// idempotency tokens, secondary indexes, time to live and consumed capacity,
// with the error codes and texts of the service. What it does not implement it
// refuses by name: it never ignores a parameter that would change a result.
// Refused with a ValidationException are the legacy parameters (Expected,
// AttributeUpdates, KeyConditions, QueryFilter, ScanFilter, AttributesToGet,
// ConditionalOperator), streams, replicas, vector indexes, encryption and
// throughput settings of tables, and index keys of more than two attributes;
// with an UnknownOperationException PartiQL, backups and all other operations.
// The control plane has no waiting states, provisioned capacity throttles
// nobody, and item collections may exceed 10 GB.
//
// By default nothing is injected. Options make the engine as unpleasant as the
// service may be - stale reads, unprocessed keys, conflicts, throttling - from
// a seed, so that every run can be repeated.
//
// What a test here cannot prove: how often real conflicts happen, the shape of
// real throttling, how stale real reads get, and the wording of errors in each
// region.
package embedded
