// Package wire is the server side of the DynamoDB JSON 1.0 protocol: it turns
// HTTP requests into the SDK's input structs, calls a [Backend] with them, and
// turns the SDK's output structs and errors back into HTTP responses.
//
// There are two faces over one core. [NewHandler] is an http.Handler for
// clients in any language. [NewTransport] has the Do method of an HTTP client,
// so that a real *dynamodb.Client can call a Backend without a socket and
// without a goroutine. Everything the SDK does to a request (validation,
// idempotency tokens, retries, error decoding) then stays in the path. For such
// a client, items in answers need not become JSON: see [Direct].
//
// # Strictness
//
// Decoding is stricter than the service in one respect: it refuses a member
// that the operation does not have with a ValidationException that names it,
// and never drops it. A request that means something this package does not know
// must fail, not run without that part. Legacy parameters (Expected,
// AttributeUpdates, ...) are members of the operations. They are handed to the
// Backend, which decides.
//
// Errors come in the service's order: the body must be JSON, then every member
// must have the right JSON type (both SerializationException), then values are
// judged (ValidationException).
//
// # Why reflection over the SDK's structs
//
// The names and types of members are the exported fields of the SDK's structs,
// which are a stable API. The SDK's own serializers could have been reused, but
// the interfaces that they are written against may gain methods in any release.
// An implementation here would then stop compiling in a user's build. A plan
// per type is made once; values are read and written through it.
package wire
