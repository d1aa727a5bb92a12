package linear

import (
	"slices"
	"testing"
)

// patience is how many schedules are run to make one violation smaller.
const patience = 2000

// orders is how many orders of events are tried before an operation is put
// back: without one operation, all that follows happens in another order.
const orders = 6

// shrink leaves out of a schedule everything that its violation does not need.
func (h *Harness) shrink(t *testing.T, s *schedule, problems []string) (*schedule, []string) {
	try := func(without ...turn) bool {
		p := s.plan
		for _, at := range without {
			p = p.leave(at)
		}
		return h.fails(t, p, &s, &problems)
	}
	h.tries = 0
	for again := true; again && h.tries < patience; {
		again = false
		for client := range len(s.clients) + 1 { // the other program is client 0
			turns := s.turns(client)
			for n := len(turns); n > 0; n /= 2 {
				for chunk := range slices.Chunk(turns, n) {
					if slices.ContainsFunc(chunk, func(at turn) bool { return s.began[at] }) && try(chunk...) {
						again = true
					}
				}
			}
		}
		for n := 1; n <= s.faults; n++ {
			if !s.plan.calm[n] && h.fails(t, s.plan.soothe(n), &s, &problems) {
				again = true
			}
		}
	}
	return s, problems
}

// turns are the operations of a client that have begun.
func (s *schedule) turns(client int) (out []turn) {
	for left := range longest + 1 {
		if at := (turn{client, left}); s.began[at] {
			out = append(out, at)
		}
	}
	return out
}

// fails reports whether a plan has a violation. If it has, it replaces the one
// found before.
func (h *Harness) fails(t *testing.T, p plan, s **schedule, problems *[]string) bool {
	for range orders {
		if h.tries++; h.tries > patience {
			return false
		}
		next := h.run(t, p)
		if found := next.problems(); found != nil {
			*s, *problems = next, found
			return true
		}
		p.salt++
	}
	return false
}
