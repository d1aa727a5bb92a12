package embedded

import (
	"slices"

	"github.com/dystore/dystore/embedded/internal/btree"
)

// successor is a table after changes, and what its replicas will hear of them.
type successor struct {
	table *table
	steps []step
}

// step is the state of a table or an index after one change, for its replica.
type step struct {
	replica *replica
	records btree.Tree[record]
}

// after is those tables of the view that the changes change.
func (v view) after(list changes) []successor {
	var next []successor
	for _, t := range v {
		s := successor{table: t}
		for _, c := range list {
			if c.table == t && c.before != c.after {
				s.replace(c)
			}
		}
		if s.table != t {
			next = append(next, s)
		}
	}
	return next
}

// replace makes one change of the table and of its indexes.
func (s *successor) replace(c change) {
	if s.table == c.table {
		t := *c.table
		t.indexed = slices.Clone(t.indexed)
		s.table = &t
	}
	t := s.table
	t.bytes += int64(c.after.size() - c.before.size())
	s.set(&t.content, t.replica, c.key, c.after)
	if len(t.indexes) == 0 {
		return
	}
	before, after := t.withKeys(c.before), t.withKeys(c.after)
	for n, i := range t.indexes {
		s.replaceIndexed(i, &t.indexed[n], before, after)
	}
}

// set stores a record, or with an empty one deletes it.
func (s *successor) set(c *content, r *replica, key string, rec record) {
	c.put(key, rec)
	if r != nil {
		s.steps = append(s.steps, step{r, c.records})
	}
}

func (s *successor) replaceIndexed(i *index, c *content, before, after withKeys) {
	var old, now string
	if i.holds(before.keys) {
		old = i.encode(before.keys)
		c.bytes -= int64(i.size(before.record))
	}
	if i.holds(after.keys) {
		now = i.encode(after.keys)
		c.bytes += int64(i.size(after.record))
	}
	switch {
	case old != "" && now != "" && old != now && !i.global:
		// A change of a local index is one write with that of the table. On a
		// global index, DynamoDB's deletion and insertion are two writes.
		c.put(old, "")
	case old != "" && old != now:
		s.set(c, i.replica, old, "")
	}
	if now != "" {
		s.set(c, i.replica, now, after.record)
	}
}

// content is what a table or an index holds at one moment, in the order of the
// storage keys.
type content struct {
	records btree.Tree[record]
	bytes   int64
}

// put stores a record, or with an empty one deletes it.
func (c *content) put(key string, r record) {
	if r == "" {
		c.records = c.records.Delete(key)
	} else {
		c.records = c.records.Set(key, r)
	}
}
