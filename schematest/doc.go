// Package schematest keeps the declaration of a model in a file beside its tests, and
// says what a change of it means for what is stored and for programs that still run.
//
//	func TestSchema(t *testing.T) { schematest.Check(t, people) }
//
// [Check] compares the layout of a repository with testdata/Person.schema. A difference
// fails the test, with a verdict for each change: why it matters, and what to do first.
// Once that is done, UPDATE_SCHEMA=1 go test ./... accepts the declaration, and the file
// shows the change in review.
//
// [Compare] is the judge by itself. It takes for granted what a deployment looks like:
// programs of the old and of the new declaration run at the same time, on the same
// tables, and write whole objects over what they have read.
//
// What it does not see: keys and ciphers of encrypted fields (but the ids of keys of blind
// indexes), generators of keys, the secret of a hashed unique value, functions of
// validators and of repo.Upgrade, and what the methods of types that marshal themselves
// do.
package schematest
