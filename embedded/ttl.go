package embedded

import (
	"container/heap"
	"math"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

// maxExpired is how far in the past an expiry may be when it is written or
// first checked. Older ones are taken for mistakes and ignored.
const maxExpired = 5 * 365 * 24 * time.Hour

// expiryQueue orders the items of a table by their expiry. An entry is stale
// when its record is not the stored one any more.
type expiryQueue []expiryEntry

type expiryEntry struct {
	at     int64 // epoch seconds
	record *record
}

func (q expiryQueue) Len() int           { return len(q) }
func (q expiryQueue) Less(i, j int) bool { return q[i].at < q[j].at }
func (q expiryQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *expiryQueue) Push(x any)        { *q = append(*q, x.(expiryEntry)) }
func (q *expiryQueue) Pop() any {
	last := len(*q) - 1
	e := (*q)[last]
	(*q)[last] = expiryEntry{}
	*q = (*q)[:last]
	return e
}

// add queues a record if its attribute is an expiry: a number of seconds, not
// before the oldest that counts.
func (q *expiryQueue) add(attribute string, r *record, oldest int64) {
	if at, ok := expiresAt(attribute, r.item); ok && at >= oldest {
		heap.Push(q, expiryEntry{at: at, record: r})
	}
}

// oldestExpiry is the oldest expiry that counts now, in epoch seconds.
func (db *DB) oldestExpiry() int64 { return db.config.now().Add(-maxExpired).Unix() }

func expiresAt(attribute string, item attr.Item) (int64, bool) {
	n, ok := item[attribute].(*types.AttributeValueMemberN)
	if !ok {
		return 0, false
	}
	return attr.Number(n.Value).Truncate()
}

// expirySlack is how many stale entries a queue may have, besides as many as
// there are items.
const expirySlack = 64

// dropStaleExpiries rebuilds the queue without the entries of records that are
// no longer stored. The queue doubles before it happens again, so it costs
// little for each write.
func (t *table) dropStaleExpiries() {
	kept := t.expiry[:0]
	for _, e := range t.expiry {
		if t.get(e.record.key) == e.record {
			kept = append(kept, e)
		}
	}
	clear(t.expiry[len(kept):])
	t.expiry = kept
	heap.Init(&t.expiry)
}

// queueExpiry puts a record that has been stored into the queue of its table.
// Nil means no record.
func (db *DB) queueExpiry(t *table, r *record) {
	if t.TTL == "" || r == nil {
		return
	}
	t.expiry.add(t.TTL, r, db.oldestExpiry())
	if len(t.expiry) > 2*t.items.len()+expirySlack {
		t.dropStaleExpiries()
	}
	db.noteExpiry(t)
}

// noExpiry is the next expiry when there is none.
const noExpiry = math.MaxInt64

// noteExpiry keeps the earliest expiry of all tables where every operation can
// read it without a lock. The write lock must be held.
func (db *DB) noteExpiry(t *table) {
	if len(t.expiry) > 0 && t.expiry[0].at < db.nextExpiry.Load() {
		db.nextExpiry.Store(t.expiry[0].at)
	}
}

// expire deletes the items whose time has passed.
func (db *DB) expire() {
	next := db.nextExpiry.Load()
	if next == noExpiry {
		return
	}
	due := db.config.now().Add(-db.config.ttlDelay).Unix()
	if next > due {
		return
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	db.nextExpiry.Store(noExpiry)
	for _, t := range db.tables {
		// If the journal fails here, the item stays until a restart tries
		// again.
		_, _ = db.expireTable(t, due)
		db.noteExpiry(t)
	}
}

// expireTable deletes the items of a table that expired at due or before, and
// says how many. It goes on after an error.
func (db *DB) expireTable(t *table, due int64) (deleted int, err error) {
	for len(t.expiry) > 0 && t.expiry[0].at <= due {
		e := heap.Pop(&t.expiry).(expiryEntry)
		if t.get(e.record.key) != e.record {
			continue
		}
		if failed := db.commit(changes{{table: t, key: e.record.key, before: e.record}}, nil); failed != nil {
			err = failed
			continue
		}
		deleted++
	}
	return deleted, err
}
