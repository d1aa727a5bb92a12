package embedded

import (
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/dystore/dystore/embedded/internal/btree"
)

// replica is what eventually consistent reads see: all changes but the last
// few. Each read draws how many it misses, never one that an earlier read has
// seen.
type replica struct {
	mu   sync.Mutex
	most int
	rand *rand.Rand
	// states are those that a read may see, the latest last.
	states []btree.Tree[record]
}

// newReplica is a replica that misses at most the last changes, nil if it
// misses none.
func newReplica(most int, seed uint64, now btree.Tree[record]) *replica {
	if most == 0 {
		return nil
	}
	return &replica{most: most, rand: rand.New(rand.NewPCG(seed, uint64(most))), states: []btree.Tree[record]{now}}
}

// add is told the state after one change.
func (r *replica) add(state btree.Tree[record]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.states = append(r.states, state)
	r.advance(r.most)
}

// read is the state that one read sees.
func (r *replica) read() btree.Tree[record] {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.advance(r.rand.IntN(r.most + 1))
	return r.states[0]
}

// advance makes all changes but the last few.
func (r *replica) advance(left int) {
	if seen := len(r.states) - 1 - left; seen > 0 {
		r.states = slices.Delete(r.states, 0, seen)
	}
}
