package linear

import (
	"maps"
	"math/rand/v2"
)

// plan says what a schedule is: all that happens follows from it. A seed is a
// plan; what is left out of it makes a violation easier to read.
type plan struct {
	seed    uint64
	without map[turn]bool // operations that are left out
	calm    map[int]bool  // faults, by number, that do not happen
	salt    uint64        // another order of the same operations
}

// turn is one operation of one client, counted backwards; client 0 is the
// other program.
type turn struct{ client, left int }

// rand is a source of decisions of its own for each subject, so that leaving
// out one operation does not make all others different.
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
