package repo

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
)

// Changes of one element of a divided list, or one entry of a divided map.

// replaceElem sets or removes one element of a list; the manifest is known.
func (p *updatePlan) replaceElem(t *target, value types.AttributeValue) error {
	q := t.elemOf
	list := t.list
	if _, twice := p.m.orders[list]; twice {
		return fail.At(t.path, fail.Withf(ErrInvalid, "one Update can add, remove or replace one element of %s; use Modify for more", list))
	}
	o := p.v.meta.Orders[list]
	o.Elems = slices.Clone(o.Elems)
	was := p.v.meta.Orders[list].Elems[t.elem]
	_, apart := p.v.meta.Parts[t.named]
	x, err := p.edit(t)
	if err != nil {
		return err
	}
	if value == nil { // the element goes, the list closes
		o.Elems = slices.Delete(o.Elems, t.elem, t.elem+1)
		if !was.Nil && !apart {
			x.Remove(x.Doc(t.rel))
		}
		p.m.orders[list] = o
		return p.dropUnder(t, was)
	}
	if item.Absent(value) {
		if q.Kind == stored.InList {
			x.Set(x.Doc(t.rel), x.Value(value))
		} else {
			o.Elems[t.elem] = stored.Element{Nil: true}
			if !was.Nil && !apart {
				x.Remove(x.Doc(t.rel))
			}
		}
		p.m.orders[list] = o
		return p.dropUnder(t, was)
	}
	if was.Nil {
		o.Elems[t.elem] = stored.Element{ID: stored.NewElemID()}
		p.m.orders[list] = o
		t.named, apart = list.Elem(o.Elems[t.elem].ID), true
	}
	stays, err := p.divide(t, value, apart && q.Table != "")
	if err == nil && stays != nil {
		x.Set(x.Doc(t.rel), x.Value(stays))
	}
	return err
}

func (p *updatePlan) dropUnder(t *target, was stored.Element) error {
	if !was.Nil {
		for _, inst := range p.under(t.named) {
			p.drop(inst)
		}
	}
	return nil
}

// replaceEntry sets or removes one entry of a map.
func (p *updatePlan) replaceEntry(t *target, value types.AttributeValue) error {
	if p.v.meta == nil && !p.v.bare {
		return errNeedManifest // whether the entry exists decides the count of parts
	}
	apart := false
	if p.v.meta != nil {
		_, apart = p.v.meta.Parts[t.named]
	}
	if value == nil {
		return p.removeEntry(t, apart)
	}
	v, ok := value.(*types.AttributeValueMemberM)
	if !ok {
		return fail.At(t.path, fail.Withf(ErrInvalid, "an entry of a divided map cannot be nil"))
	}
	q := t.elemOf
	leaves := q.Table != "" && !apart && (q.WhenOver == 0 || item.Size(v.Value) > q.WhenOver)
	stays, err := p.divide(t, value, apart || leaves)
	if err != nil || !t.entriesStay() {
		return err
	}
	if done, err := p.grow(t, stays); done || err != nil {
		return err
	}
	x, err := p.within(t)
	if err != nil {
		return err
	}
	if stays != nil {
		x.Set(x.Doc(t.rel), x.Value(stays))
	} else if leaves {
		x.Remove(x.Doc(t.rel))
	}
	return nil
}

func (p *updatePlan) removeEntry(t *target, apart bool) error {
	x, err := p.edit(t)
	if err != nil {
		return err
	}
	if t.entriesStay() {
		p.parent(x, t)
		p.watching(t, model.Set, false)
		if !apart {
			x.Remove(x.Doc(t.rel))
		}
	}
	return p.dropUnder(t, stored.Element{Nil: p.v.meta == nil})
}

// entriesStay reports whether the map of an entry is in the item of its owner,
// with those of its entries that are not apart.
func (t *target) entriesStay() bool { return t.elemOf.Kind == stored.InMap || t.elemOf.Spill }

// divide puts the parts of an element's or entry's value where they belong. It
// returns what stays in the item of the owner, nil if the value goes apart.
func (p *updatePlan) divide(t *target, value types.AttributeValue, apart bool) (types.AttributeValue, error) {
	m, ok := value.(*types.AttributeValueMemberM)
	if !ok {
		return nil, fail.At(t.path, fail.Withf(ErrInvalid, "an element of a divided list is a struct, not %s", item.TypeName(value)))
	}
	var old []stored.Inst
	if p.v.meta != nil {
		old = p.under(t.named)
	}
	split, err := place.SplitAt(t.elemOf.Kids, t.named, m.Value, p.ids)
	if err != nil {
		return nil, fail.At(t.path, fail.Withf(ErrInvalid, "%w", err))
	}
	if apart {
		split.Pieces = append(split.Pieces, place.Piece{Inst: t.named, Place: t.elemOf, Doc: split.Root})
		value = nil
	}
	return value, p.accept(split, old)
}
