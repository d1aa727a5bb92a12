package journal

import "context"

// Journal keeps the state of one engine. Neither method may call the engine.
type Journal interface {
	// Load is called once, before the engine serves anything. It hands every
	// stored record to the sink, in any order except that a table comes before
	// its items. It ends with the first error of the sink and returns that
	// error or one that wraps it.
	Load(ctx context.Context, sink Sink) error

	// Commit stores one batch atomically, before the operation is acknowledged
	// and before anybody sees its effect. Calls do not overlap. The batch of an
	// operation comes after those whose effects the operation has seen. If it returns nil, the batch must
	// survive a crash. If it returns an error, nothing of the batch may
	// survive: the operation then fails with an InternalServerError that has
	// the error's text, and changes nothing. The context is never cancelled: a
	// write that has got this far is not given up. The slices in the batch are
	// not changed afterwards and may be kept.
	Commit(ctx context.Context, batch Batch) error
}

// Sink receives the stored state. It copies what it keeps, so the caller may
// pass memory that is valid only during a call. Its errors say which record is
// damaged.
type Sink interface {
	// Table receives the definition of one table.
	Table(name string, definition []byte) error
	// Item receives one item under the key that it was stored with.
	Item(table string, key, item []byte) error
	// Token receives the record of one idempotency token.
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
// unique within one table; their bytes have no other meaning.
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
