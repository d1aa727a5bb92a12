package linear

import (
	"maps"
	"math/rand/v2"
)

// plan decides everything in a schedule. A seed is a plan. Leaving things out
// makes a violation easier to read.
type plan struct {
	seed    uint64
	without map[turn]bool // operations to leave out
	calm    map[int]bool  // faults, by number, that do not happen
	salt    uint64        // another order of the same operations
}

// turn is one operation of one client, counted backwards; client 0 is the other
// program.
type turn struct{ client, left int }

// rand is a separate source of decisions for each subject. So leaving out one
// operation does not change all others.
func (p plan) rand(client, left int) *rand.Rand {
	return rand.New(rand.NewPCG(p.seed, uint64(client)<<32|uint64(left)))
}

// shuffled is the source of the order of events.
func (p plan) shuffled() *rand.Rand { return rand.New(rand.NewPCG(p.seed, 1<<63|p.salt)) }

func (p plan) leave(t turn) plan {
	p.without = maps.Clone(p.without)
	if p.without == nil {
		p.without = map[turn]bool{}
	}
	p.without[t] = true
	return p
}

func (p plan) soothe(fault int) plan {
	p.calm = maps.Clone(p.calm)
	if p.calm == nil {
		p.calm = map[int]bool{}
	}
	p.calm[fault] = true
	return p
}
