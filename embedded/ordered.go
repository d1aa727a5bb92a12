package embedded

import (
	"math/rand/v2"
	"sync"

	"github.com/dystore/dystore/embedded/internal/btree"
)

// ordered are the records of a table or index in the order of their storage
// keys, with an optional replica that lags behind.
type ordered struct {
	records btree.Tree[*record]
	replica *replica
}

// replica is what eventually consistent reads see: all changes but the last
// few. Each read draws how many it sees, never fewer than at an earlier read.
type replica struct {
	mu      sync.Mutex
	records btree.Tree[*record]
	pending []pendingChange
	most    int
	rand    *rand.Rand
}

// pendingChange is one change that the replica has not seen: the record at from
// leaves, if there is one, and the new record comes to key. A nil record is a
// deletion.
type pendingChange struct {
	from, key string
	record    *record
}

func (o *ordered) len() int { return o.records.Len() }

// get is the current record, nil for none.
func (o *ordered) get(key string) *record {
	r, _ := o.records.Get(key)
	return r
}

// set stores a record, or with nil deletes it.
func (o *ordered) set(key string, r *record) { o.change(pendingChange{key: key, record: r}) }

// move stores a record in another place, in one step.
func (o *ordered) move(from, to string, r *record) {
	o.change(pendingChange{from: from, key: to, record: r})
}

func (o *ordered) change(c pendingChange) {
	c.apply(&o.records)
	if o.replica != nil {
		o.replica.mu.Lock()
		defer o.replica.mu.Unlock()
		o.replica.pending = append(o.replica.pending, c)
		o.replica.advance(o.replica.most)
	}
}

func (c pendingChange) apply(tree *btree.Tree[*record]) {
	if c.from != "" {
		tree.Delete(c.from)
	}
	if c.record == nil {
		tree.Delete(c.key)
		return
	}
	tree.Set(c.key, c.record)
}

// read is the record as a read of the given consistency sees it.
func (o *ordered) read(key string, consistent bool) *record {
	if consistent {
		return o.get(key)
	}
	tree, done := o.eventual()
	defer done()
	r, _ := tree.Get(key)
	return r
}

// current is the tree of all records.
func (o *ordered) current() *btree.Tree[*record] { return &o.records }

// eventual is the tree that an eventually consistent read sees. It belongs to
// the caller until done is called.
func (o *ordered) eventual() (tree *btree.Tree[*record], done func()) {
	if o.replica == nil {
		return &o.records, func() {}
	}
	o.replica.mu.Lock()
	o.replica.advance(o.replica.rand.IntN(o.replica.most + 1))
	return &o.replica.records, o.replica.mu.Unlock
}

// advance makes all pending changes but the last few.
func (r *replica) advance(left int) {
	for len(r.pending) > left {
		r.pending[0].apply(&r.records)
		r.pending[0] = pendingChange{}
		r.pending = r.pending[1:]
	}
}

// lag gives the records a replica that misses at most the last changes.
func (o *ordered) lag(most int, seed uint64) {
	if most > 0 {
		o.replica = &replica{most: most, rand: rand.New(rand.NewPCG(seed, uint64(most)))}
		o.records.Ascend("", func(key string, r *record) bool {
			o.replica.records.Set(key, r)
			return true
		})
	}
}
