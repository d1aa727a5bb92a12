package scenarios

import (
	"slices"
	"sync"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Engines are what the scenarios run on.
type Engines struct {
	// New returns an engine; one without transactions if that is wanted and there is one.
	New func(t *testing.T, alone bool) kit.Engine

	// Bubble runs a function where the clock is virtual. If it is nil, time is real, and
	// what would take minutes is left out.
	Bubble func(t *testing.T, f func(t *testing.T))

	// Few: only one kind of each write is tried.
	Few bool
}

// scenario is one of the forty.
type scenario struct {
	id, title string
	ways      []way
	run       func(w *world)
}

var all = [][]scenario{crashes, flips, answers, refusals, batches, readers, damages, sweeps, limits}

// pauses are the scenarios that wait most of their time, minutes if time is real. They are
// about the clocks and the pauses of programs, and not about engines.
var pauses = []string{"F23", "F38"}

// Run runs all scenarios, each in each way of writing that it is about, and prints how many
// schedules that were.
func Run(t *testing.T, on Engines) {
	var total counter
	t.Cleanup(func() { t.Logf("%d schedules in all", total.n) })
	for _, group := range all {
		for _, s := range group {
			if on.Bubble == nil && slices.Contains(pauses, s.id) {
				continue
			}
			t.Run(s.id+" "+s.title, func(t *testing.T) {
				var count counter
				t.Cleanup(func() { t.Logf("%d schedules", count.n); total.add(count.n) })
				t.Parallel()
				for _, by := range s.ways {
					t.Run(by.name, func(t *testing.T) {
						t.Parallel()
						on.run(t, s, by, &count)
					})
				}
			})
		}
	}
}

func (on Engines) run(t *testing.T, s scenario, by way, count *counter) {
	bubble := on.Bubble
	if bubble == nil {
		bubble = func(t *testing.T, f func(*testing.T)) { f(t) }
	}
	bubble(t, func(t *testing.T) {
		w := newWorld(t, on.New(t, by.alone), by)
		w.virtual, w.few = on.Bubble != nil, on.Few
		s.run(w)
		if count.add(w.runs); w.runs == 0 {
			t.Error("no schedule was run")
		}
	})
}

// counter counts schedules of tests that run at the same time.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += n
}
