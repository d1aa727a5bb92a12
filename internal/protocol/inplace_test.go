package protocol

// cancelled is what follows from a cancelled transaction. All transactions of a
// writer have one token, so that only one is executed. One that was planned without
// having read an object is planned again, over what the refusal shows.
func (p *protocol) cancelled(w *writer, op operation, shown root) {
	switch {
	case w.base.kind == record, op.way == blind && shown.kind != record:
		w.endRefused(p)
	default:
		p.plan(w, op, shown)
	}
}

// change puts c, in a transaction that does not compare the version of the root.
func (s *store) change(c child) {
	s.put(c, s.bases[c.key])
	s.root.kind, s.root.version, s.root.refs[c.part] = record, version{s.root.n + 1, c.stamp}, c.ref
}

// replace puts r and the children that it changes, and deletes those that it does
// not have, in one transaction.
func (s *store) replace(r root) {
	for part := range parts {
		old := child{uint8(part), s.root.refs[part]}
		now := child{uint8(part), r.refs[part]}
		if s.root.kind == record && (r.kind != record || old.key != now.key) {
			s.remove(old)
		}
		if r.kind == record && now.stamp == r.id {
			s.put(now, s.bases[now.key])
		}
	}
	s.root = r
}
