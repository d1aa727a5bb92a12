package repo

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/internal/stored"
)

// aligner compares the document of a new value with the stored object it
// replaces, before anything is divided: list elements get the ids they had,
// and parts that were not loaded are left out and kept.
type aligner struct {
	c       *core
	meta    *stored.Root     // what is stored; nil: nothing
	snap    *record.Snapshot // what the value was read with; nil: unknown
	ignore  bool             // KeepShards: whatever the value holds is not written
	ids     map[stored.Inst][]stored.ElemID
	elems   map[stored.Inst][]record.Digest
	carried []stored.Inst // instances whose entries stay as they are
}

func (a *aligner) places(places []*place.Place, base stored.Inst, doc attrs) error {
	for _, p := range places {
		if p.Foreign {
			a.foreign(p, base, doc)
			continue
		}
		parent, name, ok := place.Locate(doc, p.Rel)
		if !ok {
			continue
		}
		inst := base.Join(p.Rel)
		if a.unloaded(p) {
			if err := a.gap(p, inst, parent[name]); err != nil {
				return err
			}
			delete(parent, name)
			a.carried = append(a.carried, inst)
			continue
		}
		if err := a.value(p, inst, parent[name]); err != nil {
			return err
		}
	}
	return nil
}

// gap checks that a part may be left as it is stored; av is what the value
// holds in its place.
func (a *aligner) gap(p *place.Place, inst stored.Inst, av types.AttributeValue) error {
	_, apart := a.meta.Parts[inst]
	switch {
	case a.ignore:
		return nil
	case !a.blank(p, av):
		return at(text(inst), failf(ErrNotLoaded, "the object was read without this part, and the value holds one; read it whole to replace it"))
	case p.Spill && !apart:
		// Overwrite: another write has taken it into the item that is replaced.
		return at(text(inst), failf(ErrNotLoaded, "the object was read without this part, which is no longer apart; read it again"))
	}
	return nil
}

func (a *aligner) value(p *place.Place, inst stored.Inst, av types.AttributeValue) error {
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		if p.Kind == stored.One {
			return a.places(p.Kids, inst, v.Value)
		}
		for key, e := range v.Value {
			if m, ok := e.(*types.AttributeValueMemberM); ok {
				if err := a.places(p.Kids, inst.Key(key), m.Value); err != nil {
					return err
				}
			}
		}
	case *types.AttributeValueMemberL:
		return a.list(p, inst, v.Value)
	default:
		// A list that is gone would take parts with it that nobody has seen.
		if gaps := a.gapsInside(p); gaps != "" && a.meta != nil && len(a.meta.Orders[inst].Elems) > 0 {
			return a.gapError(inst, gaps)
		}
	}
	return nil
}

func (a *aligner) list(p *place.Place, inst stored.Inst, values []types.AttributeValue) error {
	if gaps := a.gapsInside(p); gaps != "" {
		return a.listWithGaps(p, inst, values, gaps)
	}
	digests := record.Digests(values)
	ids := a.match(inst, digests)
	a.ids[inst], a.elems[inst] = ids, digests
	for i, e := range values {
		if m, ok := e.(*types.AttributeValueMemberM); ok {
			if err := a.places(p.Kids, inst.Elem(ids[i]), m.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

// listWithGaps keeps the gaps of a list with their elements. The elements are
// told apart by their place in the list only, so the list must not have changed.
func (a *aligner) listWithGaps(p *place.Place, inst stored.Inst, values []types.AttributeValue, gaps string) error {
	var known []record.Digest
	if a.snap != nil {
		known = a.snap.Elems[inst]
	}
	old := a.meta.Orders[inst].Elems
	if len(known) != len(values) || len(old) != len(values) || a.snap != nil && !slices.Equal(a.snap.Root.Orders[inst].Elems, old) {
		return a.gapError(inst, gaps)
	}
	// KeepShards compares what was loaded, before it is left out; otherwise the
	// parts that were not loaded must prove to be blank first.
	if a.ignore {
		a.leaveBlanks(p, &types.AttributeValueMemberL{Value: values})
	}
	digests := record.Digests(values)
	ids := make([]stored.ElemID, len(values))
	for i, e := range values {
		ids[i] = old[i].ID
		if m, ok := e.(*types.AttributeValueMemberM); ok {
			if err := a.places(p.Kids, inst.Elem(ids[i]), m.Value); err != nil {
				return err
			}
		}
	}
	if !a.ignore {
		digests = record.Digests(values)
	}
	if !slices.Equal(known, digests) {
		return a.gapError(inst, gaps)
	}
	a.ids[inst], a.elems[inst] = ids, digests
	return nil
}

// leaveBlanks takes the zero values of parts that were not loaded out of the
// elements of a list, so that they are again what was read.
func (a *aligner) leaveBlanks(p *place.Place, av types.AttributeValue) {
	for _, doc := range documents(p, av) {
		for _, k := range p.Kids {
			parent, name, ok := place.Locate(doc, k.Rel)
			switch {
			case !ok:
			case a.snap != nil && a.snap.Unloaded[k.Path.String()] && a.blank(k, parent[name]):
				delete(parent, name)
			default:
				a.leaveBlanks(k, parent[name])
			}
		}
	}
}

// documents are what the parts inside a place stand in: the value itself, or
// its elements.
func documents(p *place.Place, av types.AttributeValue) []attrs {
	var values []types.AttributeValue
	switch v := av.(type) {
	case *types.AttributeValueMemberL:
		values = v.Value
	case *types.AttributeValueMemberM:
		if p.Kind == stored.One {
			return []attrs{v.Value}
		}
		values = slices.Collect(maps.Values(v.Value))
	}
	var docs []attrs
	for _, e := range values {
		if m, ok := e.(*types.AttributeValueMemberM); ok {
			docs = append(docs, m.Value)
		}
	}
	return docs
}

// match gives the elements their ids: those of equal content first, then the
// freed ones, so that as few items as possible change and none is left behind.
func (a *aligner) match(inst stored.Inst, digests []record.Digest) []stored.ElemID {
	var old []stored.Element
	if a.meta != nil {
		old = a.meta.Orders[inst].Elems
	}
	known := make([]record.Digest, len(old))
	if a.snap != nil && len(a.snap.Elems[inst]) == len(old) {
		known = a.snap.Elems[inst]
	}
	ids := make([]stored.ElemID, len(digests))
	for i, o := range record.Match(known, digests) {
		if o >= 0 && !old[o].Nil {
			ids[i] = old[o].ID
		} else {
			ids[i] = stored.NewElemID()
		}
	}
	return ids
}

// unloaded reports whether the parts of a place stay as they are.
func (a *aligner) unloaded(p *place.Place) bool {
	switch {
	case p.Foreign:
		return false
	case a.ignore:
		return p.Table != "" // a list that stays belongs to the root item
	}
	return a.snap != nil && a.snap.Unloaded[p.Path.String()]
}

// gapsInside names a place inside p that was not loaded, "" if there is none.
func (a *aligner) gapsInside(p *place.Place) string {
	for _, k := range p.Kids {
		if a.unloaded(k) {
			return k.Path.String()
		}
		if g := a.gapsInside(k); g != "" {
			return g
		}
	}
	return ""
}

func (a *aligner) gapError(inst stored.Inst, gaps string) error {
	return at(text(inst), failf(ErrNotLoaded, "the list was read without %s and has changed; read it whole to change it", gaps))
}

// blank reports whether a part that was not loaded is still as the reader left
// it: the zero value of its type.
func (a *aligner) blank(p *place.Place, av types.AttributeValue) bool {
	if av == nil {
		return true
	}
	if _, null := av.(*types.AttributeValueMemberNULL); null {
		return true
	}
	zero := a.c.s.zero[p.Path.String()]
	return zero != nil && item.Equal(zero, av)
}

// carry copies the manifest entries at and under an instance into next.
func (a *aligner) carry(inst stored.Inst, next *stored.Root, key storedKey) {
	if a.meta == nil {
		return
	}
	for i, ref := range a.meta.Parts {
		if !i.Under(inst) {
			continue
		}
		loc := a.meta.Locate(i, key.parts)
		if !next.Derives(i, loc, key.parts) {
			ref.Table, ref.KeyName, ref.Key = loc.Table, loc.KeyName, loc.Key
		} else {
			ref.Table, ref.KeyName, ref.Key = "", "", ""
		}
		next.Parts[i] = ref
	}
	for i, o := range a.meta.Orders {
		if i.Under(inst) {
			next.Orders[i] = o
		}
	}
}

// remember takes over what the value was read with and still holds.
func (a *aligner) remember(snap *record.Snapshot, doc attrs) {
	if a.snap == nil {
		return
	}
	snap.Unloaded = a.snap.Unloaded
	snap.Unknown = a.snap.Unknown.Merge(doc)
	if a.ignore {
		snap.Unknown = a.snap.Unknown // doc lacks the parts that are kept
	}
	if a.snap.Root != a.meta {
		return // what is kept may be newer than what was read
	}
	for _, inst := range a.carried {
		for i, d := range a.snap.Digests {
			if i.Under(inst) {
				snap.Digests[i] = d
			}
		}
		for i, d := range a.snap.Elems {
			if i.Under(inst) {
				snap.Elems[i] = d
			}
		}
	}
}
