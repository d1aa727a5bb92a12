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
// and the removal of what the part was, if that is another item.
func (p *plan) partActions(inst stored.Inst, loc stored.Location) ([]commit.Part, error) {
	x, at := p.parts[inst], p.s.PartItem(loc)
	part := commit.Part{Inst: inst}
	if _, written := p.m.parts[inst]; written && p.obj.Staged {
		part.Copy = loc.Key
	}
	if !p.has(inst) {
		part.Action = x.Action(at.Table, at.Key)
		return []commit.Part{part}, nil
	}
	from := p.v.Meta.Locate(inst, p.key.Parts)
	if err := p.s.CheckTable(inst, from); err != nil {
		return nil, err
	}
	was, stamp := p.s.PartItem(from), p.v.Meta.Parts[inst].Stamp
	part.Stamp = stamp
	part.Later = x.Put == nil && !x.Delete && p.retimed && commit.Sooner(p.until, p.v.Meta.Expires)
	moves, changes := from != loc, x.Put == nil && !x.Delete
	switch {
	case moves && changes && !p.obj.Staged:
		return nil, commit.ErrStage
	case moves && changes:
		at, part.From = was, was.Key
	case p.obj.Staged && p.stated[inst]:
		part.From = was.Key
	}
	part.Action = x.Action(at.Table, at.Key)
	if !moves {
		return []commit.Part{part}, nil
	}
	guard := commit.Guard{Object: p.obj}
	return []commit.Part{part, {Inst: inst, Stamp: stamp, Action: guard.Delete(was.Table, from)}}, nil
}
