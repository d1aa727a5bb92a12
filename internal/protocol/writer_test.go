package protocol

import "cmp"

// An operation is what a writer wants, and by which protocol.
type operation struct {
	intent intent
	parts  uint8 // a bit for each part that it changes of an existing object
	way    way
	tries  bool // once refused, it begins again under another id
	// repeats is the write that a program repeats, because it does not know what
	// became of it. Without one it is a new write.
	repeats id
}

type intent uint8

const (
	put    intent = iota // the object is there afterwards
	create               // the same, and it was not there before
	erase                // it is absent afterwards
)

type way uint8

const (
	staged      way = iota // write-once children, then a flip
	inPlace                // one transaction, which changes children where they are
	homing                 // one transaction, which moves children home
	blind                  // one transaction, planned without having read: there is an object, with part 0 at home
	overwriting            // puts over children at home, then a flip: no protocol at all
)

// An outcome is what a writer reports.
type outcome uint8

const (
	none     outcome = iota
	success          // the write is committed
	refused          // it is not and will never be
	unknown          // either
	needless         // there was nothing to delete
	outcomes
)

type stage uint8

const (
	reading stage = iota
	pinning
	placing     // puts its children
	committing  // puts the root, or sends the transaction
	superseding // deletes children that it has superseded
	purging     // deletes the tombstone
	abandoning  // deletes its own children
	ended
)

// A writer is how far an operation is.
type writer struct {
	at      stage
	run     uint8
	pins    uint8 // that it has sent
	part    uint8 // the next one
	open    bool  // a request that commits has stayed without an answer
	outcome outcome
	applied uint8 // how many of its requests have committed
	base    root  // what the next request that puts a root is conditioned on
}

// runID is the id of this run of writer i, and of nothing else.
func (w writer) runID(i int) id { return firstRun + id(i*runs) + id(w.run) }

// end forgets everything but what the writer reports.
func (w *writer) end(o outcome) { *w = writer{at: ended, outcome: o, applied: w.applied} }

// nextPart returns the first part from w.part on that the writer concerns, or
// parts.
func (w writer) nextPart(op operation) uint8 {
	for part := w.part; part < parts; part++ {
		if op.intent == erase || w.base.kind != record || op.parts&(1<<part) != 0 {
			return part
		}
	}
	return parts
}

// plan decides what follows from the root that a writer has seen.
func (p *protocol) plan(w *writer, op operation, seen root) {
	w.base, w.part = seen, 0
	there := seen.kind == record
	switch {
	case there && op.intent == create:
		w.endRefused(p)
	case !there && op.intent == erase:
		w.end(needless)
	case op.way != staged && op.way != overwriting, op.intent == erase:
		w.at = committing
	case there, p.rules.createsWithoutPin, p.rules.pinsOnlyAbsent && seen.kind != absent:
		w.at = placing
	default:
		w.at = pinning
	}
}

// endRefused ends a writer that was refused. As long as a request of it is open it
// cannot tell a refusal from a success that others have replaced.
func (w *writer) endRefused(p *protocol) {
	if w.open && !p.rules.refusesInDoubt {
		w.end(unknown)
		return
	}
	w.end(refused)
}

// write takes the next step of writer i.
func (p *protocol) write(s state, i int, yield func(step, state)) {
	switch w := &s.writers[i]; w.at {
	case reading:
		p.begin(s, i, yield)
	case pinning:
		p.pin(s, i, yield)
	case placing, superseding, abandoning:
		p.eachPart(s, i, yield)
	case committing:
		p.commit(s, i, yield)
	case purging:
		p.purge(s, i, yield)
	}
}

// begin reads the root. A program that repeats a write has crashed in the first
// attempt. It does not know which requests of that are open, or done.
func (p *protocol) begin(s state, i int, yield func(step, state)) {
	w, op, saw := &s.writers[i], p.writers[i], s.root
	w.open = op.repeats != nobody
	if op.repeats >= firstRun {
		first := &s.writers[(op.repeats-firstRun)/runs]
		if first.at == reading {
			return
		}
		first.end(none)
	}
	switch {
	case w.open && p.sameWrite(i, saw.id):
		w.end(success)
	case w.open && op.intent == put && saw.version != version{1, original}:
		w.endRefused(p) // it repeats an update of that version
	default:
		p.plan(w, op, saw)
	}
	yield(step{actor(i), request{verb: readRoot}, saw.String()}, s)
}

// writeID is the id that a program gives to its write, and again to a repetition.
func (p *protocol) writeID(i int) id { return cmp.Or(p.writers[i].repeats, writer{}.runID(i)) }

// sameWrite reports whether a root with that id shows that the write of writer i is
// committed, by it or by a program that has made the same write.
func (p *protocol) sameWrite(i int, of id) bool {
	if of >= firstRun && of < firstPin {
		of = p.writeID(int(of-firstRun) / runs)
	}
	return of == p.writeID(i)
}

// root is the root that a writer puts.
func (p *protocol) root(w writer, i int) root {
	op := p.writers[i]
	r := root{kind: record, version: version{1, w.runID(i)}, refs: w.base.refs}
	if p.rules.idsByWrite {
		r.id = p.writeID(i)
	}
	if w.base.kind == record {
		r.n = w.base.n + 1
	}
	if op.intent == erase {
		if (op.way != staged || p.rules.deletesAtOnce) && !p.rules.keepsTombstones {
			return root{}
		}
		r.kind = tombstone
		return r
	}
	w.part = 0
	for part := w.nextPart(op); part < parts; part = w.nextPart(op) {
		r.refs[part] = p.own(w, i, part)
		w.part = part + 1
	}
	return r
}

// own is where a writer puts a part.
func (p *protocol) own(w writer, i int, part uint8) ref {
	op, stamp := p.writers[i], w.runID(i)
	if p.rules.keysByWrite {
		stamp = p.writeID(i)
	}
	switch {
	case op.way == staged:
		return ref{stamp, stamp}
	case op.way != homing && w.base.kind == record:
		return ref{w.base.refs[part].key, stamp}
	}
	return ref{home, stamp}
}

// commit sends the request that decides.
func (p *protocol) commit(s state, i int, yield func(step, state)) {
	w, op := s.writers[i], p.writers[i]
	q := request{verb: flip, by: actor(i), over: w.base.version, root: p.root(w, i)}
	switch {
	case op.way == blind && w.base.kind == absent:
		q = request{verb: update, by: actor(i), child: child{0, ref{home, w.runID(i)}}}
	case op.way != staged && op.way != overwriting:
		q.verb = transact
	}
	p.send(s, q, yield, func(s *state, ok bool) {
		w := &s.writers[i]
		switch {
		case ok || p.sameWrite(i, s.root.id):
			p.committed(w, op)
		case q.verb != flip:
			p.cancelled(w, op, s.root)
		default:
			p.refused(w, op)
		}
	}, func(s *state) {
		w := &s.writers[i]
		if w.open = true; p.rules.givesUp {
			w.at = abandoning
		}
	})
}

// committed is what follows from a commit. A transaction has superseded nothing,
// and neither has a create.
func (p *protocol) committed(w *writer, op operation) {
	if op.way != staged || w.base.kind != record {
		w.end(success)
		return
	}
	w.at, w.outcome = superseding, success
}
