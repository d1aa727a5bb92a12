package protocol

// cancelled is what follows from a cancelled transaction. All transactions of a
// writer have one token, so that only one is executed. A creation that has met
// something else than an object is planned again, over that.
func (p *protocol) cancelled(w *writer, op operation, shown root) {
	if w.base.kind == record {
		w.endRefused(p)
		return
	}
	p.plan(w, op, shown)
}

// replace makes the children those of r, in the transaction that puts it.
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
}
