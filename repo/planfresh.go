package repo

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/stored"
)

// Values below an absent parent, for EnsureParents. The parent is known to be
// absent (the version is fixed), so it is written whole with what belongs in it.

// fresh is a parent that an update creates: an attribute of an item, or with
// an empty rel the document of a whole part.
type fresh struct {
	owner stored.Inst
	rel   attr.Path
	doc   attrs
}

// grow puts the value of a change, nil for nothing, into a parent that is to be
// created; false if the parent exists.
func (p *updatePlan) grow(t *target, value types.AttributeValue) (bool, error) {
	parent, err := p.freshParent(t)
	if parent == nil || err != nil {
		return false, err
	}
	if value != nil {
		parent[t.rel[len(t.rel)-1].Name] = value
	}
	return true, nil
}

// freshParent returns the map that the value at t goes into if it is to be
// created, nil if it exists.
func (p *updatePlan) freshParent(t *target) (attrs, error) {
	n, missing := p.missingParent(t)
	if !missing {
		return nil, nil
	}
	for _, s := range t.rel[n:] {
		if s.Kind == attr.Index {
			return nil, fail.At(t.path, fail.Withf(ErrNoPath, "an element of an absent list cannot be created; use Append"))
		}
	}
	if n == 0 {
		if err := p.holdPart(t); err != nil {
			return nil, err
		}
	}
	doc := p.freshAt(t.owner, t.rel[:n]).doc
	for _, s := range t.rel[n : len(t.rel)-1] {
		m, ok := doc[s.Name].(*types.AttributeValueMemberM)
		if !ok {
			m = &types.AttributeValueMemberM{Value: attrs{}}
			doc[s.Name] = m
		}
		doc = m.Value
	}
	return doc, nil
}

// holdPart sees to it that there is something to put the absent part back into
// that owns t.
func (p *updatePlan) holdPart(t *target) error {
	tokens, err := t.owner.Tokens()
	if err != nil {
		return err
	}
	above, err := p.v.resolveNew(t.path[:len(tokens)]) // a token for each step of the path
	switch {
	case err != nil:
		return err
	case above.elemOf == nil:
		return p.enclose(above)
	case above.elemOf.Kind == stored.Map:
		return nil // holdEntries did
	}
	return fail.At(t.path, fail.Withf(ErrNoPath, "%s has no value", t.owner))
}

// holdEntries lists the entries of divided maps that a new value is in.
func (p *updatePlan) holdEntries(t *target) error {
	if p.v.meta == nil {
		return nil
	}
	for _, e := range t.entries {
		o, there := p.m.orders[e.in]
		if !there {
			o, there = p.v.meta.Orders[e.in]
		}
		if there && !slices.Contains(o.Nils, e.key) {
			continue
		}
		notThis := func(key string) bool { return key == e.key }
		p.m.orders[e.in] = stored.Order{IsMap: true, Nils: slices.DeleteFunc(slices.Clone(o.Nils), notThis)}
		if there {
			continue
		}
		tokens, err := e.in.Tokens()
		if err != nil {
			return err
		}
		whole, err := p.v.resolveNew(t.path[:len(tokens)])
		if err != nil {
			return err
		}
		if err := p.enclose(whole); err != nil {
			return err
		}
	}
	return nil
}

// enclose sees to it that what a value is put back into exists, though the
// value itself is not in its item: the map that holds it in the part or the
// root above.
func (p *updatePlan) enclose(t *target) error {
	if done, err := p.grow(t, nil); done || err != nil {
		return err
	}
	_, err := p.within(t)
	return err
}

// missingParent returns how much of t.rel leads to the topmost absent parent:
// 0 for the part itself.
func (p *updatePlan) missingParent(t *target) (int, bool) {
	if !p.parents || !p.v.certain() {
		return 0, false
	}
	if !p.v.present(t.owner) {
		return 0, true
	}
	for n := 1; n < len(t.rel); n++ {
		if p.absent[parentKey(t.owner, t.rel[:n])] {
			return n, true
		}
	}
	return 0, false
}

func (p *updatePlan) freshAt(owner stored.Inst, rel attr.Path) *fresh {
	for _, f := range p.fresh {
		if parentKey(f.owner, f.rel) == parentKey(owner, rel) {
			return f
		}
	}
	f := &fresh{owner: owner, rel: rel, doc: attrs{}}
	p.fresh = append(p.fresh, f)
	return f
}

// finishFresh writes the created parents.
func (p *updatePlan) finishFresh() error {
	for _, f := range p.fresh {
		if len(f.rel) == 0 {
			if err := p.putPart(f.owner, f.doc); err != nil {
				return err
			}
			continue
		}
		t := &target{path: f.rel, owner: f.owner, rel: f.rel}
		if err := p.assign(t, model.Set, &types.AttributeValueMemberM{Value: f.doc}); err != nil {
			return err
		}
	}
	return nil
}

// parentKey identifies a parent, or another value, among those of one object.
func parentKey(owner stored.Inst, rel attr.Path) string {
	key := strconv.Quote(string(owner))
	for _, s := range rel {
		key += fmt.Sprint(" ", s.Index, strconv.Quote(s.Name))
	}
	return key
}
