package linear

// parts are the operations of a Transact, and their frequency.
var parts = []ticket{{create, 4}, {putTracked, 6}, {putBlind, 3}, {update, 7}, {check, 4}, {remove, 3}, {removeValue, 2}}

// drawTogether completes a Transact: of both objects or one, and perhaps an action of
// the caller's own.
func (c *client) drawTogether(o *op) (*op, []*value) {
	rng := c.rng
	var values []*value
	add := func(sub *op, v *value) {
		o.ops, values = append(o.ops, sub), append(values, v)
		o.mayRefuse = o.mayRefuse || sub.mayRefuse
	}
	marks := false
	for _, object := range rng.Perm(c.s.objects)[:1+rng.IntN(c.s.objects)] {
		sub, v := c.drawOne(c.about(o.id, weighted(rng, parts, func(t ticket) int { return t.tickets }).verb, object))
		if sub.verb == get { // there is no value to put
			sub, v = c.drawOne(c.about(o.id, update, object))
		}
		sub.how, sub.andGet, sub.named = "", false, false
		sub.ensure = sub.ensure || sub.verb == update && rng.IntN(2) == 0
		o.relaxed = o.relaxed || sub.relaxed
		marks = marks || sub.marks()
		add(sub, v)
	}
	if rng.IntN(2) == 0 {
		raw := c.about(o.id, rawAdd, pair)
		if rng.IntN(2) == 0 {
			n := 1 + rng.IntN(3)
			raw.ifN = &n
		} else if rng.IntN(4) == 0 {
			raw.verb = rawReset
		}
		add(raw, nil)
	}
	rng.Shuffle(len(o.ops), func(i, j int) { o.ops[i], o.ops[j], values[i], values[j] = o.ops[j], o.ops[i], values[j], values[i] })
	o.named = marks && rng.IntN(2) == 0 // nothing else could be repeated
	return o, values
}

// drawTogetherGet completes a TransactGet, mostly of both objects.
func (c *client) drawTogetherGet(o *op) (*op, []*value) {
	rng := c.rng
	for _, object := range rng.Perm(c.s.objects) {
		sub := c.about(o.id, get, object)
		if n := c.release.program.partly(); n > 0 && !sub.untracked && rng.IntN(4) == 0 {
			sub.verb, sub.part = getPart, rng.IntN(n)
		}
		if o.ops = append(o.ops, sub); rng.IntN(4) == 0 {
			break
		}
	}
	return o, make([]*value, len(o.ops))
}
