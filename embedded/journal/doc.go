// Package journal is the seam between the embedded engine and whatever keeps
// its state across a restart: implement [Journal], and pass it to
// embedded.Open. The command dynamodb-embedded has one that keeps the state in
// a file.
//
// Everything is opaque bytes: the engine owns the encoding of definitions,
// items and tokens, and checks what it loads; a journal only has to keep it,
// whole and unchanged, and must not read a meaning into it.
//
// A journal that works is short: Commit applies one [Batch] in a transaction
// of its store, Load goes through that store once. It needs no locks, since
// the engine calls one method at a time.
package journal
