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
// when the item does not expire at that time any more.
type expiryQueue []expiryEntry

type expiryEntry struct {
	at  int64 // epoch seconds
	key string
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

// oldestExpiry is the oldest expiry that counts now, in epoch seconds.
func (db *DB) oldestExpiry() int64 { return db.config.now().Add(-maxExpired).Unix() }

// expiresAt is when a record expires by an attribute: a number of seconds.
func (r record) expiresAt(attribute string) (int64, bool) {
	n, ok := r.item().Get(attribute).(*types.AttributeValueMemberN)
	if !ok {
		return 0, false
	}
	return attr.Number(n.Value).Truncate()
}

// expirySlack is how many stale entries a queue may have, besides as many as
// there are items.
const expirySlack = 64

// dropStale rebuilds the queue with one entry for each item of the table that
// has one. The queue doubles before it happens again, so it costs little for
// each write.
func (q *expiryQueue) dropStale(t *table) {
	kept, seen := (*q)[:0], map[string]bool{}
	for _, e := range *q {
		if at, ok := t.get(e.key).expiresAt(t.TTL); ok && at == e.at && !seen[e.key] {
			seen[e.key] = true
			kept = append(kept, e)
		}
	}
	clear((*q)[len(kept):])
	*q = kept
	heap.Init(q)
}

// queueExpiry puts a record that a change has stored into the queue of its
// table, whose lock is held. If the record before it has expired at the same
// time, it is there already.
func (db *DB) queueExpiry(c change) {
	if c.table.TTL == "" || c.after == "" {
		return
	}
	at, ok := c.after.expiresAt(c.table.TTL)
	if before, queued := c.before.expiresAt(c.table.TTL); !ok || queued && before == at || at < db.oldestExpiry() {
		return
	}
	q, t := &c.table.slot.expiry, c.table.slot.load()
	heap.Push(q, expiryEntry{at: at, key: c.after.key()})
	if len(*q) > 2*t.records.Len()+expirySlack {
		q.dropStale(t)
	}
	db.noteExpiry(*q)
}

// requeue makes the queue of a table anew, whose lock is held.
func (db *DB) requeue(t *table) {
	t.slot.expiry = nil
	if t.TTL != "" {
		t.records.Ascend("", func(key string, r record) bool {
			db.queueExpiry(change{table: t, key: key, after: r})
			return true
		})
	}
}

// noExpiry is the next expiry when there is none.
const noExpiry = math.MaxInt64

// noteExpiry keeps the earliest expiry of all tables where every operation can
// read it without a lock. The lock of the table with the queue is held.
func (db *DB) noteExpiry(q expiryQueue) {
	if len(q) == 0 {
		return
	}
	for next := db.nextExpiry.Load(); q[0].at < next; next = db.nextExpiry.Load() {
		if db.nextExpiry.CompareAndSwap(next, q[0].at) {
			return
		}
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
	// Each table notes its next expiry again. What others note meanwhile stays.
	db.nextExpiry.Store(noExpiry)
	for _, s := range *db.slots.Load() {
		// If the journal fails here, the item stays until a restart tries
		// again.
		_, _ = db.expireTable(s, due)
	}
}

// expireTable deletes the items of a table that expired at due or before, and
// says how many. It goes on after an error.
func (db *DB) expireTable(s *slot, due int64) (deleted int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.expiry) > 0 && s.expiry[0].at <= due {
		e := heap.Pop(&s.expiry).(expiryEntry)
		t := s.load()
		if t == nil {
			break
		}
		r := t.get(e.key)
		if at, ok := r.expiresAt(t.TTL); !ok || at != e.at {
			continue
		}
		list := changes{{table: t, key: e.key, before: r}}
		if failed := db.commit(view{t}.after(list), list, nil); failed != nil {
			err = failed
			continue
		}
		deleted++
	}
	db.noteExpiry(s.expiry)
	return deleted, err
}
