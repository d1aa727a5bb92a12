package linear

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Options say how schedules are run.
type Options struct {
	Mutation *Mutation // what is broken on purpose
	Without  []Subject // what schedules leave out
}

// Subject is something that schedules can leave out.
type Subject string

// The subjects.
const (
	Foreign Subject = "foreign" // another program, which writes items without a record
	Records Subject = "records" // Put of a value whose record was made by hand
	Again   Subject = "again"   // writes of unknown outcome that are repeated with their write id
	Late    Subject = "late"    // packets that are executed after their sender has given up, or a second time
)

// Harness runs schedules, one after the other.
type Harness struct {
	worlds  map[worldOf]*world
	options Options
	tries   int // schedules to run to make a violation smaller
	Stats   Stats
}

// worldOf says which world is meant.
type worldOf struct {
	estate int
	sealed bool
	alone  bool // the engine has no transactions
}

// Stats counts what happened in all schedules.
type Stats struct {
	Schedules, Operations, Requests, Faults int
	Outcomes                                map[string]int // by verb and kind: "Create: nil"
}

// Violation is a schedule whose outcomes cannot be explained. Everything that
// the violation does not need has been left out of it.
type Violation struct {
	Seed     uint64
	Problems []string
	Story    string
}

func (v *Violation) Error() string {
	return fmt.Sprintf("seed %d: %s\n%s", v.Seed, strings.Join(v.Problems, "; "), v.Story)
}

// New makes a harness.
func New(o Options) *Harness {
	return &Harness{worlds: map[worldOf]*world{}, options: o, Stats: Stats{Outcomes: map[string]int{}}}
}

// Run runs the schedule of a seed. It returns its violation, or nil. No other
// test may run at the same time.
func (h *Harness) Run(t *testing.T, seed uint64) *Violation {
	s := h.run(t, plan{seed: seed})
	h.Stats.add(s)
	problems := s.problems()
	if problems == nil {
		return nil
	}
	if h.options.Mutation == nil { // nobody reads the violations of a mutation
		s, problems = h.shrink(t, s, problems)
	}
	return &Violation{Seed: seed, Problems: problems, Story: s.story()}
}

// Story runs the schedule of a seed and tells what happened.
func (h *Harness) Story(t *testing.T, seed uint64) string { return h.run(t, plan{seed: seed}).story() }

func (h *Harness) run(t *testing.T, p plan) *schedule {
	of := worldOf{estate: int(p.seed % uint64(len(estates))), sealed: p.seed%4 == 3, alone: p.seed%5 == 0} // encryption costs half of the time
	if h.worlds[of] == nil {
		h.worlds[of] = newWorld(t, &estates[of.estate], of.sealed, of.alone)
	}
	return run(t, h.worlds[of], p, h.options)
}

func (o Options) without(s Subject) bool { return slices.Contains(o.Without, s) }

func (s *Stats) add(run *schedule) {
	s.Schedules++
	s.Requests += run.requests
	s.Faults += run.hits
	s.Outcomes["tokens: expired"] += run.expired
	s.left(run.left)
	for _, r := range run.records {
		s.Operations++
		s.Outcomes[fmt.Sprintf("%s: %s", r.op.verb, r.result.kind)]++
		if r.op.staged {
			s.Outcomes[fmt.Sprintf("%s staged: %s", r.op.verb, r.result.kind)]++
		}
		if r.op.repeat != 0 {
			s.Outcomes[fmt.Sprintf("%s again: %s", r.op.verb, r.result.kind)]++
		}
		if r.op.over != "" {
			s.Outcomes[fmt.Sprintf("%s over %s: %s", r.op.verb, r.op.over, r.result.kind)]++
		}
		for i, sub := range r.op.ops {
			of := r.result
			switch {
			case of.each != nil:
				of = of.each[i]
			case of.at != i:
				continue
			}
			s.Outcomes[fmt.Sprintf("%s of %s: %s", r.op.verb, sub.verb, of.kind)]++
		}
	}
}

// left counts the debris of a schedule.
func (s *Stats) left(b kit.Debris) {
	for what, n := range map[string]int{"copies": b.Copies + b.InFlight, "items of transactions": b.Superseded, "placeholders": b.Placeholders, "tombstones": b.Tombstones} {
		s.Outcomes["debris: "+what] += n
	}
}
