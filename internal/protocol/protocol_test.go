package protocol

import "slices"

// A state is what is stored, how far everybody is, and what is under way.
//
// A crash needs no step of its own: in every state, all that follows includes that
// a writer never takes another step.
type state struct {
	store
	writers [writers]writer
	reader  reader
	sweeper sweeper
	packets [packets]request // those without a request come last
	faults  uint8            // that are still possible
	fences  uint8            // ids that fences have used
	lost    bool             // a write has replaced a root that it had not read
}

// A protocol is a variant of the protocols, and who follows it.
type protocol struct {
	from    start // the object at the start
	writers []operation
	reader  readerRule
	sweeper sweeperRule
	rules   rules
	faults  uint8  // requests without an answer, and copies
	copies  copies // of which requests

	succeeds [writers]bool // in some state that was judged, the writer reports success
	reads    bool          // in one the reader has read the whole object
}

type start uint8

const (
	startStaged  start = iota // it is there, as staged writes leave it
	startAbsent               // it is not there
	startAtHome               // it is there, as transactions leave it
	startDivided              // part 0 is at home, and part 1 is not
)

// rules are where a variant differs. The zero value is the protocol of this
// project.
type rules struct {
	// Rules that are left out.
	createsWithoutPin bool // a create is conditioned on there being no root
	repeatsNonce      bool // all pins of a writer have one nonce
	comparesNumber    bool // conditions compare versions without their ids
	idsByWrite        bool // the id of a root is that which the program has given to its write
	keysByWrite       bool // the keys of children are made of that id
	deletesAtOnce     bool // a delete has no tombstone
	overwrites        bool // a put of a child has no condition
	dropsBlindly      bool // a deletion of a child by a writer has none
	givesUp           bool // a flip without an answer counts as refused
	dropsInDoubt      bool // a writer with an open flip that is refused deletes its children
	updatesTombstones bool // a blind update does not look whether the root is a tombstone
	refusesInDoubt    bool // a writer with an open flip that is refused reports so

	// Other ways.
	pinsOnlyAbsent  bool // a create takes another's placeholder or tombstone for its base
	keepsTombstones bool // a root is never deleted
}

// copies says which requests may be executed a second time, although they were
// answered.
type copies uint8

const (
	noCopies copies = iota
	copiesButPins
	copiesOfAll
)

type verdict uint8

const (
	fine         verdict = iota
	torn                 // a reader has read children of two writes
	missing              // a reader has given up on a child that is not there
	corrupt              // a reader takes the object for damaged
	dangling             // the object has a child that is not there
	lostUpdate           // a write has replaced a root that it had not read
	appliedTwice         // a write has been applied twice
	falseSuccess         // a writer reports success, and its write has not been applied
	falseRefusal         // a writer reports a refusal, and its write is applied
	debris               // a sweep leaves what no writer can still use
)

func (v verdict) String() string {
	return [...]string{
		"ok", "TORN", "MISSING", "CORRUPT", "DANGLING", "LOST UPDATE",
		"APPLIED TWICE", "FALSE SUCCESS", "FALSE REFUSAL", "DEBRIS",
	}[v]
}

// An actor is a writer, by its number, or one of those below.
type actor uint8

const (
	theReader actor = writers + iota
	theSweeper
	theNetwork
)

// A step is a request of an actor, and what became of it.
type step struct {
	who     actor
	request request
	result  string
}

func (p *protocol) start() state {
	s := state{faults: p.faults}
	for i, op := range p.writers {
		if op.way == blind {
			s.writers[i].at = committing
		}
	}
	if p.from == startAbsent {
		return s
	}
	s.root = root{kind: record, version: version{1, original}}
	for part := range parts {
		at := original
		if p.from == startAtHome || p.from == startDivided && part == 0 {
			at = home
		}
		s.root.refs[part] = ref{at, original}
		s.put(child{uint8(part), s.root.refs[part]}, version{})
	}
	return s
}

func (p *protocol) next(s state, yield func(step, state)) {
	for i := range p.writers {
		p.write(s, i, yield)
	}
	p.readOn(s, yield)
	p.sweepOn(s, yield)
	p.arrive(s, yield)
}

func (p *protocol) judge(s state) verdict {
	p.reads = p.reads || s.reader.whole
	for i, w := range s.writers {
		p.succeeds[i] = p.succeeds[i] || w.outcome == success
	}
	switch {
	case s.reader.result != fine:
		return s.reader.result
	case s.lost:
		return lostUpdate
	case s.dangles() && !p.has(func(op operation) bool { return op.way == overwriting }):
		return dangling // refs that nobody keeps true are no violation before a reader is misled
	}
	if v := p.judgeReports(s); v != fine {
		return v
	}
	if s.packets[0] == (request{}) && p.leavesDebris(s) {
		return debris
	}
	return fine
}

// judgeReports compares what writers report with what has happened.
func (p *protocol) judgeReports(s state) verdict {
	for i := range p.writers {
		w := s.writers[i]
		applied := p.applied(s, i)
		switch {
		case w.applied > 1 || applied > 1 && !p.has(func(op operation) bool { return op.intent == erase }):
			return appliedTwice
		case w.outcome == success && applied == 0:
			return falseSuccess
		case w.outcome == refused && applied > 0:
			return falseRefusal
		}
	}
	return fine
}

// applied counts how often the write of writer i was applied, by all programs that
// make it.
func (p *protocol) applied(s state, i int) (n uint8) {
	if p.writers[i].repeats == original {
		n = 1
	}
	for j := range p.writers {
		if p.writeID(j) == p.writeID(i) {
			n += s.writers[j].applied
		}
	}
	return n
}

func (p *protocol) has(is func(operation) bool) bool { return slices.ContainsFunc(p.writers, is) }
