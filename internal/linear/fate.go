package linear

import (
	"encoding/json"
	"net/http"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/stress"
)

// fate is what may become of a packet that has arrived, instead of being
// executed and answered.
type fate struct {
	name   string
	writes bool // only writes meet it
	late   bool
	do     func(*schedule, *packet)
}

var fates = []fate{
	{"lost", false, false, func(s *schedule, p *packet) { p.answer(answer{err: errLost}) }},
	{"executed, its answer lost", true, false, func(s *schedule, p *packet) {
		s.execute(p)
		p.answer(answer{err: errLost})
	}},
	{"late: its sender gives up", true, true, func(s *schedule, p *packet) {
		p.reply <- answer{err: errLost}
		s.loosen(p)
	}},
	{"executed, and under way a second time", true, true, func(s *schedule, p *packet) {
		// Only of what was done: against the second copy of a request that was
		// refused, and whose condition has come to hold since, nothing helps.
		a := s.execute(p)
		if p.answer(a); a.res.StatusCode == http.StatusOK {
			s.loosen(p)
		}
	}},
	{"executed, answered with an internal error", true, false, func(s *schedule, p *packet) { p.answer(s.execute(p, fault.ServerErrorAfter())) }},
	{"an internal error", false, false, func(s *schedule, p *packet) { p.answer(s.execute(p, fault.ServerError())) }},
	{"throttled", false, false, func(s *schedule, p *packet) { p.answer(s.execute(p, fault.Throttle())) }},
	{"in conflict", true, false, func(s *schedule, p *packet) { p.answer(s.execute(p, fault.Conflict())) }},
	{"still in progress", true, false, func(s *schedule, p *packet) { p.answer(s.execute(p, fault.InProgress())) }},
	{"refused a connection", false, false, func(s *schedule, p *packet) { p.answer(answer{err: errRefused}) }},
	{"a part of its keys unprocessed", false, false, func(s *schedule, p *packet) { p.answer(s.execute(p, fault.Unprocessed(1))) }}, // of a BatchGetItem
	{"executed, the answer under way", false, false, func(s *schedule, p *packet) { p.got, p.state = s.execute(p), ready }},
}

// loosen keeps a packet for later: it may arrive any time.
func (s *schedule) loosen(p *packet) {
	again := *p
	again.state, again.from, again.reply = loose, nil, nil
	s.packets = append(s.packets, &again)
	p.state = over
}

// serve decides about a packet that has arrived.
func (s *schedule) serve(p *packet) {
	if s.rng.Float64() < s.rate && len(s.fates) > 0 {
		f := pick(s.rng, s.fates)
		if writes(p.verb) || !f.writes {
			s.faults++
			if !s.plan.calm[s.faults] {
				s.struck++
				s.log(p.from, "%v: %s", p, f.name)
				f.do(s, p)
				return
			}
		}
	}
	if p.verb == "BatchGetItem" && s.rng.IntN(2) == 0 {
		s.split(p)
		return
	}
	s.log(p.from, "%v: executed and answered", p)
	p.answer(s.execute(p))
}

func writes(verb string) bool {
	switch verb {
	case "PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems":
		return true
	}
	return false
}

// split reads a batch as the service may: key by key, with anything in
// between.
func (s *schedule) split(p *packet) {
	s.log(p.from, "%v: read key by key", p)
	p.state, p.gate = reading, make(chan struct{})
	order := s.rng.Perm
	go func() {
		a := s.execute(p, stress.SplitBatches(func(n int) []int { return order(n) }, func(int) { <-p.gate }))
		p.got, p.state = a, ready
	}()
}

// late executes a packet that nobody waits for, or drops it.
func (s *schedule) late(p *packet) {
	p.state = over
	if s.rng.IntN(5) == 0 {
		s.log(nil, "%v: lost after all", p)
		return
	}
	a := s.execute(p)
	s.log(nil, "%v: arrives: %s", p, said(a))
}

// said is an answer that nobody gets, for the report.
func said(a answer) string {
	if a.err != nil {
		return a.err.Error()
	}
	var body struct {
		Type string `json:"__type"`
	}
	if a.res.StatusCode == 200 {
		return "done"
	}
	_ = json.NewDecoder(a.res.Body).Decode(&body)
	return body.Type
}

// abandon is what becomes of a packet whose sender has gone.
func (s *schedule) abandon(p *packet) {
	switch p.state {
	case waiting:
		s.loosen(p)
	case reading, ready:
		p.from = nil
	}
}

// interrupt ends a client's operation from outside.
func (s *schedule) interrupt(c *client) {
	s.faults++
	if crash := s.rng.IntN(2) == 0; !s.plan.calm[s.faults] {
		s.struck++
		if c.dead = crash; crash {
			s.log(c, "crashes")
		} else {
			s.log(c, "its context is cancelled")
		}
		c.cancel()
	}
}
