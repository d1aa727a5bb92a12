package protocol

// A sweeperRule says which children the sweeper deletes.
type sweeperRule struct {
	deletes   deletes
	fences    bool // where a write may still need the child, it makes sure that this write is refused
	keepsByID bool // it keeps the children of the last write, not those that the object has
	rootFirst bool // it reads the root before it sees the child
	blindly   bool // its deletions have no condition
}

// deletes says of which base a child without an object is deleted. A clock is no
// part of it.
type deletes uint8

const (
	nothingAtAll deletes = iota
	anyBase              // every one, however old
	olderBase            // of a lower version than the root
	otherNumber          // of another version than the root, whatever its id
	otherBase            // of another version or id than the root
)

// A sweeper is how far the sweeper is.
type sweeper struct {
	at    sweeperStage
	child child
	base  version // of the child
	saw   root    // only if it is read first
}

type sweeperStage uint8

const (
	idle sweeperStage = iota
	sawRoot
	sawChild
	doomed
)

func (p *protocol) sweepOn(s state, yield func(step, state)) {
	w := &s.sweeper
	switch {
	case p.sweeper.deletes == nothingAtAll:
	case w.at == idle && p.sweeper.rootFirst:
		w.at, w.saw = sawRoot, s.root
		yield(step{theSweeper, request{verb: readRoot}, s.root.String()}, s)
	case w.at == idle:
		p.seeChildren(s, yield)
		p.clear(s, yield)
	case w.at == sawRoot:
		p.seeChildren(s, yield)
	case w.at == sawChild:
		p.weigh(s, yield)
	case w.at == doomed:
		q := request{verb: dropChild, by: theSweeper, child: w.child}
		*w = sweeper{}
		p.send(s, q, yield, func(*state, bool) {}, func(*state) {})
	}
}

func (p *protocol) seeChildren(s state, yield func(step, state)) {
	for c := range s.children {
		now := s
		now.sweeper.child, now.sweeper.base = c, s.bases[c.key]
		now.sweeper.at = sawChild
		if p.sweeper.rootFirst {
			now.sweeper.conclude(p.fate(c, s.bases[c.key], s.sweeper.saw))
		}
		yield(step{theSweeper, request{verb: readChild, child: c}, "base " + s.bases[c.key].String()}, now)
	}
}

// conclude forgets a child, or what it needs no more to delete it.
func (w *sweeper) conclude(f fate) {
	if f == dropped {
		*w = sweeper{at: doomed, child: w.child}
		return
	}
	*w = sweeper{}
}

// fate is what becomes of a child.
type fate uint8

const (
	kept fate = iota
	dropped
	fenced // and then deleted
)

// fate decides about a child beside root r.
func (p *protocol) fate(c child, base version, r root) fate {
	ours := p.sweeper.deletes == otherBase || p.sweeper.deletes == otherNumber
	keeps := r.refers(c)
	if p.sweeper.keepsByID {
		keeps = r.kind == record && c.key == r.id
	}
	switch {
	case keeps:
		return kept
	case p.sweeper.deletes == anyBase,
		ours && r.kind == absent,
		p.sweeper.deletes == olderBase && r.kind != absent && base.n < r.n,
		p.sweeper.deletes == otherNumber && base.n != r.n,
		p.sweeper.deletes == otherBase && base != r.version:
		return dropped
	case p.sweeper.fences && r.kind != absent:
		return fenced
	}
	return kept
}

// weigh reads the root, and decides about the child that was seen.
func (p *protocol) weigh(s state, yield func(step, state)) {
	w := &s.sweeper
	f := p.fate(w.child, w.base, s.root)
	if f != fenced {
		w.conclude(f)
		yield(step{theSweeper, request{verb: readRoot}, s.root.String()}, s)
		return
	}
	q := p.fence(s.root, s.fences)
	s.fences++
	p.send(s, q, yield, func(s *state, ok bool) {
		if ok {
			s.sweeper.conclude(dropped)
			return
		}
		s.sweeper = sweeper{}
	}, func(s *state) { s.sweeper = sweeper{} })
}

// fence changes a root, so that whatever is conditioned on it is refused.
func (p *protocol) fence(r root, fences uint8) request {
	q := request{verb: fence, by: theSweeper, over: r.version, root: r}
	switch {
	case r.kind == placeholder && p.rules.keepsTombstones:
		q.root = root{kind: tombstone, version: version{0, firstBump + id(fences)}}
	case r.kind == placeholder:
		return request{verb: remove, by: theSweeper, over: r.version}
	case p.sweeper.deletes == olderBase:
		q.root.n++
	default:
		q.root.id = firstBump + id(fences)
	}
	return q
}

// clear deletes a root that is no object. The condition on its very version makes
// it no matter when the sweeper has read it.
func (p *protocol) clear(s state, yield func(step, state)) {
	if p.clears(s.root) {
		q := request{verb: remove, by: theSweeper, over: s.root.version}
		p.send(s, q, yield, func(*state, bool) {}, func(*state) {})
	}
}

func (p *protocol) clears(r root) bool {
	return !p.rules.keepsTombstones && p.sweeper.deletes >= otherNumber && (r.kind == tombstone || p.sweeper.fences && r.kind == placeholder)
}

// leavesDebris reports whether one sweep, beside nobody, leaves a child that no
// object has. Without fences it may leave those of writes that are not yet
// refused. The root goes first, because that refuses writes as a fence does.
func (p *protocol) leavesDebris(s state) bool {
	if p.sweeper.deletes < otherNumber || p.sweeper.rootFirst {
		return false
	}
	if p.clears(s.root) {
		s.root = root{}
	}
	before := s
	for c := range before.children {
		switch p.fate(c, s.bases[c.key], s.root) {
		case fenced:
			p.execute(&s, p.fence(s.root, s.fences))
			s.fences++
			s.remove(c)
		case dropped:
			s.remove(c)
		}
	}
	for c := range s.children {
		if !s.root.refers(c) && (p.sweeper.fences || s.bases[c.key] != s.root.version) {
			return true
		}
	}
	return p.clears(s.root)
}
