package patch

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
)

// Values below an absent parent, for EnsureParents. The parent is known to be
// absent (the version is fixed), so it is written whole with what belongs in it.

// newParent is a parent that an update creates: an attribute of an item, or with
// an empty rel the document of a whole part.
type newParent struct {
	owner stored.Inst
	rel   attr.Path
	doc   attrs
}

// putIntoNewParent puts the value of a change, nil for nothing, into a parent
// that is to be created; false if the parent exists.
func (p *changes) putIntoNewParent(t *place.Target, value types.AttributeValue) (bool, error) {
	parent, err := p.newParentOf(t)
	if parent == nil || err != nil {
		return false, err
	}
	if value != nil {
		parent[t.Rel[len(t.Rel)-1].Name] = value
	}
	return true, nil
}

// newParentOf returns the map that the value at t goes into if it is to be
// created, nil if it exists.
func (p *changes) newParentOf(t *place.Target) (attrs, error) {
	n, missing := p.missingParent(t)
	if !missing {
		return nil, nil
	}
	for _, s := range t.Rel[n:] {
		if s.Kind == attr.Index {
			return nil, fail.At(t.Path, fail.Withf(fail.ErrNoPath, "an element of an absent list cannot be created; use Append"))
		}
	}
	if n == 0 {
		if err := p.ensurePartParent(t); err != nil {
			return nil, err
		}
	}
	doc := p.newParentAt(t.Owner, t.Rel[:n]).doc
	for _, s := range t.Rel[n : len(t.Rel)-1] {
		m, ok := doc[s.Name].(*types.AttributeValueMemberM)
		if !ok {
			m = &types.AttributeValueMemberM{Value: attrs{}}
			doc[s.Name] = m
		}
		doc = m.Value
	}
	return doc, nil
}

// ensurePartParent makes sure that the parent of t's missing part exists, so that a
// reader can put the part back.
func (p *changes) ensurePartParent(t *place.Target) error {
	tokens, err := t.Owner.Tokens()
	if err != nil {
		return err
	}
	above, err := p.v.ResolveNew(t.Path[:len(tokens)]) // a token for each step of the path
	switch {
	case err != nil:
		return err
	case p.s.IsVariant(above.Path):
	case above.ElemOf == nil:
		return p.ensureParent(above)
	case above.ElemOf.Kind == stored.Map:
		return nil // ensureEntries did
	}
	return fail.At(t.Path, fail.Withf(fail.ErrNoPath, "%s has no value", t.Owner))
}

// ensureEntries lists the entries of divided maps that a new value is in.
func (p *changes) ensureEntries(t *place.Target) error {
	if p.v.Meta == nil {
		return nil
	}
	for _, e := range t.Entries {
		o, there := p.m.orders[e.In]
		if !there {
			o, there = p.v.Meta.Orders[e.In]
		}
		if there && !slices.Contains(o.Nils, e.Key) {
			continue
		}
		notThis := func(key string) bool { return key == e.Key }
		p.m.orders[e.In] = stored.Order{IsMap: true, Nils: slices.DeleteFunc(slices.Clone(o.Nils), notThis)}
		if there {
			continue
		}
		tokens, err := e.In.Tokens()
		if err != nil {
			return err
		}
		whole, err := p.v.ResolveNew(t.Path[:len(tokens)])
		if err != nil {
			return err
		}
		if err := p.ensureParent(whole); err != nil {
			return err
		}
	}
	return nil
}

// ensureParent makes sure that the map exists which a reader puts the value back
// into. The value itself is in another item.
func (p *changes) ensureParent(t *place.Target) error {
	if done, err := p.putIntoNewParent(t, nil); done || err != nil {
		return err
	}
	_, err := p.within(t)
	return err
}

// missingParent returns how much of t.Rel leads to the topmost absent parent:
// 0 for the part itself.
func (p *changes) missingParent(t *place.Target) (int, bool) {
	if !p.parents || !p.v.Certain() {
		return 0, false
	}
	if !p.v.Present(t.Owner) {
		return 0, true
	}
	for n := 1; n < len(t.Rel); n++ {
		if p.absent[parentKey(t.Owner, t.Rel[:n])] {
			return n, true
		}
	}
	return 0, false
}

func (p *changes) newParentAt(owner stored.Inst, rel attr.Path) *newParent {
	for _, f := range p.created {
		if parentKey(f.owner, f.rel) == parentKey(owner, rel) {
			return f
		}
	}
	f := &newParent{owner: owner, rel: rel, doc: attrs{}}
	p.created = append(p.created, f)
	return f
}

// writeNewParents writes the created parents.
func (p *changes) writeNewParents() error {
	for _, f := range p.created {
		if len(f.rel) == 0 {
			if err := p.putPart(f.owner, f.doc); err != nil {
				return err
			}
			continue
		}
		t := &place.Target{Path: f.rel, Owner: f.owner, Rel: f.rel}
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
