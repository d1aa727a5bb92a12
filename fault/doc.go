// Package fault tests what a service does when DynamoDB or the network fails:
// replies lost after the write was done, throttling, conflicts, requests that
// arrive twice or late, a process that dies between two requests.
//
// A [Transport] sits between the SDK's client and any engine: the embedded one,
// DynamoDB Local, Alternator, AWS. It records every request and injects faults
// where rules say so:
//
//	client, net := fault.Wrap(db.Client(),
//		fault.Inject(fault.ReplyLost(), fault.Op("PutItem"), fault.Times(1)),
//	)
//
// The unit is one HTTP request, which is one attempt: when the SDK retries a
// call, the retry is another request, with the next index.
//
// # Which request, which fault
//
// A rule is a fault and the conditions under which it strikes; all of them must
// hold ([At], [From], [Op], [If], [Skip], [Times]). The first rule that matches
// a request is applied. The others are not tried. A fault that cannot happen to
// an operation (a transaction conflict on a plain read) does not match it.
//
// # Every fault at every request
//
// Run a scenario once without faults, then again for each of its requests and
// each fault; [Each] makes the rules. A dozen requests and ten faults are a
// hundred runs. They take milliseconds on an in-process engine, and find what a
// few hand-picked cases do not. [Random] makes schedules from a seed for longer
// runs.
//
// # Retries
//
// Injected connection errors, 500s and throttles are retried by the SDK like
// real ones, after a pause. In tests, set the client's RetryMaxAttempts to 1 or
// its Retryer to aws.NopRetryer{} to see single attempts, use a retryer with a
// short backoff, or run in a testing/synctest bubble, where pauses take no
// time.
//
// # Clients
//
// Some clients are not the SDK's. [Opaque] makes one that repeats requests by
// itself, ignores the options of a call and does not return the item that a
// refused write met. The client of DAX does that in part.
//
// A Transport starts no goroutine. Everything in this package is safe for
// concurrent use.
package fault
