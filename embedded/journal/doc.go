// Package journal is the interface between the embedded engine and a store that
// keeps its state across a restart: implement [Journal], and pass it to
// embedded.Open. The command dynamodb-embedded has one that keeps the state in
// a file.
//
// Everything is opaque bytes. The engine owns the encoding of definitions,
// items and tokens, and checks what it loads. A journal only has to keep the
// bytes, whole and unchanged, and must not interpret them.
//
// A journal is short: Commit applies one [Batch] in a transaction of its store,
// Load goes through that store once. It needs no locks, because the engine
// calls one method at a time.
package journal
