package patch

import (
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/stored"
)

// addPart adds what the plan does about a part, which is at loc afterwards: its edit, and
// the removal of what the part was, if that is another item.
func (p *plan) addPart(to *commit.Plan, inst stored.Inst, loc stored.Location) error {
	x, at := p.parts[inst], p.s.PartItem(loc)
	part := commit.Part{Inst: inst}
	if ref, written := p.m.parts[inst]; written && p.obj.Staged {
		part.Copy, part.Cut, part.Pack = loc.Key, ref.Cut, p.v.Tree.Packs(inst)
	}
	if !p.v.Has(inst) {
		part.Action = x.Action(at.Table, at.Key)
		to.Parts = append(to.Parts, part)
		return nil
	}
	from := p.v.Meta.Locate(inst, p.key.Parts)
	if err := p.s.CheckTable(inst, from); err != nil {
		return err
	}
	was, stamp := p.s.PartItem(from), p.v.Meta.Parts[inst].Stamp
	part.Stamp = stamp
	part.Later = x.Put == nil && !x.Delete && p.retimed && commit.Sooner(p.until, p.v.Meta.Expires)
	moves, changes := from != loc, x.Put == nil && !x.Delete
	switch {
	case moves && changes && !p.obj.Staged:
		return commit.ErrStage
	case moves && changes:
		at, part.From = was, was.Key
	case p.obj.Staged && p.stated[inst]:
		part.From = was.Key
	}
	part.Action = x.Action(at.Table, at.Key)
	to.Parts = append(to.Parts, part)
	if moves {
		guard := commit.Guard{Object: p.obj}
		to.Parts = append(to.Parts, commit.Part{Inst: inst, Stamp: stamp, Action: guard.Delete(was.Table, from)})
	}
	return nil
}
