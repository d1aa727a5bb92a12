package embedded

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/dystore/dystore/embedded/journal"
	"github.com/dystore/dystore/internal/engine/packed"
)

// Open is New with a state that outlives the process. It loads what the journal
// has, and every change is in the journal before it is acknowledged. From then
// on the journal belongs to the DB; a second DB must not use it. The context is
// for the loading only. An error is one of the journal's, or names the record
// that cannot be loaded or the option that is nil.
//
// The command dynamodb-embedded is this with a journal in a file.
func Open(ctx context.Context, j journal.Journal, opts ...Option) (*DB, error) {
	c, err := configured(opts)
	if err != nil {
		return nil, fmt.Errorf("embedded: Open: %w", err)
	}
	db := newDB(c)
	if err := j.Load(ctx, loader{db}); err != nil {
		return nil, fmt.Errorf("embedded: load: %w", err)
	}
	db.journal = j
	return db, nil
}

// loader fills a DB that is not in use yet.
type loader struct{ db *DB }

func (l loader) Table(name string, b []byte) error {
	var d definition
	if err := json.Unmarshal(b, &d); err != nil {
		return fmt.Errorf("definition of table %s: %w", name, err)
	}
	l.db.add(l.db.newTable(d))
	return nil
}

func (l loader) Item(name string, _, b []byte) error {
	t := at(l.db.find([]*string{&name})).find(&name)
	if t == nil {
		return fmt.Errorf("item of unknown table %s", name)
	}
	item, size, err := packed.Check(b)
	if err != nil {
		return fmt.Errorf("item of table %s: %w", name, err)
	}
	// Keys of indexes are not checked: an item may be older than an index,
	// which then leaves it out.
	keys := item.Decode(t.inKeys)
	if err := t.key.check(keys); err != nil {
		return fmt.Errorf("item of table %s: %w", name, err)
	}
	key := t.key.encode(keys)
	list := changes{{table: t, key: key, before: t.get(key), after: newRecord(key, size, b)}}
	return l.db.commit(view{t}.after(list), list, nil)
}

func (l loader) Token(token string, b []byte) error {
	r, ok := decodeToken(b)
	if !ok {
		return fmt.Errorf("malformed record of token %s", token)
	}
	// Expired tokens too: the next transactions will make the journal forget
	// them.
	l.db.tokens.remember(token, r)
	return nil
}

// journalTable records a definition; nil records that the table is dropped.
func (db *DB) journalTable(name string, d *definition) error {
	if db.journal == nil {
		return nil
	}
	change := journal.TableChange{Name: name}
	if d != nil {
		b, err := json.Marshal(d)
		if err != nil {
			return internalError(err)
		}
		change.Definition = b
	}
	db.journalMu.Lock()
	defer db.journalMu.Unlock()
	if err := db.journal.Commit(context.Background(), journal.Batch{Tables: []journal.TableChange{change}}); err != nil {
		return internalError(err)
	}
	return nil
}
