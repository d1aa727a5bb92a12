package patch

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
)

// Changes of one element of a divided list, or one entry of a divided map.

// replaceElem sets or removes one element of a list; the manifest is known.
func (p *changes) replaceElem(t *place.Target, value types.AttributeValue) error {
	q := t.ElemOf
	list := t.List
	if _, twice := p.m.orders[list]; twice {
		return fail.At(t.Path, fail.Withf(fail.ErrInvalid, "one Update can add, remove or replace one element of %s; use Modify for more", list))
	}
	o := p.v.Meta.Orders[list]
	o.Elems = slices.Clone(o.Elems)
	was := p.v.Meta.Orders[list].Elems[t.Elem]
	_, apart := p.v.Meta.Parts[t.Named]
	x, err := p.edit(t)
	if err != nil {
		return err
	}
	if value == nil { // the element goes, the list closes
		o.Elems = slices.Delete(o.Elems, t.Elem, t.Elem+1)
		if !was.Nil && !apart {
			x.Remove(x.Doc(t.Rel))
		}
		p.m.orders[list] = o
		return p.dropUnder(t, was)
	}
	if item.Absent(value) {
		if q.Kind == stored.KeptList {
			x.Set(x.Doc(t.Rel), x.Value(value))
		} else {
			o.Elems[t.Elem] = stored.Element{Nil: true}
			if !was.Nil && !apart {
				x.Remove(x.Doc(t.Rel))
			}
		}
		p.m.orders[list] = o
		return p.dropUnder(t, was)
	}
	if was.Nil {
		o.Elems[t.Elem] = stored.Element{ID: stored.NewElemID()}
		p.m.orders[list] = o
		t.Named, apart = list.Elem(o.Elems[t.Elem].ID), true
	}
	stays, err := p.divide(t, value, apart && q.Table != "")
	if err == nil && stays != nil {
		x.Set(x.Doc(t.Rel), x.Value(stays))
	}
	return err
}

func (p *changes) dropUnder(t *place.Target, was stored.Element) error {
	if !was.Nil {
		for _, inst := range p.under(t.Named) {
			p.drop(inst)
		}
	}
	return nil
}

// replaceEntry sets or removes one entry of a map.
func (p *changes) replaceEntry(t *place.Target, value types.AttributeValue) error {
	if p.v.Meta == nil && !p.v.Bare {
		return place.ErrNeedManifest // whether the entry exists decides the count of parts
	}
	apart := false
	if p.v.Meta != nil {
		_, apart = p.v.Meta.Parts[t.Named]
	}
	if value == nil {
		return p.removeEntry(t, apart)
	}
	v, ok := value.(*types.AttributeValueMemberM)
	if !ok {
		return fail.At(t.Path, fail.Withf(fail.ErrInvalid, "an entry of a divided map cannot be nil"))
	}
	q := t.ElemOf
	leaves := q.Table != "" && !apart && (q.WhenOver == 0 || item.Size(v.Value) > q.WhenOver)
	stays, err := p.divide(t, value, apart || leaves)
	if err != nil || !t.EntriesStay() {
		return err
	}
	if done, err := p.putIntoNewParent(t, stays); done || err != nil {
		return err
	}
	x, err := p.within(t)
	if err != nil {
		return err
	}
	if stays != nil {
		x.Set(x.Doc(t.Rel), x.Value(stays))
	} else if leaves {
		x.Remove(x.Doc(t.Rel))
	}
	return nil
}

func (p *changes) removeEntry(t *place.Target, apart bool) error {
	x, err := p.edit(t)
	if err != nil {
		return err
	}
	if t.EntriesStay() {
		p.parent(x, t)
		p.watching(t, "")
		if !apart {
			x.Remove(x.Doc(t.Rel))
		}
	}
	return p.dropUnder(t, stored.Element{Nil: p.v.Meta == nil})
}

// divide puts the parts of an element's or entry's value where they belong. It
// returns what stays in the item of the owner, nil if the value goes apart.
func (p *changes) divide(t *place.Target, value types.AttributeValue, apart bool) (types.AttributeValue, error) {
	m, ok := value.(*types.AttributeValueMemberM)
	if !ok {
		return nil, fail.At(t.Path, fail.Withf(fail.ErrInvalid, "an element of a divided list is a struct, not %s", item.TypeText(value)))
	}
	var old []stored.Inst
	if p.v.Meta != nil {
		old = p.under(t.Named)
	}
	split, err := place.SplitAt(t.ElemOf.Kids, t.Named, m.Value, p.ids)
	if err != nil {
		return nil, fail.At(t.Path, fail.Withf(fail.ErrInvalid, "%w", err))
	}
	if apart {
		split.Pieces = append(split.Pieces, place.Piece{Inst: t.Named, Place: t.ElemOf, Doc: split.Root})
		value = nil
	}
	return value, p.accept(split, old)
}
