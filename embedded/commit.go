package embedded

import (
	"context"

	"github.com/dystore/dystore/embedded/journal"
)

// change replaces one record: before is what is stored, after what will be.
// Either is empty for no item.
type change struct {
	table         *table
	key           string
	before, after record
}

// changes are what one operation does, on different items.
type changes []change

// commit makes all changes, or none if the journal refuses them. The locks of
// the tables are held, and next are the tables after the changes.
func (db *DB) commit(next []successor, list changes, token *tokenChange) error {
	if db.journal != nil {
		if err := db.journalItems(list, token); err != nil {
			return internalError(err)
		}
	} else if token != nil {
		db.tokens.forget(db.config.now())
	}
	if len(next) > 0 {
		tables := make([]*table, len(next))
		for n := range next {
			tables[n] = next[n].table
		}
		publish(tables)
	}
	for _, s := range next {
		for _, step := range s.steps {
			step.replica.add(step.records)
		}
	}
	for _, c := range list {
		db.queueExpiry(c)
	}
	if token != nil {
		db.tokens.remember(token.token, token.record)
	}
	return nil
}

// journalItems stores the changes. Calls of the journal are kept apart; so what
// one makes it forget is not what the next one stores.
func (db *DB) journalItems(list changes, token *tokenChange) error {
	db.journalMu.Lock()
	defer db.journalMu.Unlock()
	var batch journal.Batch
	for _, c := range list {
		if c.before == c.after {
			continue
		}
		item := journal.ItemChange{Table: c.table.Name, Key: []byte(c.key)}
		if c.after != "" {
			item.Item = []byte(c.after.item())
		}
		batch.Items = append(batch.Items, item)
	}
	if token != nil {
		for _, old := range db.tokens.forget(db.config.now()) {
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
