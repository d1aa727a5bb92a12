package damage

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

// Pages of the manifest that are missing. Which parts they have named nobody knows, so those
// are not in the report: it has the pages, and what cannot be placed without them.

// Paged is the report about the object with a key whose manifest has lost pages. root is
// what the others say, and it the root item.
func (r *Report) Paged(root *stored.Root, key []types.AttributeValue, it map[string]types.AttributeValue) *Report {
	switch {
	case r == nil || r.base != root.Base():
		r = &Report{base: root.Base(), parts: map[stored.Inst]*Part{}, whole: root}
	case len(r.pages) > 0:
		return r
	}
	r.whole, r.item = root, it
	for _, page := range root.Pages.Lost() {
		at := stored.Location{Table: root.Pages.Table, KeyName: root.Pages.KeyName, Key: stored.PageKey(root.Entity, key, page.Stamp)}
		r.pages = append(r.pages, Part{At: at, Cause: Missing, Err: fail.Withf(fail.ErrCorrupt, "item %q of table %s, a page of the manifest, is missing: the parts that it names are not known", at.Key, at.Table)})
	}
	r.listed = map[stored.Inst]bool{}
	for list, order := range root.Orders {
		if r.blurs(list, order) {
			continue
		}
		for _, e := range order.Elems {
			if !e.Nil {
				r.listed[list.Elem(e.ID)] = true
			}
		}
	}
	for _, inst := range sorted.Keys(root.Parts) {
		if !r.placed(inst) {
			r.parts[inst] = &Part{Inst: inst, Cause: Unreachable, Err: fail.At(fail.Text(inst), fail.Withf(fail.ErrCorrupt, "the page of the manifest that says where it belongs is missing"))}
		}
	}
	return r
}

// blurs reports whether it cannot be told which element of a list is which. Of a list that
// stays all elements are in the parent, in the order of their ids, and ids may be missing.
// Where some elements are, an id without a part may be theirs, or that of a lost part.
func (r *Report) blurs(list stored.Inst, order stored.Order) bool {
	place := r.whole.Layout.Find(stored.PlaceOf(list))
	switch {
	case order.IsMap, place == nil, place.Kind == stored.List && !place.MayInline:
		return false
	case place.MayInline:
		return slices.ContainsFunc(order.Elems, r.partless(list)) || r.inRoot(list) != nil
	}
	values, _ := r.inRoot(list).(*types.AttributeValueMemberL)
	return values != nil && len(values.Value) != len(order.Elems)
}

// partless reports of an element of a list that the manifest names no part for it.
func (r *Report) partless(list stored.Inst) func(stored.Element) bool {
	return func(e stored.Element) bool {
		_, named := r.whole.Parts[list.Elem(e.ID)]
		return !e.Nil && !named
	}
}

// inRoot is what the root item has of an instance, nil if it has nothing.
func (r *Report) inRoot(inst stored.Inst) types.AttributeValue {
	apart := func(around stored.Inst) bool { _, apart := r.whole.Parts[around]; return apart }
	if inst.Dynamic() || inst.Outside(apart) {
		return nil
	}
	return item.Follow(r.item, stored.PlaceOf(inst))
}

// placed reports whether what is left of the manifest says where an instance belongs: in
// parts that it names, and if it is an element, at a place of its list.
func (r *Report) placed(inst stored.Inst) bool {
	if _, _, ok := element(inst); ok && !r.listed[inst] {
		return false
	}
	return !inst.Outside(func(around stored.Inst) bool { return r.unnamed(around) || !r.placed(around) })
}

// unnamed reports whether an instance that something is inside of must be a part, and is
// not named.
func (r *Report) unnamed(inst stored.Inst) bool {
	place := r.whole.Layout.Home(inst)
	if _, named := r.whole.Parts[inst]; named || place == nil || place.Table == "" {
		return false
	}
	tokens, err := inst.Tokens()
	switch {
	case err != nil, place.Kind != stored.One && tokens[len(tokens)-1].Kind == '.':
		return false // the list or map itself
	case place.MayInline:
		return r.inRoot(inst) == nil // of what is in another item nobody knows
	}
	return true
}

// dropUnnamed takes out of a record what cannot be placed without the lost pages: orders
// inside of parts that are not named, and elements that were parts. The entries of a map are
// known without its order, which has those that are nil.
func (r *Report) dropUnnamed(root *stored.Root) {
	for inst := range root.Parts {
		if m, ok := mapOf(inst); ok && !root.Orders[m].IsMap {
			root.Orders[m] = stored.Order{IsMap: true}
		}
	}
	for inst, order := range root.Orders {
		place := root.Layout.Find(stored.PlaceOf(inst))
		switch {
		case !r.placed(inst), !order.IsMap && r.blurs(inst, r.whole.Orders[inst]):
			delete(root.Orders, inst)
		case !order.IsMap && place != nil && place.Kind == stored.List && !place.MayInline:
			order.Elems = slices.DeleteFunc(slices.Clone(order.Elems), r.partless(inst))
			root.Orders[inst] = order
		}
	}
}

// mapOf is the map that an instance is an entry of.
func mapOf(inst stored.Inst) (m stored.Inst, ok bool) {
	tokens, err := inst.Tokens()
	if err != nil || len(tokens) == 0 || tokens[len(tokens)-1].Kind != ':' {
		return "", false
	}
	inst.Outside(func(around stored.Inst) bool { m = around; return false })
	return m, true
}

// Unnamed reports whether there may be parts that nobody knows of, because pages of the
// manifest are missing.
func (e *Error) Unnamed() bool { return len(e.Parts) > 0 && e.Parts[0].Inst == "" }
