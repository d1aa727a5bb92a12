package linear

import (
	"math/rand/v2"
	"slices"

	"github.com/dystore/dystore/internal/linear/aggregate"
)

// ticket is a verb and its frequency, compared with the others.
type ticket struct {
	verb    verb
	tickets int
}

var tickets = []ticket{
	{create, 5}, {putTracked, 10}, {putBlind, 4}, {putRecord, 2}, {update, 14}, {modify, 6}, {remove, 2}, {removeValue, 1},
	{get, 8}, {getPart, 3}, {exists, 1}, {read, 2}, {readAll, 2},
	{transact, 8}, {transactGet, 4}, {walk, 4}, {query, 7},
	{getMany, 8}, {putMany, 9}, {deleteMany, 4}, {sweep, 7},
}

// leaning makes some verbs frequent, and others rare or absent. Schedules that
// differ in that reach more than any number of average ones.
func (s *schedule) leaning(rng *rand.Rand) []ticket {
	out, m := slices.Clone(tickets), s.options.Mutation
	busy := rng.IntN(2) == 0 // few reads
	for i, t := range out {
		if out[i].tickets *= pick(rng, []int{0, 1, 1, 4}); m != nil && m.Verbs != nil {
			out[i].tickets = 0
			if slices.Contains(m.Verbs, t.verb) {
				out[i].tickets = 1
			}
		}
		if t.verb.apart() && (s.objects < pair || !s.world.estate.single()) {
			out[i].tickets = 0 // no repository has both objects
		}
		if s.world.alone && (t.verb == transact || t.verb == transactGet) {
			out[i].tickets = 0
		}
		if busy && !t.verb.writes() {
			out[i].tickets /= 4
		}
	}
	return append(out, ticket{get, 1})
}

// calls reports whether clients of the schedule call a verb.
func (s *schedule) calls(v verb) bool {
	return slices.ContainsFunc(s.tickets, func(t ticket) bool { return t.verb == v && t.tickets > 0 })
}

// draw makes the next operation of a client and finds the values for it: one, or one
// for each of its operations, nil for none.
func (c *client) draw(id int) (*op, []*value) {
	rng := c.rng
	if len(c.unsure) > 0 && rng.IntN(c.s.forgetful) == 0 && !c.s.options.without(Again) {
		for i, was := range slices.Backward(c.unsure) {
			if o := c.again(id, was); o != nil {
				c.unsure = slices.Delete(c.unsure, i, i+1)
				return o, make([]*value, max(1, len(o.ops)))
			}
		}
	}
	o := c.about(id, weighted(rng, c.s.tickets, func(t ticket) int { return t.tickets }).verb, rng.IntN(c.s.objects))
	switch o.verb {
	case transact:
		return c.drawTogether(o)
	case transactGet:
		return c.drawTogetherGet(o)
	case getMany, putMany, deleteMany:
		return c.drawMany(o)
	case walk, query:
		return c.drawListing(o), nil
	case sweep:
		o.fence, o.small = rng.IntN(3) > 0, rng.IntN(4) == 0
		return o, nil
	default:
		o, v := c.drawOne(o)
		return o, []*value{v}
	}
}

// drawOne completes an operation on one object.
func (c *client) drawOne(o *op) (*op, *value) {
	rng, id, all := c.rng, o.id, c.held[o.object]
	o.named = rng.IntN(2) == 0
	var held *value
	if n := len(all); n > 0 {
		held = all[n-1]
		if rng.IntN(4) == 0 {
			held = all[rng.IntN(n)]
		}
	}
	if c.absent[o.object] && rng.IntN(2) == 0 && c.s.calls(create) {
		o.verb = create // a client that has found nothing creates it, as programs do
	}
	switch o.verb {
	case create, putTracked, putBlind, putRecord, update, modify:
		o.relaxed = rng.IntN(6) == 0
	}
	switch o.verb {
	case create:
		o.value = c.fresh(id, o.object)
	case putTracked, putBlind, putRecord, removeValue:
		return c.drawPut(o, held)
	case update:
		return c.drawUpdate(o, held)
	case modify:
		o.edits = aggregate.DrawEdits(rng, o.age, id, false)
		o.rewrite = rng.IntN(6) == 0
		o.mayRefuse = o.rewrite || aggregate.Guesses(o.age, o.edits)
	case check:
		o.ifN = c.drawLeast()
	case remove:
		o.mustExist = rng.IntN(2) == 0
		switch rng.IntN(5) {
		case 0:
			o.how = byOpen
		case 1:
			o.how = byMany
		}
	default:
		return c.drawRead(o)
	}
	return o, nil
}

// drawLeast draws the bound of a condition, nil for none.
func (c *client) drawLeast() *int {
	if c.rng.IntN(4) > 0 {
		return nil
	}
	n := c.rng.IntN(6)
	return &n
}

func (c *client) about(id int, v verb, object int) *op {
	r := c.release
	return &op{id: id, verb: v, object: object, client: c.number, by: r.name, staged: r.staged, age: r.age, shards: r.shards, untracked: r.untracked}
}

// again repeats a write whose outcome the client never learnt, as programs do
// after a restart. Another release can do that too.
func (c *client) again(id int, was *op) *op {
	o := c.about(id, was.verb, was.object)
	o.mayRefuse, o.named = was.mayRefuse, true
	o.repeat, o.edits, o.value, o.ensure, o.mustExist, o.ifN = was.id, was.edits, was.value, was.ensure, was.mustExist, was.ifN
	switch {
	case was.age != o.age, was.keep, was.unchanged != nil, was.how != "", was.relaxed:
		return nil
	case was.verb == transact:
		for _, sub := range was.ops {
			again := c.again(id, sub)
			if again == nil {
				return nil
			}
			again.repeat = o.repeat
			o.ops = append(o.ops, again)
		}
		if slices.ContainsFunc(o.ops, (*op).marks) {
			return o
		}
		return nil
	case was.verb == check, was.verb == remove, was.verb == rawAdd, was.verb == rawReset: // of a Transact
		return o
	case was.verb == create, was.verb == putBlind, was.verb == update, was.verb == modify:
		return o
	}
	return nil
}

// fresh is the content of a new value.
func (c *client) fresh(id, object int) *aggregate.Content {
	v := aggregate.Content{Rank: rank(object)}
	for _, e := range aggregate.DrawEdits(c.rng, c.release.age, id, false) {
		e.Apply(&v, true)
	}
	v.N++
	return v.Seen(c.release.age)
}

// drawPut makes a write, or the deletion, of a whole value.
func (c *client) drawPut(o *op, held *value) (*op, *value) {
	rng := c.rng
	switch {
	case o.verb == putBlind:
	case held == nil || o.untracked || held.partial && o.verb == putRecord:
		o.verb, o.relaxed = get, false // there is no value to put
		return o, nil
	case o.verb == putRecord && (held.basis.id == 0 || c.s.options.without(Records)), o.verb == removeValue && held.basis.id == 0:
		o.verb = putTracked // there is no version
	}
	switch o.verb {
	case putBlind:
		o.overwrite = held != nil && !held.partial && rng.IntN(2) == 0
		o.mustExist = rng.IntN(4) == 0
		if !o.overwrite {
			held, o.value = nil, c.fresh(o.id, o.object)
		} else {
			o.value = held.content.Clone()
			aggregate.Revise(o.value, aggregate.DrawEdits(rng, o.age, o.id, false))
		}
		o.keep = !o.shards.Notes && rng.IntN(5) == 0
		o.mayRefuse = o.keep
	case removeValue:
		o.basis = held.basis
	case putTracked, putRecord:
		o.basis = held.basis
		if o.verb == putRecord {
			o.basis = &basis{version: held.basis.version, id: held.basis.id}
		}
		o.edits = aggregate.DrawEdits(rng, o.age, o.id, false)
		o.mayRefuse = aggregate.Guesses(o.age, o.edits)
		o.keep = o.verb == putTracked && held.basis.id != 0 && rng.IntN(6) == 0
		if held.partial || o.keep {
			o.edits = aggregate.Rooted(o.edits)
			o.mayRefuse = true
		} else if o.verb == putTracked && rng.IntN(6) == 0 { // also with the shards of another release
			o.rewrite, o.mayRefuse = true, true
		}
		if o.verb == putRecord {
			o.value = held.content.Clone()
			aggregate.Revise(o.value, o.edits)
			o.edits = nil
		}
	}
	return o, held
}

func (c *client) drawUpdate(o *op, held *value) (*op, *value) {
	rng := c.rng
	o.edits = aggregate.DrawEdits(rng, o.age, o.id, true)
	o.ensure = rng.IntN(3) == 0
	o.ifN = c.drawLeast()
	o.andGet = rng.IntN(5) == 0
	if !o.untracked && held != nil && held.basis.id != 0 && rng.IntN(5) == 0 {
		o.unchanged = held.basis
		return o, held
	}
	return o, nil
}

func (c *client) drawRead(o *op) (*op, *value) {
	rng := c.rng
	o.stale = rng.IntN(5) == 0
	n := c.release.program.partly()
	if o.verb == getPart && (o.untracked || n == 0) {
		o.verb = get
	}
	switch o.verb {
	case getPart:
		if o.part = rng.IntN(n); rng.IntN(5) == 0 {
			o.how = byMany
		}
	case get:
		switch rng.IntN(5) {
		case 0:
			o.how = byScan
		case 1:
			o.how, o.stale = byOpen, false
			o.age, o.untracked = aggregate.Whole, true
		case 2:
			o.how = byMany
		}
	}
	return o, nil
}
