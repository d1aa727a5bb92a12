package repo

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
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

// grow puts the value of a change into a parent that is to be created; false
// if the parent exists.
func (p *updatePlan) grow(t *target, value types.AttributeValue) (bool, error) {
	n, ok := p.missingParent(t)
	if !ok {
		return false, nil
	}
	for _, s := range t.rel[n:] {
		if s.Kind == attr.Index {
			return true, at(t.path, failf(ErrNoPath, "an element of an absent list cannot be created; use Append"))
		}
	}
	f := p.freshAt(t.owner, t.rel[:n])
	doc := f.doc
	for _, s := range t.rel[n : len(t.rel)-1] {
		m, ok := doc[s.Name].(*types.AttributeValueMemberM)
		if !ok {
			m = &types.AttributeValueMemberM{Value: attrs{}}
			doc[s.Name] = m
		}
		doc = m.Value
	}
	doc[t.rel[len(t.rel)-1].Name] = value
	return true, nil
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

// parentKey identifies a parent among those of one object.
func parentKey(owner stored.Inst, rel attr.Path) string { return string(owner) + "\x00" + rel.String() }
