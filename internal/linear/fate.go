package linear

import (
	"encoding/json"
	"net/http"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/stress"
)

// fate is what may happen to a packet that has arrived, instead of being
// executed and answered.
type fate struct {
	name   string
	writes bool // only writes meet it
	late   bool // the packet, or a copy, is executed some time later
	do     func(*schedule, *packet)
}

var fates = []fate{
	{name: "lost", do: answered(errLost)},
	{name: "refused a connection", do: answered(errRefused)},
	{name: "throttled", do: meets(fault.Throttle())},
	{name: "an internal error", do: meets(fault.ServerError())},
	{name: "a part of its keys unprocessed", do: meets(fault.Unprocessed(1))}, // of a BatchGetItem
	{name: "executed, the answer under way", do: func(s *schedule, p *packet) { p.got, p.state = s.execute(p), ready }},
	{name: "in conflict", writes: true, do: meets(fault.Conflict())},
	{name: "still in progress", writes: true, do: meets(fault.InProgress())},
	{name: "executed, answered with an internal error", writes: true, do: meets(fault.ServerErrorAfter())},
	{name: "executed, its answer lost", writes: true, do: func(s *schedule, p *packet) {
		s.execute(p)
		p.answer(answer{err: errLost})
	}},
	{name: "late: its sender gives up", writes: true, late: true, do: func(s *schedule, p *packet) {
		p.reply <- answer{err: errLost}
		s.loosen(p)
	}},
	{name: "executed, and under way a second time", writes: true, late: true, do: func(s *schedule, p *packet) {
		// Only for requests that were done. If the request was refused and its
		// condition holds later, nothing helps against a second copy. Nor does
		// anything against the copy of a request that Relaxed has sent without
		// a token, or that has made a placeholder where there are none.
		a := s.execute(p)
		if p.answer(a); a.res.StatusCode == http.StatusOK && (p.verb == "TransactWriteItems" || !p.from.op.relaxed && !kit.Pins(p.verb, p.body)) {
			s.loosen(p)
		}
	}},
}

// answered is the fate of a packet that does not reach the engine.
func answered(err error) func(*schedule, *packet) {
	return func(_ *schedule, p *packet) { p.answer(answer{err: err}) }
}

// meets is the fate of a packet that meets a fault of package fault.
func meets(f fault.Fault) func(*schedule, *packet) {
	return func(s *schedule, p *packet) { p.answer(s.execute(p, f)) }
}

// loosen keeps a packet for later: it may arrive at any time.
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
				s.hits++
				s.log(p.from, "%v: %s", p, f.name)
				f.do(s, p)
				return
			}
		}
	}
	switch m := s.options.Mutation; {
	case p.verb == "BatchGetItem" && s.rng.IntN(2) == 0:
		s.split(p, func(between func()) fault.Fault {
			return stress.SplitBatches(s.rng.Perm, func(int) { between() })
		})
		return
	case p.verb == "TransactGetItems" && m != nil && m.splits:
		s.split(p, splitReads)
		return
	}
	s.log(p.from, "%v: executed and answered", p)
	p.answer(s.execute(p))
}

func writes(verb string) bool {
	switch verb {
	case "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems":
		return true
	}
	return false
}

// split reads a batch key by key, as the service may. Anything may happen
// between two keys.
func (s *schedule) split(p *packet, by func(between func()) fault.Fault) {
	s.log(p.from, "%v: read key by key", p)
	p.state, p.gate = reading, make(chan struct{})
	go func() {
		p.got = s.execute(p, by(func() { <-p.gate }))
		p.state = ready
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

// said describes an answer that nobody gets, for the report.
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

// abandon handles a packet whose sender has gone.
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
		s.hits++
		if c.dead.Store(crash); crash {
			s.log(c, "crashes")
		} else {
			s.log(c, "its context is cancelled")
		}
		c.cancel()
	}
}
