// Package journal is the seam between the engine and whatever keeps its state
// across a restart. Everything is opaque bytes: the engine owns the encoding
// of definitions and items, a journal only has to keep them.
package journal

import "context"

// Journal keeps the state of one engine.
//
// Load is called once, before the engine serves anything. Commit is called
// under the engine's write lock, in commit order, before the operation is
// acknowledged: when it returns nil the batch must survive a crash, when it
// returns an error nothing of the batch may.
type Journal interface {
	// Load hands every stored record to the sink, in any order except that a
	// table comes before its items.
	Load(ctx context.Context, sink Sink) error
	// Commit stores one batch atomically. The slices inside the batch are not
	// changed afterwards and may be kept.
	Commit(ctx context.Context, batch Batch) error
}

// Sink receives the stored state. It copies what it keeps, so memory that is
// only valid during a call may be passed.
type Sink interface {
	Table(name string, definition []byte) error
	Item(table string, key, item []byte) error
	Token(token string, record []byte) error
}

// Batch is what one operation changes. The changes apply in the order of the
// fields, and within a field in the order of the slice.
type Batch struct {
	Tables []TableChange
	Items  []ItemChange
	Tokens []TokenChange
}

// TableChange sets the definition of a table. A nil Definition drops the table
// and all of its items.
type TableChange struct {
	Name       string
	Definition []byte
}

// ItemChange stores an item under its key. A nil Item deletes it. Keys are
// unique within one table and their bytes have no other meaning.
type ItemChange struct {
	Table string
	Key   []byte
	Item  []byte
}

// TokenChange stores the record of an idempotency token. A nil Record forgets
// the token.
type TokenChange struct {
	Token  string
	Record []byte
}
