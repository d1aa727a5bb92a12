package protocol

import "slices"

// send yields what may become of a request: it is executed and answered, or its
// sender gets no answer and it stays under way.
func (p *protocol) send(s state, q request, yield func(step, state),
	answered func(*state, bool), unanswered func(*state),
) {
	now := s
	ok := p.execute(&now, q)
	answered(&now, ok)
	yield(step{q.by, q, result(ok, "ok", "refused")}, now)
	if s.faults == 0 {
		return
	}
	if ok && (p.copies == copiesOfAll || p.copies == copiesButPins && q.verb != pin) {
		now.leave(q)
		yield(step{q.by, q, "ok, with a copy under way"}, now)
	}
	s.leave(q)
	unanswered(&s)
	yield(step{q.by, q, "no answer"}, s)
}

// leave leaves q under way.
func (s *state) leave(q request) {
	s.faults--
	s.packets[slices.Index(s.packets[:], request{})] = q
}

func result(ok bool, yes, no string) string {
	if ok {
		return yes
	}
	return no
}

// arrive yields what may become of the packets under way. Each is executed at any
// time, or lost.
func (p *protocol) arrive(s state, yield func(step, state)) {
	for i, q := range s.packets {
		if q == (request{}) {
			break
		}
		now := s
		copy(now.packets[i:], s.packets[i+1:])
		now.packets[packets-1] = request{}
		yield(step{theNetwork, q, "lost"}, now)
		ok := p.execute(&now, q)
		yield(step{theNetwork, q, result(ok, "late, ok", "late, refused")}, now)
	}
}
