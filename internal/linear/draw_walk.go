package linear

// drawListing completes a Walk or a Query.
func (c *client) drawListing(o *op) *op {
	rng := c.rng
	o.over = overAll
	if c.release.indexed && rng.IntN(3) > 0 {
		o.over, o.backwards = pick(rng, []scope{overRanks, overNs, overKeys}), rng.IntN(2) == 0
	}
	if o.over == overAll && o.verb == query && rng.IntN(4) == 0 {
		o.over = overItems
		return o
	}
	if o.ifN = c.drawLeast(); !o.over.stable() && rng.IntN(6) > 0 {
		n := rng.IntN(9)
		o.ifN = &n
	}
	o.below = o.ifN != nil && rng.IntN(2) == 0
	if o.over == overAll {
		o.stale = rng.IntN(5) == 0
		if o.verb == query && rng.IntN(3) == 0 {
			o.segments = 2
		}
	}
	if o.verb == walk {
		for range 1 + rng.IntN(3) {
			by := c.release
			if other := pick(rng, c.releases); rng.IntN(2) == 0 && (o.over == overAll || other.indexed) {
				by = other
			}
			o.pages = append(o.pages, page{by, 1 + rng.IntN(3)})
		}
	}
	return o
}
