// Package conformance is the suite that every engine must pass, and that the
// library must pass on every engine: on the embedded one in unit tests, on
// dynoxide in the integration module, and on AWS for those who have an account.
// What is about the engine alone runs on dynalite, too, which has no transactions.
// All engines run the same cases, so the embedded engine is not judged by tests
// that were written with it in mind.
//
// The parts, each a package:
//
//   - engine is about the engine alone. It sends SDK requests and asserts
//     codes, stable fragments of texts and exact data.
//   - objects is about package repo: what each verb reads, writes and costs in
//     requests, and what happens when keys, options or declarations change.
//   - ranges is about package repo as well: what is found by other means than a key,
//     and every verb on every part.
//   - joined is about keys that are made of several fields, and about tables that several
//     types share.
//   - values is about package repo, too: times and sets in all their forms.
//   - variants is about interface fields that hold one of several types.
//   - versions is about models that have several versions.
//   - deploys has programs of several releases that share tables.
//   - trees is about package repo too: one Go type that is declared in several
//     layouts. A verb does the same in each of them.
//   - unique is about values that only one object may have.
//   - exports is about objects as documents.
//   - legacy is about package dynamostore.
//   - sealed is about encryption from end to end.
//   - staged is about writes that one transaction does not take. The other parts run with
//     staged writes, and without transactions, too: an engine says so.
//   - stress races writers and readers. It takes its time, so [Run] leaves it
//     out.
//   - kit has what the parts share: the engine under test, the tables of one
//     check, dumps of them, assertions.
//
// A new engine is a function that returns a [kit.Engine]. Pass it to [Run] in a
// test, and to stress.Run in another. Where the engine is known to answer
// otherwise than AWS, add its list of deviations to package engine. The answers
// in that list are asserted as strictly as AWS's.
package conformance
