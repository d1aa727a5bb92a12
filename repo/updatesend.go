package repo

import (
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/stored"
)

// send sends the write of a plan. A relaxed write has no token: unless its
// version is fixed, a repetition could apply it twice.
func (u *updating) send(p *updatePlan, w *commit.Write) commit.Outcome {
	relaxed := u.call.relaxed && len(w.Actions) == 1
	w.Once = relaxed && !p.pinned()
	o := u.c.send(u.ctx, w, u.id, !relaxed)
	if o.Ambiguous && !p.pinned() {
		u.unsure = true
	}
	return o
}

// pinned reports whether the plan is for one version of the object, which can
// never come back once it is gone: after a refusal no attempt that is still
// under way can be applied.
func (p *updatePlan) pinned() bool { return p.v.meta != nil || p.unchanged != nil }

// over is what a pinned plan is for.
func (p *updatePlan) over() basis {
	b := basis{exists: true, meta: p.v.meta}
	if b.meta != nil || p.unchanged == nil {
		return b
	}
	if snap := p.unchanged.Snapshot(); snap != nil && snap.Root.WriteID() == stored.ID(p.unchanged.WriteID) {
		b.meta = snap.Root
	}
	return b
}

// unknown looks for the evidence of a write that was sent once and got no
// answer. Its absence proves nothing: the write may arrive later.
func (u *updating) unknown(o commit.Outcome, w *commit.Write) error {
	if w.Once && !u.c.s.plain {
		if b, err := u.c.readBasis(u.ctx, u.key); err == nil && b.meta != nil && b.meta.Wrote(u.id) {
			return nil
		}
	}
	return u.c.failure(o)
}

// sure is the error of the whole Update.
func (u *updating) sure(err error) error {
	if u.unsure {
		return unsure(err)
	}
	return err
}
