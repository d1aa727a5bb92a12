package linear

import "github.com/dystore/dystore/internal/linear/aggregate"

// drawMany completes a call over both objects.
func (c *client) drawMany(o *op) (*op, []*value) {
	rng := c.rng
	if o.verb == putMany && o.untracked {
		o.verb = getMany // nobody could say which keys its values have
	}
	o.stale = o.verb == getMany && rng.IntN(5) == 0
	o.mustExist = o.verb == deleteMany && rng.IntN(2) == 0
	o.relaxed = o.verb == putMany && rng.IntN(6) == 0
	var values []*value
	for _, object := range rng.Perm(pair) {
		sub, held := c.about(o.id, get, object), (*value)(nil)
		if o.verb != getMany { // each write has an id of its own
			c.s.ops++
			sub.id = c.s.ops
		}
		switch all := c.held[object]; o.verb {
		case putMany:
			sub.verb = putBlind
			if n := len(all); n > 0 && rng.IntN(4) > 0 {
				sub.verb, held = putTracked, all[n-1]
				sub.basis, sub.edits = held.basis, aggregate.DrawEdits(rng, sub.age, sub.id, false)
				if sub.mayRefuse = aggregate.Guesses(sub.age, sub.edits); held.partial {
					sub.edits, sub.mayRefuse = aggregate.Rooted(sub.edits), true
				}
			} else {
				sub.value = c.fresh(sub.id, object)
			}
		case deleteMany:
			sub.verb = remove
		}
		sub.stale, sub.mustExist, sub.relaxed = o.stale, o.mustExist, o.relaxed
		o.ops, values = append(o.ops, sub), append(values, held)
	}
	return o, values
}
