package write

import (
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

// Parts expire with their object. Those that stay get another time where they are, but for
// copies: what those hold never changes, so they are copied again.

// replaced is the record of what the plan replaces, and whether the object expires at
// another time than that.
func (p *planner) replaced() (old *stored.Root, retimed bool) {
	if old = p.b.record(); old == nil {
		old = &stored.Root{}
	}
	return old, old.Retimed(p.snap.Root.TTL, p.snap.Root.Expires, p.w.Schema.TTL == "" && !p.b.whole)
}

// retimeCopies plans new copies of those copies that stay.
func (p *planner) retimeCopies() error {
	old, retimed := p.replaced()
	if !retimed {
		return nil
	}
	key := p.d.Key.Parts
	for _, inst := range sorted.Keys(old.Parts) {
		ref, kept := p.snap.Root.Parts[inst]
		if !kept || ref.Stamp != old.Parts[inst].Stamp || !old.Copied(inst, key) {
			continue
		}
		if !p.obj.Staged {
			return commit.ErrStage
		}
		was := old.Locate(inst, key)
		if err := p.w.Schema.CheckTable(inst, was); err != nil {
			return err
		}
		next := p.obj.NewRef(p.snap.Root.Layout.Home(inst), inst)
		next.Cut = ref.Cut || p.obj.Grows
		p.snap.Root.Parts[inst] = next
		var x commit.Edit
		x.Retime(p.obj, ref.Stamp, p.guard.Expires)
		x.Set(x.Path(p.w.Schema.MetaAttr, "w"), x.Value(next.Stamp.AV()))
		from := p.w.Schema.PartItem(was)
		p.out.Parts = append(p.out.Parts, commit.Part{Inst: inst, Stamp: ref.Stamp, Copy: next.Key, Cut: next.Cut, Pack: p.w.Schema.Tree.Packs(inst), From: from.Key, Action: x.Action(from.Table, from.Key)})
	}
	return nil
}

// unbase makes the copies of an object that is deleted without its parts ordinary items,
// which no sweep deletes.
func (o *deletion) unbase(plan *commit.Plan, m *stored.Root) {
	if m == nil || !o.opts.KeepShards {
		return
	}
	for _, inst := range sorted.Keys(m.Parts) {
		if !m.Copied(inst, o.key.Parts) {
			continue
		}
		loc := m.Locate(inst, o.key.Parts)
		var x commit.Edit
		x.Require(o.obj.Bears(&x.Builder, m.Parts[inst].Stamp))
		x.Remove(x.Path(o.obj.MetaAttr, "b"))
		at := o.r.Tables.PartItem(loc)
		plan.Parts = append(plan.Parts, commit.Part{Inst: inst, Stamp: m.Parts[inst].Stamp, Action: x.Action(at.Table, at.Key)})
	}
}
