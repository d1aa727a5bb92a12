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

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/linear/aggregate"
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
	names      *names
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

func newSchedule(w *world, p plan, o Options) *schedule {
	epoch := time.Now()
	rng := p.rand(0, 0)
	s := &schedule{options: o, plan: p, world: w, rng: p.shuffled(), began: map[turn]bool{}, moments: map[int]moments{}, tokens: map[string]bool{}, prompt: rng.IntN(3) == 0}
	behind := 3
	if s.prompt {
		behind = 0
	}
	s.db = embedded.New(embedded.WithSeed(p.seed), embedded.WithStaleReads(behind), embedded.WithShuffledBatches(), embedded.WithClock(func() time.Time { return epoch.Add(time.Duration(s.passed.Load())) }))
	s.engine = s.db.Transport()
	for _, table := range w.estate.rootTables() {
		s.table(table, "ID", indexed{overRanks, "Rank", types.ProjectionTypeAll}, indexed{overNs, "N", types.ProjectionTypeAll}, indexed{overKeys, "N", types.ProjectionTypeKeysOnly})
	}
	s.table(countTable, "ID")
	for name, key := range partTables {
		s.table(name, key)
	}
	s.objects, s.names = pick(rng, []int{1, pair, pair}), newNames()
	s.rate, s.hurry = pick(rng, []float64{0.05, 0.15, 0.3, 0.5}), pick(rng, []int{0, 1, 4})
	s.forgetful = pick(rng, []int{1, 3, 6})
	s.tickets = s.leaning(rng)
	for _, f := range fates {
		if rng.IntN(2) == 0 && o.Mutation.knows(f) && !(f.late && o.without(Late)) {
			s.fates = append(s.fates, f)
		}
	}
	if rng.IntN(3) == 0 && !o.without(Foreign) {
		s.foreign = 2 + rng.IntN(4)
	}
	s.hire(rng)
	for n := range s.objects {
		switch begins := rng.IntN(4); {
		case s.foreign > 0 && begins < 2:
			s.foreignWrite(foreignPut)
		case begins > 0:
			s.found(rng, n)
		}
	}
	if s.calls(walk) || s.calls(query) {
		for range rng.IntN(4) {
			s.found(rng, pair+len(s.bystanders))
		}
	}
	return s
}

// indexed is an index of a table.
type indexed struct {
	over scope
	sort string
	has  types.ProjectionType
}

func (s *schedule) table(name, key string, indexes ...indexed) {
	in := &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: &key, AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: &key, KeyType: types.KeyTypeHash}},
	}
	kind, defined := "Kind", map[string]bool{}
	define := func(name string, is types.ScalarAttributeType) {
		if !defined[name] {
			defined[name] = true
			in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: &name, AttributeType: is})
		}
	}
	for _, x := range indexes {
		define(kind, types.ScalarAttributeTypeS)
		define(x.sort, types.ScalarAttributeTypeN)
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{IndexName: (*string)(&x.over), Projection: &types.Projection{ProjectionType: x.has},
			KeySchema: []types.KeySchemaElement{{AttributeName: &kind, KeyType: types.KeyTypeHash}, {AttributeName: &x.sort, KeyType: types.KeyTypeRange}}})
	}
	if _, err := s.db.CreateTable(context.Background(), in); err != nil {
		panic(err)
	}
}

// longest is the largest number of operations of a client.
const longest = 18

// hire starts the clients.
func (s *schedule) hire(rng *rand.Rand) {
	releases := s.world.declarations // any of them, or two
	if rng.IntN(2) == 0 {
		releases = []*declaration{pick(rng, releases), pick(rng, releases)}
	}
	length := 3 + rng.IntN(pick(rng, []int{6, 10, longest - 2}))
	for i := range 2 + rng.IntN(3) {
		c := &client{s: s, number: i + 1, releases: releases, left: length, leave: make(chan struct{})}
		c.restart(rng)
		s.clients = append(s.clients, c)
		go c.run()
	}
}

// found lets the schedule begin with an object.
func (s *schedule) found(rng *rand.Rand, object int) {
	c := &client{s: s, releases: s.world.declarations, rng: rng}
	c.restart(rng)
	s.ops++
	o := c.about(s.ops, create, object)
	o.named, o.value = true, c.fresh(o.id, object)
	if object >= pair { // it is in the repository of object a, under a key of its own
		if o.object = 0; o.untracked {
			return
		}
	}
	r, _ := c.release.program.do(s.calmly(), o, nil)
	if object >= pair {
		if r.kind != done {
			panic(r.err)
		}
		s.bystanders = append(s.bystanders, o.value)
		return
	}
	s.records = append(s.records, &record{op: o, result: r})
	s.log(nil, "%v → %v", o, r)
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
			if !c.dead && s.rate > 0.1 {
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
