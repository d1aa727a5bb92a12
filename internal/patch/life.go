package patch

import (
	"slices"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/claim"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// life keeps the items of an object expiring together: a change of the time concerns
// all of them, and a new item needs to know it.
func (p *plan) life(all []*model.Change) error {
	s, m, ttl := p.s, p.v.Meta, p.s.TTL
	if ttl == "" && m != nil { // another version of the program declares it
		ttl = m.TTL
	}
	if ttl == "" || s.Plain {
		return nil
	}
	path := attr.Names(ttl)
	ch := changing(path, all)
	puts := slices.ContainsFunc(p.order, func(inst stored.Inst) bool { return p.parts[inst].Put != nil })
	switch {
	case ch == nil && !puts && p.claimed == nil:
		return nil
	case !p.v.Certain() && (len(s.Tree.All) > 0 || len(s.Uniques) > 0):
		return place.ErrNeedManifest
	}
	if m != nil {
		p.until = m.Expires
	}
	if ch != nil {
		p.until = 0
		if ch.Op == model.Set {
			av, err := p.set(path, ch)
			if err != nil {
				return err
			}
			p.until = tables.Seconds(av)
		}
		if !p.v.Bare {
			p.root.Set(p.root.Path(s.MetaAttr, "t"), p.root.Value(item.String(ttl)))
		}
	}
	p.retimed = ch != nil && m != nil && (m.Expires != p.until || m.TTL != ttl)
	for _, inst := range p.order {
		if x := p.parts[inst]; x.Put != nil || p.retimed {
			x.Expires(p.until)
		}
	}
	if p.retimed {
		p.retime(m)
	}
	return nil
}

// retime lets the parts and claims that stay as they are expire with the object.
func (p *plan) retime(m *stored.Root) {
	for _, inst := range sorted.Keys(m.Parts) {
		if p.parts[inst] == nil && !slices.Contains(p.m.dropped, inst) {
			p.part(inst).Retime(p.obj, m.Parts[inst].Stamp, p.until)
		}
	}
	if p.claimed == nil && len(m.Claims) > 0 {
		p.claimed = claim.Of(m)
	}
}
