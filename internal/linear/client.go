package linear

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/dystore/dystore/repo"
)

// client is one process: it runs a release of the program, operation by
// operation. After a crash it runs another one.
type client struct {
	s        *schedule
	number   int
	releases []*declaration
	leave    chan struct{}

	release *declaration
	left    int            // operations to go
	op      *op            // the operation under way, nil if there is none
	held    [pair][]*value // by object
	using   []*value       // the values for op: one, or one for each of op.ops; nil: none
	rng     *rand.Rand
	absent  [pair]bool // it has found no object
	unsure  []*op      // writes of unknown outcome, to be repeated
	ctx     context.Context
	cancel  context.CancelFunc
	packets []*packet   // the client waits for their answers
	dead    atomic.Bool // crashed, and op has not returned yet; the client's requests ask
	from    int64

	// Guarded by the schedule's mutex, because the client sets them.
	result *result
	next   []*value
	ended  bool
}

func (c *client) idle() bool   { return c.op == nil }
func (c *client) asleep() bool { return c.op != nil && len(c.packets) == 0 }

// run is the client's goroutine: it begins an operation when it is told to.
func (c *client) run() {
	for range c.leave {
		r, v := c.perform()
		c.s.mu.Lock()
		c.result, c.next, c.ended = r, v, true
		c.s.mu.Unlock()
	}
}

func (c *client) perform() (*result, []*value) {
	switch p := c.release.program; {
	case c.op.how == byOpen:
		return c.s.world.untyped(c.ctx, c.op), nil
	case c.op.verb == transact:
		return together(c.ctx, p, c.op, c.using)
	case c.op.verb == transactGet:
		return togetherGet(c.ctx, p, c.op)
	case c.op.verb.apart():
		return p.many(c.ctx, c.op, c.using)
	case c.op.verb == walk:
		return c.walk()
	case c.op.verb == query:
		return c.query()
	case c.op.verb == sweep:
		return c.op.swept(p.sweep(c.ctx, c.op)), nil
	default:
		r, v := p.do(c.ctx, c.op, c.using[0])
		return r, []*value{v}
	}
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

// end takes in the outcome of an operation, and the values that it left.
func (c *client) end(r *result, left []*value) {
	s := c.s
	c.cancel()
	for _, p := range c.packets {
		if p.state != over {
			s.abandon(p)
		}
	}
	c.packets = nil
	if c.dead.Load() {
		r = &result{kind: crashed, at: -1}
	}
	rec := &record{op: c.op, result: r, from: c.from, to: s.step*2 - 2}
	s.records = append(append(s.records, rec), r.seen...)
	if c.op.verb.apart() {
		for i, sub := range c.op.ops {
			each := &result{kind: r.kind, at: -1}
			if r.each != nil {
				each = r.each[i]
			}
			s.records = append(s.records, &record{op: sub, result: each, from: rec.from, to: rec.to})
		}
	}
	if r.then != nil {
		// The Get began when the Update was done.
		o := *c.op
		o.verb = get
		since, _ := s.took(rec)
		s.records = append(s.records, &record{op: &o, result: r.then, from: since, to: rec.to})
	}
	s.log(c, "→ %v", r)
	if c.mayRepeat(r) {
		if e, ok := errors.AsType[*repo.Error](r.err); ok {
			s.ids.Learn(e.WriteID, c.op.id)
		}
		c.unsure = append(c.unsure, c.op)
	}
	if c.op.ops == nil && c.op.over == "" {
		c.absent[c.op.object] = r.kind == notFound
	}
	for _, v := range left {
		if v != nil && !c.dead.Load() && v.object >= 0 {
			held := append(c.held[v.object], v)
			c.held[v.object] = held[max(0, len(held)-3):]
		}
	}
	c.op = nil
	if c.dead.Load() {
		c.restart(c.rng)
	}
}

// mayRepeat reports whether the program may do a write again under its id: one of
// unknown outcome, or one that is done, since a program can lose that.
func (c *client) mayRepeat(r *result) bool {
	switch {
	case !c.op.verb.writes() || c.op.repeat != 0:
		return false
	case r.kind == crashed:
		return c.op.named // otherwise nobody has the id
	case r.kind == done:
		return c.op.named && (c.op.verb == transact || c.rng.IntN(4) == 0)
	}
	return r.kind == unknown
}

// restart begins a process. Its release need not be the last one.
func (c *client) restart(rng *rand.Rand) {
	c.dead.Store(false)
	c.held = [pair][]*value{}
	c.release = pick(rng, c.releases)
	c.s.log(c, "starts as %q", c.release.name)
}
