package repo

// pinned reports whether the plan is for one version of the object, which can
// never come back once it is gone: after a refusal no attempt that is still
// under way can be applied.
func (p *updatePlan) pinned() bool {
	return p.v.meta != nil || p.unchanged != nil && p.read == nil
}

// guessed reports whether the plan took the object to have this program's
// layout, without having read it.
func (p *updatePlan) guessed() bool { return !p.v.certain() }

// over is what a pinned plan is for.
func (p *updatePlan) over() basis {
	b := basis{exists: true, meta: p.v.meta}
	if b.meta != nil || p.unchanged == nil {
		return b
	}
	if snap := p.unchanged.Snapshot(); snap != nil && same(snap.Root, p.unchanged) {
		b.meta = snap.Root
	}
	return b
}
