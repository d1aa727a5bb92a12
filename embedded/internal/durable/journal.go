package durable

import (
	"context"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"github.com/dystore/dystore/embedded/journal"
)

var _ journal.Journal = (*Store)(nil)

// Load hands the stored state to the sink. It checks every record, and then
// that the records are exactly those that were committed. An error about the
// file as a whole comes after the sink has seen records: after any error, throw
// away what the sink has.
func (s *Store) Load(ctx context.Context, sink journal.Sink) error {
	return s.guard("load", func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			l := loading{ctx: ctx, sink: sink}
			if err := l.tables(tx); err != nil {
				return err
			}
			if err := l.tokens(tx); err != nil {
				return err
			}
			want, err := loadDigest(tx)
			if err == nil && l.seen != want {
				err = fmt.Errorf("%w: %d records do not match the digest of %d", ErrCorrupt, l.seen.count, want.count)
			}
			return err
		})
	})
}

type loading struct {
	ctx  context.Context
	sink journal.Sink
	seen digest
}

func (l *loading) tables(tx *bolt.Tx) error {
	items := tx.Bucket([]byte(bucketItems))
	return tx.Bucket([]byte(bucketTables)).ForEach(func(name, record []byte) error {
		table := string(name)
		definition, err := l.open(bucketTables, "", name, record)
		if err != nil {
			return err
		}
		if err := l.sink.Table(table, definition); err != nil {
			return err
		}
		b := items.Bucket(name)
		if b == nil {
			return fmt.Errorf("%w: no items bucket of table %q", ErrCorrupt, table)
		}
		return b.ForEach(func(key, record []byte) error {
			key = key[len(keyPrefix):]
			item, err := l.open(bucketItems, table, key, record)
			if err != nil {
				return err
			}
			return l.sink.Item(table, key, item)
		})
	})
}

func (l *loading) tokens(tx *bolt.Tx) error {
	return tx.Bucket([]byte(bucketTokens)).ForEach(func(key, record []byte) error {
		key = key[len(keyPrefix):]
		content, err := l.open(bucketTokens, "", key, record)
		if err != nil {
			return err
		}
		return l.sink.Token(string(key), content)
	})
}

func (l *loading) open(bucket, table string, key, record []byte) ([]byte, error) {
	if err := l.ctx.Err(); err != nil {
		return nil, err
	}
	l.seen.add(record)
	return open(bucket, table, key, record)
}

// Commit stores the batch. If it returns nil, the batch is on disk. If it
// returns an error, the batch is not, except when the disk itself failed while
// the header was written. Then the Store refuses all further batches; open the
// file again to see whether the batch is there.
func (s *Store) Commit(ctx context.Context, batch journal.Batch) error {
	return s.write(ctx, func(tx *bolt.Tx) error {
		d, err := loadDigest(tx)
		if err != nil {
			return err
		}
		w := writing{tx: tx, digest: d}
		for _, c := range batch.Tables {
			if err := w.table(c); err != nil {
				return fmt.Errorf("table %q: %w", c.Name, err)
			}
		}
		for _, c := range batch.Items {
			items := tx.Bucket([]byte(bucketItems)).Bucket([]byte(c.Table))
			if items == nil {
				return fmt.Errorf("item of unknown table %q", c.Table)
			}
			if err := w.put(items, bucketItems, c.Table, c.Key, c.Item); err != nil {
				return fmt.Errorf("item of table %q: %w", c.Table, err)
			}
		}
		tokens := tx.Bucket([]byte(bucketTokens))
		for _, c := range batch.Tokens {
			if err := w.put(tokens, bucketTokens, "", []byte(c.Token), c.Record); err != nil {
				return fmt.Errorf("token %q: %w", c.Token, err)
			}
		}
		return w.digest.store(tx)
	})
}

type writing struct {
	tx     *bolt.Tx
	digest digest
}

// table sets or drops a table. Table names are not empty and need no prefix.
func (w *writing) table(c journal.TableChange) error {
	tables, items := w.tx.Bucket([]byte(bucketTables)), w.tx.Bucket([]byte(bucketItems))
	name := []byte(c.Name)
	if old := tables.Get(name); old != nil {
		w.digest.remove(old)
	}
	if c.Definition != nil {
		if _, err := items.CreateBucketIfNotExists(name); err != nil {
			return err
		}
		record := seal(bucketTables, "", name, c.Definition)
		w.digest.add(record)
		return tables.Put(name, record)
	}
	b := items.Bucket(name)
	if b == nil {
		return nil // there is nothing to drop
	}
	if err := b.ForEach(func(_, record []byte) error { w.digest.remove(record); return nil }); err != nil {
		return err
	}
	if err := items.DeleteBucket(name); err != nil {
		return err
	}
	return tables.Delete(name)
}

// put stores content under key, or deletes the key if content is nil.
func (w *writing) put(b *bolt.Bucket, bucket, table string, key, content []byte) error {
	stored := append([]byte(keyPrefix), key...)
	if old := b.Get(stored); old != nil {
		w.digest.remove(old)
	}
	if content == nil {
		return b.Delete(stored)
	}
	record := seal(bucket, table, key, content)
	w.digest.add(record)
	return b.Put(stored, record)
}
