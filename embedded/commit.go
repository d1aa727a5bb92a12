package embedded

import (
	"context"

	"github.com/dystore/dystore/embedded/journal"
	"github.com/dystore/dystore/internal/engine/attr"
)

// change replaces one record: before is what is stored, after what will be.
// Either is nil for no item.
type change struct {
	table         *table
	key           string
	before, after *record
}

// changes are what one operation does, on different items.
type changes []change

// commit makes all changes, or none if the journal refuses them. The write lock
// must be held.
func (db *DB) commit(list changes, token *tokenChange) error {
	if db.journal != nil {
		if err := db.journalItems(list, token); err != nil {
			return internalError(err)
		}
	}
	for _, c := range list {
		if c.before != nil || c.after != nil {
			c.table.replace(c.key, c.before, c.after)
			db.queueExpiry(c.table, c.after)
		}
	}
	return nil
}

func (db *DB) journalItems(list changes, token *tokenChange) error {
	var batch journal.Batch
	for _, c := range list {
		if c.before == c.after {
			continue
		}
		item := journal.ItemChange{Table: c.table.Name, Key: []byte(c.key)}
		if c.after != nil {
			item.Item = attr.Encode(c.after.item)
		}
		batch.Items = append(batch.Items, item)
	}
	if token != nil {
		for _, old := range token.forgotten {
			batch.Tokens = append(batch.Tokens, journal.TokenChange{Token: old})
		}
		batch.Tokens = append(batch.Tokens, journal.TokenChange{Token: token.token, Record: token.record.encode()})
	}
	if len(batch.Items) == 0 && len(batch.Tokens) == 0 {
		return nil
	}
	// The operation is past its point of no return. A cancelled request must
	// not make the journal and the memory differ.
	return db.journal.Commit(context.Background(), batch)
}
