package patch

import (
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/stored"
)

// has reports whether the version that the plan is for is known to have a part.
func (p *plan) has(inst stored.Inst) bool {
	if p.v.Meta == nil {
		return false
	}
	_, ok := p.v.Meta.Parts[inst]
	return ok
}

// partActions are what the plan does about a part, which is at loc afterwards: its edit,
// and where the plan is staged the removal of what the part was.
func (p *plan) partActions(inst stored.Inst, loc stored.Location) ([]commit.Part, error) {
	x, at := p.parts[inst], p.s.PartItem(loc)
	part, was := commit.Part{Inst: inst}, at
	if p.has(inst) {
		part.Stamp = p.v.Meta.Parts[inst].Stamp
		part.Later = x.Put == nil && !x.Delete && p.retimed && commit.Sooner(p.until, p.v.Meta.Expires)
		from := p.v.Meta.Locate(inst, p.key.Parts)
		if err := p.s.CheckTable(inst, from); err != nil {
			return nil, err
		}
		was = p.s.PartItem(from)
		if p.obj.Staged && p.stated[inst] {
			part.From = was.Key
		}
	}
	if _, written := p.m.parts[inst]; !written || !p.obj.Staged {
		part.Action = x.Action(at.Table, at.Key)
		return []commit.Part{part}, nil
	}
	part.Copy = loc.Key
	if !p.has(inst) {
		part.Action = x.Action(at.Table, at.Key)
		return []commit.Part{part}, nil
	}
	if x.Put == nil {
		at, part.From = was, was.Key
	}
	part.Action = x.Action(at.Table, at.Key)
	guard := commit.Guard{Object: p.obj}
	gone := commit.Part{Inst: inst, Stamp: part.Stamp, Action: guard.Delete(was.Table, p.v.Meta.Locate(inst, p.key.Parts))}
	return []commit.Part{part, gone}, nil
}
