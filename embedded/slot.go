package embedded

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// slot is where a DB has a table. Reads take the table out of it and need no
// lock. Who puts the next state of the table in holds mu.
type slot struct {
	name    string
	current atomic.Pointer[table] // nil once the table is deleted

	mu     sync.Mutex
	expiry expiryQueue // guarded by mu
}

// joint is the part that a table has in a write of several tables, until all of
// them are in their slots.
type joint struct {
	before  *table
	written *atomic.Bool
}

// load is the table as it is now, nil if it has been deleted. It never waits.
func (s *slot) load() *table {
	t := s.current.Load()
	if t != nil && t.joint != nil && !t.joint.written.Load() {
		return t.joint.before
	}
	return t
}

// publish puts tables into their slots, whose locks are held. All of them can
// be seen from one moment on.
func publish(tables []*table) {
	if len(tables) == 1 {
		tables[0].slot.current.Store(tables[0])
		return
	}
	stage(tables).Store(true)
	for _, t := range tables {
		t.slot.current.Store(t) // without what was before
	}
}

// stage puts tables into their slots. Nobody sees them there before written is
// set.
func stage(tables []*table) (written *atomic.Bool) {
	written = new(atomic.Bool)
	for _, t := range tables {
		staged := *t
		staged.joint = &joint{before: t.slot.current.Load(), written: written}
		t.slot.current.Store(&staged)
	}
	return written
}

// lock locks slots in the order of their names, so that no two writes wait for
// each other.
func lock(slots []*slot) {
	if len(slots) > 1 {
		slots = slices.SortedFunc(slices.Values(slots), func(a, b *slot) int { return strings.Compare(a.name, b.name) })
	}
	for _, s := range slots {
		s.mu.Lock()
	}
}

func unlock(slots []*slot) {
	for _, s := range slots {
		s.mu.Unlock()
	}
}
