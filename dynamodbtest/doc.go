// Package dynamodbtest gives tests a DynamoDB, as net/http/httptest gives them a
// server: found or started, ready when the call returns, and stopped at the end
// of the test.
//
//	client := dynamodbtest.Start(t).Client()
//
// The first of these is used:
//
//   - a DynamoDB that runs already, AWS itself included: DYSTORE_TEST_ENDPOINT is
//     its URL
//   - a container of an image that listens on port 8000, such as
//     amazon/dynamodb-local: DYSTORE_TEST_IMAGE names it
//   - a process of a dynoxide program: DYSTORE_TEST_DYNOXIDE is its path
//   - a process of a dynalite program, which has no transactions:
//     DYSTORE_TEST_DYNALITE is its path
//   - the ways that the call names, in their order: [Endpoint], [Image],
//     [Dynoxide], [Dynalite], [Embedded]
//   - if the call names none, the dynoxide on the path or in the user's cache
//     directory
//
// So the code says what a test needs, and the environment of a run can choose
// another engine for the same test. A variable that asks for what does not work
// fails the test. A test for which there is no engine is skipped, with one line
// that says why; if DYSTORE_TEST_REQUIRE is 1, as it should be in CI, it fails.
//
// A test that only needs a correct DynamoDB, and not a second opinion, needs no
// process: package embedded of dystore runs in the test itself. Way [Embedded]
// serves it over HTTP, so that a suite can run on it and on another engine.
//
// Process and container hold their tables in memory. A server that starts takes
// some milliseconds as a process and a second or more as a container. To share
// one among all tests of a binary, call [Open] in TestMain, and give each test
// tables with names of their own.
package dynamodbtest
