package patch

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
)

// Changes of values that have parts of their own: a whole shard, one element
// or entry of a divided list or map, or a struct with shards somewhere inside.

// replace puts value, nil for none, where t leads.
func (p *changes) replace(t *place.Target, value types.AttributeValue) error {
	if t.ElemOf != nil {
		if t.ElemOf.Kind == stored.List || t.ElemOf.Kind == stored.KeptList {
			return p.replaceElem(t, value)
		}
		return p.replaceEntry(t, value)
	}
	old, err := p.existing(t)
	if err != nil {
		return err
	}
	doc := attrs{}
	nest(doc, t.BaseRel, value)
	split, err := place.SplitAt(t.Inside, t.Base, doc, p.ids)
	if err != nil {
		return fail.At(t.Path, fail.Withf(fail.ErrInvalid, "%w", err))
	}
	if err := p.accept(split, old); err != nil {
		return err
	}
	return p.keepRest(t, dig(doc, t.BaseRel))
}

// keepRest puts what is left of a divided value, nil for nothing, into the
// item of its owner.
func (p *changes) keepRest(t *place.Target, rest types.AttributeValue) error {
	if done, err := p.putIntoNewParent(t, rest); done || err != nil {
		return err
	}
	x, err := p.within(t)
	if err != nil {
		return err
	}
	if rest != nil {
		x.Set(x.Doc(t.Rel), x.Value(rest))
	} else if t.At == nil || t.At.MayInline || t.At.Table == "" {
		x.Remove(x.Doc(t.Rel))
	}
	return nil
}

// existing lists the instances that the value has or may have now. Without a
// manifest that is possible only where the layout fixes them.
func (p *changes) existing(t *place.Target) ([]stored.Inst, error) {
	if p.v.Bare {
		return nil, nil
	}
	if p.v.Meta != nil {
		return p.under(t.Named), nil
	}
	var out []stored.Inst
	var walk func(base stored.Inst, places []*place.Place) bool
	walk = func(base stored.Inst, places []*place.Place) bool {
		for _, q := range places {
			if !q.Fixed() {
				return false
			}
			inst := base.Join(q.Rel)
			out = append(out, inst)
			if !walk(inst, q.Kids) {
				return false
			}
		}
		return true
	}
	if !walk(t.Base, t.Inside) {
		return nil, place.ErrNeedManifest
	}
	return out, nil
}

func (p *plan) under(named stored.Inst) []stored.Inst {
	var out []stored.Inst
	for inst := range p.v.Meta.Parts {
		if inst.Under(named) {
			out = append(out, inst)
		}
	}
	for inst := range p.v.Meta.Orders {
		if inst.Under(named) && !slices.Contains(out, inst) {
			out = append(out, inst)
		}
	}
	slices.Sort(out)
	return out
}

// ids reuses the element ids of a list that is replaced, so that a list of the
// same length changes its items instead of making new ones.
func (p *plan) ids(list stored.Inst, n int) []stored.ElemID {
	ids := place.FreshIDs(list, n)
	if p.v.Meta == nil {
		return ids
	}
	for i, e := range p.v.Meta.Orders[list].Elems {
		if i < n && !e.Nil {
			ids[i] = e.ID
		}
	}
	return ids
}

// accept takes over the pieces of a divided value and drops what they replace.
func (p *plan) accept(split *place.Split, old []stored.Inst) error {
	for _, piece := range split.Pieces {
		if err := p.putPart(piece.Inst, piece.Doc); err != nil {
			return err
		}
	}
	for inst, o := range split.Orders {
		p.m.orders[inst] = o
	}
	for _, inst := range old {
		_, part := p.m.parts[inst]
		_, order := p.m.orders[inst]
		if part || order {
			continue
		}
		p.drop(inst)
	}
	return nil
}

// putPart replaces the item of a part, or creates it. The document is sealed
// already.
func (p *plan) putPart(inst stored.Inst, doc attrs) error {
	ref := p.newRef(inst)
	if !inst.Dynamic() { // a new element has no entry
		p.assumeAtHome(inst)
	}
	p.m.parts[inst] = ref
	loc := p.location(inst)
	doc[loc.KeyName] = item.String(loc.Key)
	doc[p.s.MetaAttr] = stored.Part{Stamp: ref.Stamp, Owner: p.obj.Owner, Inst: inst}.Encode()
	how := large.How{Staged: p.obj.Staged, Pack: p.v.Tree.Packs(inst)}
	if ref.Cut = how.Cuts(doc); ref.Cut && !p.obj.Staged {
		return commit.ErrStage
	}
	p.m.parts[inst] = ref
	x := p.part(inst)
	x.Put = doc
	x.Require(p.obj.OwnerCond(&x.Builder, loc.KeyName))
	return nil
}

// drop removes an instance: its item, if it is a part, and its entry.
func (p *plan) drop(inst stored.Inst) {
	part := true
	if p.v.Meta != nil {
		_, part = p.v.Meta.Parts[inst]
	}
	p.assumeAtHome(inst)
	if part {
		loc := p.location(inst)
		x := p.part(inst)
		x.Delete = true
		x.Require(p.obj.OwnerCond(&x.Builder, loc.KeyName))
	}
	p.m.dropped = append(p.m.dropped, inst)
}

// appendParts adds elements to a list that is divided. Its values in the parent
// are in the order of their ids, so they go to the same end as these.
func (p *changes) appendParts(t *place.Target, op model.ChangeOp, values []types.AttributeValue) error {
	q, list := t.At, t.Named
	if q.Kind != stored.List && q.Kind != stored.KeptList {
		return fail.At(t.Path, fail.Withf(fail.ErrInvalid, "%s needs a list", schema.Extends[op]))
	}
	doc := attrs{"v": &types.AttributeValueMemberL{Value: values}}
	one := *q
	one.Rel = attr.Names("v")
	split, err := place.SplitAt([]*place.Place{&one}, "", doc, place.FreshIDs)
	if err != nil {
		return fail.At(t.Path, fail.Withf(fail.ErrInvalid, "%w", err))
	}
	for _, piece := range split.Pieces {
		if err := p.putPart(rebase(piece.Inst, "v", list), piece.Doc); err != nil {
			return err
		}
	}
	for inst, o := range split.Orders {
		if inst == "v" {
			p.m.grown[list] = growth{o.Elems, op == model.Prepend}
			continue
		}
		p.m.orders[rebase(inst, "v", list)] = o
	}
	if inline, stays := doc["v"].(*types.AttributeValueMemberL); stays {
		return p.appendValues(t, op, inline)
	}
	return p.ensureParent(t) // all elements are parts
}

func rebase(inst, from, to stored.Inst) stored.Inst { return to + inst[len(from):] }

// setPartIfAbsent is SetIfAbsent of a value with parts.
func (p *changes) setPartIfAbsent(t *place.Target, value types.AttributeValue) error {
	if t.At == nil || t.At.MayInline || t.At.Table == "" {
		return fail.At(t.Path, fail.Withf(fail.ErrInvalid, "SetIfAbsent: the value may stand in several tables; read the object and use Put"))
	}
	if p.v.Meta == nil && !p.v.Bare {
		return place.ErrNeedManifest
	}
	if p.v.Meta != nil && len(p.under(t.Named)) > 0 {
		return nil // it has a value
	}
	return p.replace(t, value)
}

// nest puts value into doc at a path of attribute names, nothing if it is nil.
func nest(doc attrs, rel attr.Path, value types.AttributeValue) {
	for _, s := range rel[:len(rel)-1] {
		m := attrs{}
		doc[s.Name] = &types.AttributeValueMemberM{Value: m}
		doc = m
	}
	if value != nil {
		doc[rel[len(rel)-1].Name] = value
	}
}

// dig returns the value at a path of attribute names, nil if there is none.
func dig(doc attrs, rel attr.Path) types.AttributeValue {
	parent, name, ok := place.Locate(doc, rel)
	if !ok {
		return nil
	}
	return parent[name]
}
