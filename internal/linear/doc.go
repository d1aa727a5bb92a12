// Package linear looks for schedules in which the verbs of package repo break
// a promise. It is for tests only.
//
// A schedule is one object or two, two to four clients and perhaps a program that
// knows nothing of the library. In one schedule of five the engine has no transactions.
// Otherwise each client writes in transactions or in stages, and the objects cross
// between the two. Two objects are in two tables, in one table as two
// entities, or in one repository. Each client runs its own release: another Go
// type, other shards, shards that have moved or are gone. A seed decides
// everything: what a client calls, what happens to each of its requests (lost,
// late, doubled, answered in vain, refused), when it crashes and what happens
// first. Clients are goroutines in a bubble of virtual time. As soon as all of
// them wait, one thing happens. So pauses take no time, and a seed makes the
// same history again.
//
// Every operation and its outcome make a history, which must be linearizable:
// some order explains all of it, and in that order each operation takes effect
// at one moment between call and return. The specification is that of the whole
// object (spec.go) and of both (pair.go). An object is absent, or without a record,
// or it has its version, birth, last write ids and content, with the attributes that
// only some of the clients know. nil means one effect. A named refusal means none,
// and so does any other failure, with two exceptions: ErrOutcomeUnknown and a
// crash mean at most one effect, at any time at which the engine still executed
// a request of the operation. Eventually may read any earlier state. No verb
// may return the error of broken data.
//
// A Transact takes effect on both objects, and on what actions of the caller's own
// count, at one moment, or on nothing. A TransactGet sees one moment. GetMany,
// PutMany and DeleteMany are an operation for each object. Half of the writes have
// the ids of the library, which the harness learns from what is stored: without
// WithWriteID other requests go without a token. Programs repeat writes under their
// ids, of unknown outcome and done, also after the engine has forgotten the tokens.
//
// A walk by cursors and a query are an operation for each object that was seen, and
// for each of the range that was not: that one was absent at some moment meanwhile.
// So what was there throughout was seen, and once. Each page of a walk may be read by
// another release. Beside the objects there are bystanders, which nobody changes. An
// index may give any earlier state, but a whole one that was committed and that is in
// the range. In a third of the schedules indexes are as new as their tables, and what
// they miss counts as well.
//
// Clients sweep the tables of their repository too, beside the writers, and crash in the
// middle of it. A sweep changes nothing that is seen, so it is no operation. With
// repo.Fence it gives objects their next versions, and each of those is one.
//
// When all packets have arrived, releases read the objects, and their items are
// compared with their manifests. Staged writes that were cut off may have left debris:
// items that no manifest names. Then a release sweeps, with Fence: nothing that is seen
// changes, and no debris is left. An item of another program that gets a record from a staged
// write has it whatever becomes of the write, so that is an operation of its own; the
// write itself goes on as over an item without a record. The program does not write over
// placeholders and tombstones, which are records. A write that is repeated under its id may
// find its own tombstone, and then is the one that it repeats.
//
// A violation is printed with its seed and a story that leaves out everything
// that the violation does not need:
//
//	go test ./internal/linear -run TestSchedules -seed 926
//
// Out of scope: a packet that is later than its token (10 minutes), a second
// copy of a request that was refused with a clear answer, was Relaxed, or has put a
// placeholder on an engine without transactions, and a Relaxed write that is repeated with
// its write id.
package linear
