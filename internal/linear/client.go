package linear

import (
	"context"
	"math/rand/v2"
	"time"
)

// client is one process: it runs a release of the program, operation by
// operation. After a crash it runs another one.
type client struct {
	s        *schedule
	number   int
	releases []*declaration
	leave    chan struct{}

	release *declaration
	left    int // operations to go
	op      *op // the operation under way, nil if there is none
	held    []*value
	using   *value // the value for op
	rng     *rand.Rand
	absent  bool  // it has found no object
	unsure  []*op // writes of unknown outcome, to be repeated
	ctx     context.Context
	cancel  context.CancelFunc
	packet  *packet // the client waits for its answer
	dead    bool    // crashed, and op has not returned yet
	from    int64

	// Guarded by the schedule's mutex, because the client sets them.
	result *result
	next   *value
	ended  bool
}

func (c *client) idle() bool   { return c.op == nil }
func (c *client) asleep() bool { return c.op != nil && c.packet == nil }

// run is the client's goroutine: it begins an operation when it is told to.
func (c *client) run() {
	for range c.leave {
		r, v := c.perform()
		c.s.mu.Lock()
		c.result, c.next, c.ended = r, v, true
		c.s.mu.Unlock()
	}
}

func (c *client) perform() (*result, *value) {
	if c.op.how == byOpen {
		return c.s.world.untyped(c.ctx, c.op), nil
	}
	return c.release.program.do(c.ctx, c.op, c.using)
}

// start draws an operation and lets the client begin it.
func (c *client) start() {
	s := c.s
	c.left--
	s.ops++
	c.rng = s.plan.rand(c.number, c.left)
	c.op, c.using = c.draw(s.ops)
	if s.plan.without[turn{c.number, c.left}] {
		c.op = nil
		return
	}
	s.began[turn{c.number, c.left}] = true
	c.from = s.step*2 - 1
	ctx := context.WithValue(context.Background(), whoseKey{}, whose{s, c})
	if c.rng.IntN(8) == 0 {
		// Not a multiple of a quantum, so the deadline never coincides with the
		// end of a pause.
		ctx, c.cancel = context.WithTimeout(ctx, time.Duration(c.rng.IntN(4))*quantum+quantum/2)
		c.op.ctx = "deadline"
	} else {
		ctx, c.cancel = context.WithCancel(ctx)
	}
	c.ctx = ctx
	s.log(c, "%v", c.op)
	c.leave <- struct{}{}
}

// end takes in the outcome of an operation, and the value that it left.
func (c *client) end(r *result, v *value) {
	s := c.s
	c.cancel()
	if p := c.packet; p != nil && p.state != over {
		s.abandon(p)
	}
	c.packet = nil
	if c.dead {
		r = &result{kind: crashed}
	}
	rec := &record{op: c.op, result: r, from: c.from, to: s.step*2 - 2}
	s.records = append(s.records, rec)
	if r.then != nil {
		// The Get began when the Update was done.
		o := *c.op
		o.verb = get
		since, _ := s.took(rec)
		s.records = append(s.records, &record{op: &o, result: r.then, from: since, to: rec.to})
	}
	s.log(c, "→ %v", r)
	if c.op.verb.writes() && (r.kind == unknown || r.kind == crashed) && c.op.repeat == 0 {
		c.unsure = append(c.unsure, c.op)
	}
	c.absent = r.kind == notFound
	if v != nil && !c.dead {
		c.held = append(c.held, v)
		c.held = c.held[max(0, len(c.held)-3):]
	}
	c.op = nil
	if c.dead {
		c.restart(c.rng)
	}
}

// restart begins a process. Its release need not be the last one.
func (c *client) restart(rng *rand.Rand) {
	c.dead, c.held = false, nil
	c.release = pick(rng, c.releases)
	c.s.log(c, "starts as %q", c.release.name)
}
