package embedded

import (
	"container/heap"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded/internal/attr"
)

// maxExpired is how far in the past an expiry may lie: older ones are taken
// for mistakes and ignored.
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

// add queues a record if its attribute is an expiry: a number of seconds.
func (q *expiryQueue) add(attribute string, r *record) {
	if at, ok := expiresAt(attribute, r.item); ok {
		heap.Push(q, expiryEntry{at: at, record: r})
	}
}

func expiresAt(attribute string, item attr.Item) (int64, bool) {
	n, ok := item[attribute].(*types.AttributeValueMemberN)
	if !ok {
		return 0, false
	}
	return attr.Number(n.Value).Truncate()
}

// expire deletes the items whose time has passed. It costs nothing while there
// is none.
func (db *DB) expire() {
	now := db.config.now()
	due := now.Add(-db.config.ttlDelay).Unix()
	if !db.anyDue(due) {
		return
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	for _, t := range db.tables {
		db.expireTable(t, due, now.Add(-maxExpired).Unix())
	}
}

func (db *DB) anyDue(due int64) bool {
	db.mu.RLock()
	defer db.mu.RUnlock()
	for _, t := range db.tables {
		if len(t.expiry) > 0 && t.expiry[0].at <= due {
			return true
		}
	}
	return false
}

func (db *DB) expireTable(t *table, due, oldest int64) {
	for len(t.expiry) > 0 && t.expiry[0].at <= due {
		e := heap.Pop(&t.expiry).(expiryEntry)
		if e.at < oldest || t.get(e.record.key) != e.record {
			continue
		}
		// A journal that fails here keeps the item until a restart asks again.
		_ = db.commit(changes{{table: t, key: e.record.key, before: e.record}}, nil)
	}
}
