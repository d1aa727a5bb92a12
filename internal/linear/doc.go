// Package linear looks for schedules in which the verbs of package repo break
// a promise. It is for tests only.
//
// A schedule is one object, two to four clients and perhaps a program that
// knows nothing of the library. Each client runs a release of its own: another
// Go type, other shards, shards that have moved or are gone. What a client
// calls, what becomes of each of its requests (lost, late, doubled, answered in
// vain, refused), when it crashes and what happens first: all of it follows
// from a seed. Clients are goroutines in a bubble of virtual time, and as soon
// as all of them wait, one thing happens. So pauses take no time, and a seed
// makes the same history again.
//
// Every operation and what it reported is a history, which must be
// linearizable: there is an order, in which each takes effect at one moment
// between call and return, that explains all of it. The specification
// (spec.go) is that of the whole object: absent, or without a record, or its
// version, birth, last write ids and content, attributes that only some of the
// clients know included. nil is one effect. A named refusal is none, and an
// operation that failed otherwise is none either. ErrOutcomeUnknown and a crash
// are at most one, at any time at which a request of the operation was still
// executed. Eventually may read any earlier state. The error of broken data is
// none that a verb may return.
//
// When all packets have arrived, the object is read by every release, and its
// items are compared with its manifest.
//
// A violation is printed with its seed and a story, from which all has been
// left out that it does not need:
//
//	go test ./internal/linear -run TestSchedules -seed 926
//
// Out of scope: a packet that is later than its token (10 minutes), a second
// copy of a request that was refused with a clear answer or was Relaxed, and a
// Relaxed write that is repeated with its write id.
package linear
