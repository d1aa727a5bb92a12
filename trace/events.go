package trace

import "time"

// VerbStart says which verb is called.
type VerbStart struct {
	Verb    string // Create, Put, Query, …: the Op of repo.Error
	Entity  string // of the repository; empty for Transact, TransactGet and Open
	Table   string // of the roots, with its prefix; empty for Transact and TransactGet
	Write   bool   // the verb writes
	Objects int    // that the call is for: 1, or as many as it names; 0: it is a range, or about tables
}

// VerbEnd says what became of the call.
type VerbEnd struct {
	// Err is what the verb returns; of a loop, the error that has ended it. Its
	// text names the key of the object.
	Err error
	// Kind is the name of the kind of Err, as in repo.ErrConflict: "ErrConflict".
	// Further kinds are "context.Canceled", "context.DeadlineExceeded", "panic" if
	// the verb, or a function that it has called, has panicked, and "other". It is
	// empty if there is no error.
	Kind string
	// Outcome says of a write what the error means for it.
	Outcome Outcome
	// WriteID identifies the write, as meta.WriteID prints it. It is empty for
	// reads, for a write that was refused before any request, and if the call makes
	// several writes.
	WriteID string
	// Protocol is how the write was sent; empty if none was.
	Protocol Protocol

	Objects int64 // read or written; of a loop, those that it has got
	Failed  int64 // objects of several that could not be read or written

	Requests int64 // sent, repetitions included
	Repeated int64 // of them: how many were sent because of an earlier one (see [Reason])

	// Read and Write are capacity units, if a tracer wants them (see
	// [CapacityTracer]). Requests without an answer count as nothing.
	Read, Write float64
	// Sent and Received are bytes of the bodies of requests and answers, as far as
	// the client tells them.
	Sent, Received int64

	Duration time.Duration
}

// Outcome is what became of a write.
type Outcome string

const (
	// Committed: the write is done.
	Committed Outcome = "committed"
	// NotWritten: nothing was written.
	NotWritten Outcome = "not written"
	// Unknown: the write may or may not have been applied (repo.ErrOutcomeUnknown).
	Unknown Outcome = "unknown"
	// Partly: of several writes, some are done and some are not.
	Partly Outcome = "partly"
)

// Protocol is how a write is sent.
type Protocol string

const (
	// Transaction is one TransactWriteItems under a token.
	Transaction Protocol = "transaction"
	// Single is a PutItem or an UpdateItem.
	Single Protocol = "single"
	// Staged are copies of parts, and a write of the root item after them.
	Staged Protocol = "staged"
)

// RequestStart says what is asked of DynamoDB.
type RequestStart struct {
	Operation  string   // GetItem, TransactWriteItems, …
	Tables     []string // full names, in order, each once
	Index      string   // of a Query or Scan
	Items      int      // keys or actions of the request; 0 of a Query or Scan
	Consistent bool     // a read is strongly consistent, or a transaction
	Limit      int      // of a Query or Scan, 0: none
	Segments   int      // into which a Scan divides the table, 0: none
	// Attempt counts from 1 how often the same request is made.
	Attempt int
	// Why says why the request is made because of an earlier one; empty if the verb
	// makes it in any case.
	Why Reason
}

// Reason is why a request follows an earlier one.
type Reason string

const (
	// Throttled: DynamoDB had no capacity for it.
	Throttled Reason = "throttled"
	// Contended: a transaction on the same items was in the way.
	Contended Reason = "contended"
	// NoAnswer: the answer was lost, or DynamoDB failed inside.
	NoAnswer Reason = "no answer"
	// NotSent: no connection came about.
	NotSent Reason = "not sent"
	// Unprocessed: DynamoDB has handed keys of a BatchGetItem back.
	Unprocessed Reason = "unprocessed keys"
	// Torn: a part did not fit its root, because others were writing.
	Torn Reason = "torn read"
	// Replanned: what is stored is not what the first plan of the write took it to be.
	Replanned Reason = "replanned"
	// Overtaken: another writer was faster.
	Overtaken Reason = "overtaken"
	// Settled: an attempt had no answer, and this request finds out what became of it,
	// or excludes that it is applied later.
	Settled Reason = "outcome to be settled"
)

// RequestEnd says what came back.
type RequestEnd struct {
	// Err is the client's error. It may hold stored items.
	Err error
	// Kind is the name of the kind of Err, as in [VerbEnd].
	Kind string
	// Code is DynamoDB's code of the error, such as ConditionalCheckFailedException;
	// empty if there is no answer.
	Code string
	// Reasons are the codes of a cancelled transaction, by action: "None" or empty
	// if an action is not to blame.
	Reasons []string
	// Throttling is why DynamoDB throttled the request, where it says so.
	Throttling []ThrottlingReason

	Items       int // in the answer
	Scanned     int // of a Query or Scan: items that were read, before the filter
	Unprocessed int // keys that DynamoDB hands back

	Capacity []Capacity // if a tracer wants it

	RequestID      string // of AWS
	Region         string // of the client
	Host           string // that was asked
	Status         int    // of HTTP, 0: unknown
	Sent, Received int64  // bytes of the bodies, 0: unknown

	Duration time.Duration
}

// Capacity is what a request has consumed of a table or an index.
type Capacity struct {
	Table, Index string // Index is empty for the table itself
	Read, Write  float64
}

// ThrottlingReason is why a request was throttled: see the type of package repo.
type ThrottlingReason struct{ Reason, Resource string }
