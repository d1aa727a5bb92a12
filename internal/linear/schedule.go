package linear

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/cryptotest"
	"testing/synctest"
	"time"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/linear/aggregate"
	"github.com/dystore/dystore/internal/linear/ids"
)

// schedule is one run: some clients, one object or two, and an order of events
// that its seed decides.
// Clients are goroutines in a bubble of virtual time. Whenever all of them wait
// (for an answer, for the end of a pause, for leave to begin), the schedule
// picks what happens next. So one thing happens at a time, and the same seed
// makes the same history.
type schedule struct {
	options    Options
	plan       plan
	world      *world
	db         *embedded.DB
	engine     fault.HTTPClient
	rng        *rand.Rand
	clients    []*client
	objects    int // 1 or 2
	ids        *ids.IDs
	prompt     bool                 // no read is behind
	bystanders []*aggregate.Content // objects beside object a that nobody changes
	foreign    int                  // writes that another program has left
	tickets    []ticket
	fates      []fate
	rate       float64 // share of packets that meet one of the fates
	forgetful  int     // how seldom clients repeat what they may repeat
	hurry      int     // how soon late packets arrive; 0: when all is over

	mu      sync.Mutex
	arrived []*packet // guarded by mu, as clients add to them

	packets  []*packet // those still under way
	requests int       // so far
	ops      int
	faults   int // that were drawn
	hits     int // of them, those that happened
	expired  int // how often the engine has forgotten all tokens
	step     int64
	clock    atomic.Int64 // the time of the last event, for clients
	records  []*record
	moments  map[int]moments // by operation
	tokens   map[string]bool // tokens of applied writes
	passed   atomic.Int64    // by the clock of the engine: nanoseconds since the beginning
	events   []event
	began    map[turn]bool
	left     kit.Debris // when all was over
	untidy   []string   // what the last sweep should not have done
}

// record is one operation and its outcome.
type record struct {
	op       *op
	result   *result
	from, to int64
}

// quantum is how much time passes at once. It is longer than any pause between
// attempts. So a client that pauses has then sent its next request or given up.
// The lengths of pauses are random and do not come from the seed; nothing else
// depends on them.
const quantum = 10 * time.Second

// run runs one schedule to its end.
func run(t *testing.T, w *world, p plan, o Options) (s *schedule) {
	cryptotest.SetGlobalRandom(t, p.seed)
	synctest.Test(t, func(t *testing.T) {
		s = newSchedule(w, p, o)
		for s.next() {
		}
		s.finish()
	})
	return s
}

// calmly is the context of requests that meet no fault.
func (s *schedule) calmly() context.Context {
	return context.WithValue(context.Background(), whoseKey{}, whose{s: s})
}

// choice is something that may happen next.
type choice struct {
	weight int
	what   func()
}

// next lets one thing happen. It returns false if nothing is left.
func (s *schedule) next() bool {
	synctest.Wait()
	s.step++
	s.clock.Store(s.step * 2)
	s.collect()
	var choices []choice
	may := func(weight int, what func()) { choices = append(choices, choice{weight, what}) }
	more, busy, sleeping := false, false, false
	for _, c := range s.clients {
		switch {
		case !c.idle():
			busy, sleeping = true, sleeping || c.asleep()
			if !c.dead.Load() && s.rate > 0.1 {
				may(1, func() { s.interrupt(c) })
			}
		case c.left > 0:
			more = true
			may(4, c.start)
		}
	}
	if !more && !busy {
		return false
	}
	for _, p := range s.packets {
		switch p.state {
		case waiting:
			may(12, func() { s.serve(p) })
		case reading:
			may(12, func() { s.log(p.from, "%s: the next key is read", p); p.gate <- struct{}{} })
		case ready:
			may(8, func() { s.log(p.from, "%s: answered", p); p.answer(p.got) })
		case loose:
			may(s.hurry, func() { s.late(p) })
		}
	}
	if !busy && len(s.packets) == 0 && len(s.tokens) > 0 {
		may(2, s.expire)
	}
	if sleeping {
		may(6, s.wait)
	} else if busy {
		may(1, s.wait)
	}
	if s.foreign > 0 {
		may(3, func() { s.foreignWrite(pick(s.rng, foreignVerbs)) })
	}
	weighted(s.rng, choices, func(c choice) int { return c.weight }).what()
	return true
}

// weighted picks one of several things, some of which are likelier.
func weighted[E any](rng *rand.Rand, from []E, weight func(E) int) (picked E) {
	total := 0
	for _, e := range from {
		total += weight(e)
	}
	at := rng.IntN(total)
	for _, e := range from {
		if at -= weight(e); at < 0 {
			return e
		}
	}
	return picked
}

// collect takes in what clients have done since they continued.
func (s *schedule) collect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	arrived := s.arrived
	s.arrived = nil
	var rest []*packet
	for _, p := range s.packets {
		if p.state != over {
			rest = append(rest, p)
		}
	}
	s.packets = rest
	for _, c := range s.clients {
		c.packets = slices.DeleteFunc(c.packets, func(p *packet) bool { return p.state == over })
		var own []*packet // in the order of clients, not of arrival
		for _, p := range arrived {
			if p.from == c {
				p.op = c.op
				p.about = s.about(p)
				own = append(own, p)
			}
		}
		slices.SortFunc(own, (*packet).compare)
		for _, p := range own {
			s.requests++
			p.number = s.requests
		}
		c.packets, s.packets = append(c.packets, own...), append(s.packets, own...)
		if c.ended {
			c.ended = false
			c.end(c.result, c.next)
		}
	}
}

// wait lets time pass.
func (s *schedule) wait() {
	s.log(nil, "time passes")
	time.Sleep(quantum)
}

// expire lets so much time pass that the engine forgets all tokens. No packet is under
// way then: one that is later than its token is out of scope.
func (s *schedule) expire() {
	s.log(nil, "tokens expire")
	s.passed.Add(int64(time.Hour))
	s.expired++
	clear(s.tokens)
}

func pick[E any](rng *rand.Rand, from []E) E { return from[rng.IntN(len(from))] }
