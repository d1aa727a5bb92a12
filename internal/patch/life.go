package patch

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/claim"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
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
	var err error
	switch {
	case ch == nil && !puts && p.claimed == nil:
		return nil
	case !p.v.Certain() && (len(s.Tree.All) > 0 || len(s.Uniques) > 0):
		return place.ErrNeedManifest
	case !p.v.Certain(): // another version of the program may claim something
		p.root.Require("attribute_not_exists(" + p.root.Path(s.MetaAttr, "q") + ")")
		p.unclaimed = true
	}
	if p.until, err = p.expiry(path, ch); err != nil {
		return err
	}
	if !p.v.Bare && (ch != nil || m != nil && m.TTL != ttl) {
		p.root.Set(p.root.Path(s.MetaAttr, "t"), p.root.Value(item.String(ttl)))
	}
	p.retimed = m != nil && (ch != nil || s.TTL != "") && m.Retimed(ttl, p.until, s.TTL == "")
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

// expiry is when the object expires after the update.
func (p *plan) expiry(path attr.Path, ch *model.Change) (at int64, err error) {
	var av types.AttributeValue
	known := true
	switch {
	case ch != nil && ch.Op == model.Set:
		av, err = p.set(path, ch)
	case ch != nil:
	case p.s.TTL != "" && p.v.Meta != nil:
		return p.v.Meta.Expires, nil
	default: // of an item without a record, or by a name that only the record says
		if av, known = p.stored(path); !known {
			p.needs, err = append(p.needs, path), errNeedFields
		}
	}
	return tables.Seconds(av), err
}

// retime lets the parts and claims that stay as they are expire with the object.
func (p *plan) retime(m *stored.Root) {
	for _, inst := range sorted.Keys(m.Parts) {
		switch {
		case p.parts[inst] != nil || slices.Contains(p.m.dropped, inst):
		case m.Copied(inst, p.key.Parts):
			p.restamp(inst)
			p.part(inst).Expires(p.until)
		default:
			p.part(inst).Retime(p.obj, m.Parts[inst].Stamp, p.until)
		}
	}
	if p.claimed == nil && len(m.Claims) > 0 {
		p.claimed = claim.Of(m)
	}
}

// unfit is the error of the item of a part that does not fit its root. DynamoDB deletes
// what expires item by item, and by its own clock.
func (u *updating) unfit(part *commit.Part, it attrs) error {
	if len(it) == 0 && u.s.TTL != "" {
		if done, err := u.readManifest(); done || err != nil {
			return err
		}
		if u.s.Expiring(nil, u.v.Meta) {
			return fail.ErrNotFound
		}
	}
	return part.Unfit(it)
}
