package protocol

// pin puts a placeholder where there is no object, for the flip to be conditioned
// on. Every attempt has another nonce, so that a late one makes another root.
func (p *protocol) pin(s state, i int, yield func(step, state)) {
	w, op := &s.writers[i], p.writers[i]
	if w.pins == nonces {
		w.endRefused(p)
		yield(step{actor(i), request{}, "busy"}, s)
		return
	}
	first := firstPin + id(i*nonces)
	nonce := first + id(w.pins)
	if p.rules.repeatsNonce {
		nonce = first
	}
	w.pins++
	q := request{verb: pin, by: actor(i), over: w.base.version, root: root{kind: placeholder, version: version{0, nonce}}}
	p.send(s, q, yield, func(s *state, ok bool) {
		w := &s.writers[i]
		p.plan(w, op, s.root)
		if ok || s.root.kind == placeholder && s.root.id >= first && s.root.id < first+nonces {
			w.at = placing
		}
	}, func(*state) {})
}

// eachPart sends the request about the next part.
func (p *protocol) eachPart(s state, i int, yield func(step, state)) {
	w, op := s.writers[i], p.writers[i]
	part := w.nextPart(op)
	q := request{verb: dropChild, by: actor(i), child: child{part, p.own(w, i, part)}}
	switch w.at {
	case placing:
		q.verb, q.over = putChild, w.base.version
	case superseding:
		q.child.ref = w.base.refs[part]
	}
	p.send(s, q, yield, func(s *state, _ bool) {
		w := &s.writers[i]
		w.part = part + 1
		if w.part = w.nextPart(op); w.part == parts {
			w.part = 0
			p.afterParts(w, op)
		}
	}, func(*state) {})
}

// afterParts is what follows when a writer is done with its parts.
func (p *protocol) afterParts(w *writer, op operation) {
	switch {
	case w.at == placing:
		w.at = committing
	case w.at == abandoning && op.tries && !w.open && w.run+1 < runs:
		*w = writer{run: w.run + 1, pins: w.pins}
	case w.at == abandoning:
		w.endRefused(p)
	case op.intent == erase && !p.rules.deletesAtOnce && !p.rules.keepsTombstones:
		w.at = purging
	default:
		w.end(success)
	}
}

// refused is what follows from a refused flip. Only without an open one is it sure
// that nobody needs the children.
func (p *protocol) refused(w *writer, op operation) {
	if op.way == staged && op.intent != erase && (!w.open || p.rules.dropsInDoubt) {
		w.at, w.part = abandoning, 0
		return
	}
	w.endRefused(p)
}

// purge deletes the tombstone.
func (p *protocol) purge(s state, i int, yield func(step, state)) {
	q := request{verb: remove, by: actor(i), over: p.root(s.writers[i], i).version}
	p.send(s, q, yield, func(s *state, _ bool) { s.writers[i].end(success) }, func(*state) {})
}
