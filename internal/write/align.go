package write

import (
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/parts"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/seal"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// aligner compares the document of a new value with the stored object it
// replaces, before anything is divided: list elements get the ids they had,
// and parts that were not loaded are left out and kept.
type aligner struct {
	s       *schema.Schema
	meta    *stored.Root       // what is stored; nil: nothing
	snap    *snapshot.Snapshot // what the value was read with; nil: unknown
	ignore  bool               // KeepShards: the parts that the value holds are not written
	ids     map[stored.Inst][]stored.ElemID
	elems   map[stored.Inst][]snapshot.Element
	parts   []*parts.Value // what the document has not
	carried []stored.Inst  // instances whose entries stay as they are
}

func (a *aligner) places(places []*place.Place, base stored.Inst, doc attrs) error {
	for _, p := range places {
		if p.Unknown {
			a.keepUnknown(p, base, doc)
			continue
		}
		if x := parts.At(a.parts, p); x != nil {
			if err := a.apart(p, x); err != nil {
				return err
			}
			continue
		}
		parent, name, ok := place.Locate(doc, p.Rel)
		if !ok {
			continue
		}
		inst := base.Join(p.Rel)
		if a.unloaded(p) && !a.replaced(p, inst, parent[name]) {
			if err := a.checkUnloaded(p, inst, parent[name]); err != nil {
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

// apart is value for what the document has not.
func (a *aligner) apart(p *place.Place, x *parts.Value) (err error) {
	if elems, list := x.Elements(); list {
		inst := stored.Inst("").Join(p.Rel)
		a.elems[inst] = elems
		a.ids[inst], err = a.match(inst, elems)
	}
	return err
}

// replaced reports whether the value holds another variant than it was read with: then
// what was left out is not to be kept. A zero variant in a new entry may not have been
// validated.
func (a *aligner) replaced(p *place.Place, inst stored.Inst, av types.AttributeValue) bool {
	if a.snap == nil || a.snap.Root == nil || !a.s.IsVariant(p.Path) {
		return false
	}
	_, was := a.snap.Root.Parts[inst]
	return item.Absent(av) || !was && !(p.Path.Wild() && a.isZero(p, av))
}

// checkUnloaded checks that the stored part may stay; av is what the value holds
// instead.
func (a *aligner) checkUnloaded(p *place.Place, inst stored.Inst, av types.AttributeValue) error {
	_, apart := a.meta.Parts[inst]
	switch {
	case a.ignore:
		return nil
	case !a.isZero(p, av):
		return fail.At(fail.Text(inst), fail.Withf(fail.ErrNotLoaded, "the object was read without this part, and the value holds one; read it whole to replace it"))
	case !apart && a.s.IsVariant(p.Path):
		// Overwrite: another write has put another variant in its place.
		return fail.At(fail.Text(inst), fail.Withf(fail.ErrNotLoaded, "the object was read without this variant, which is not stored any more; read it again"))
	case p.MayInline && !apart:
		// Overwrite: another write has taken it into the item that is replaced.
		return fail.At(fail.Text(inst), fail.Withf(fail.ErrNotLoaded, "the object was read without this part, which is now stored inside its parent; read it again"))
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
			if m, ok := e.(*types.AttributeValueMemberM); ok && len(p.Kids) > 0 {
				if err := a.places(p.Kids, inst.Key(key), m.Value); err != nil {
					return err
				}
			}
		}
	case *types.AttributeValueMemberL:
		return a.list(p, inst, v.Value)
	default:
		// Dropping the list would delete parts that were never loaded.
		if gaps := a.unloadedInside(p); gaps != "" && a.meta != nil && len(a.meta.Orders[inst].Elems) > 0 {
			return a.unloadedError(inst, gaps)
		}
	}
	return nil
}

func (a *aligner) list(p *place.Place, inst stored.Inst, values []types.AttributeValue) (err error) {
	elems := snapshot.Elements(values, a.s.Identity.Of(p.Path))
	gaps := a.unloadedInside(p)
	ids := a.storedIDs(inst)
	if gaps == "" {
		ids, err = a.match(inst, elems)
	} else if len(ids) != len(elems) {
		err = a.unloadedError(inst, gaps)
	}
	if err != nil {
		return err
	}
	for i, e := range values {
		if m, ok := e.(*types.AttributeValueMemberM); ok && len(p.Kids) > 0 {
			if err := a.places(p.Kids, inst.Elem(ids[i]), m.Value); err != nil {
				return err
			}
		}
	}
	// The gaps of a list stay with their elements. Only the position says which
	// element is which, so the list must not have changed.
	if gaps != "" && !slices.Equal(a.known(inst), elems) {
		return a.unloadedError(inst, gaps)
	}
	a.ids[inst], a.elems[inst] = ids, elems
	return nil
}

// storedIDs are the ids of the elements of a stored list.
func (a *aligner) storedIDs(inst stored.Inst) []stored.ElemID {
	if a.meta == nil {
		return nil
	}
	old := a.meta.Orders[inst].Elems
	ids := make([]stored.ElemID, len(old))
	for i, e := range old {
		ids[i] = e.ID
	}
	return ids
}

// known is what the elements of a stored list are recognised by, nil if the
// value was read with another list.
func (a *aligner) known(inst stored.Inst) []snapshot.Element {
	if a.snap == nil || a.snap.Root == nil || a.meta == nil || !slices.Equal(a.snap.Root.Orders[inst].Elems, a.meta.Orders[inst].Elems) {
		return nil
	}
	return a.snap.Elems[inst]
}

// match gives the elements their ids. Those that are new, or have changed so
// that they are not recognised, get the freed ones: as few items as possible
// change, and none is left behind.
func (a *aligner) match(inst stored.Inst, elems []snapshot.Element) ([]stored.ElemID, error) {
	var old []stored.Element
	if a.meta != nil {
		old = a.meta.Orders[inst].Elems
	}
	known := a.known(inst)
	if len(known) != len(old) {
		known = make([]snapshot.Element, len(old)) // none is recognised
	}
	m := snapshot.Match(known, elems)
	parts := a.unknownParts(inst, old)
	if i := m.Doubtful(func(i int) bool { return parts[i] != nil }, func(int, int) bool { return false }); i >= 0 {
		return nil, doubtError(&snapshot.DoubtError{List: seal.InstPath(inst), Element: i, Attribute: parts[i]})
	}
	ids, taken := make([]stored.ElemID, len(elems)), make([]bool, len(old))
	for _, o := range m.Old {
		if o >= 0 {
			taken[o] = true
		}
	}
	next := 0
	for i, o := range m.Old {
		if o < 0 {
			// What another version keeps under an id is not for a new element.
			for next < len(old) && (taken[next] || old[next].Nil || parts[next] != nil) {
				next++
			}
			o = next
			next++
		}
		if o < len(old) && !old[o].Nil {
			ids[i] = old[o].ID
		} else {
			ids[i] = stored.NewElemID()
		}
	}
	return ids, nil
}

// unloaded reports whether the parts of a place stay as they are.
func (a *aligner) unloaded(p *place.Place) bool {
	switch {
	case p.Unknown:
		return false
	case a.ignore:
		return p.Table != "" // a list that stays belongs to the root item
	}
	return a.snap != nil && a.snap.Unloaded[p.Path.String()]
}

// unloadedInside names a place inside p that was not loaded, "" if there is none.
func (a *aligner) unloadedInside(p *place.Place) string {
	for _, k := range p.Kids {
		if a.unloaded(k) {
			return k.Path.String()
		}
		if g := a.unloadedInside(k); g != "" {
			return g
		}
	}
	return ""
}

func (a *aligner) unloadedError(inst stored.Inst, gaps string) error {
	return fail.At(fail.Text(inst), fail.Withf(fail.ErrNotLoaded, "the list was read without %s and has changed; read it whole to change it", gaps))
}

// isZero reports whether a part that was not loaded is still as the reader left
// it: the zero value of its type.
func (a *aligner) isZero(p *place.Place, av types.AttributeValue) bool {
	if item.Absent(av) {
		return true
	}
	zero := a.s.Zero[p.Path.String()]
	return zero != nil && item.Equal(zero, av)
}

// keepEntries copies the manifest entries at and under an instance into next.
func (a *aligner) keepEntries(inst stored.Inst, next *stored.Root, key tables.Key) {
	if a.meta == nil {
		return
	}
	for i, ref := range a.meta.Parts {
		if !i.Under(inst) {
			continue
		}
		loc := a.meta.Locate(i, key.Parts)
		next.Parts[i] = next.RefTo(i, ref, loc, key.Parts)
	}
	for i, o := range a.meta.Orders {
		if i.Under(inst) {
			next.Orders[i] = o
		}
	}
}

// follow finds out where in the new document what the type does not know
// belongs.
func (a *aligner) follow(doc attrs) (*snapshot.Unknown, error) {
	if a.snap == nil {
		return nil, nil
	}
	next, err := a.snap.Unknown.Follow(doc, a.s.Identity)
	return next, doubtError(err)
}

// doubtError is the error of a write that would lose what another version of
// the program has stored, or give it to somebody else.
func doubtError(err error) error {
	d, ok := errors.AsType[*snapshot.DoubtError](err)
	if !ok {
		return err
	}
	return fail.At(d.List, fail.Withf(fail.ErrNotLoaded, "%w; change elements with Update, or declare with repo.Identity what tells them apart", d))
}

// keepSnapshot takes over what the value was read with and still holds. unknown is
// what follow has found.
func (a *aligner) keepSnapshot(snap *snapshot.Snapshot, unknown *snapshot.Unknown) {
	if a.snap == nil {
		snap.Partial = a.ignore // the parts that are kept were not read
		return
	}
	snap.Unloaded, snap.Unknown = a.snap.Unloaded, unknown
	// What is kept may be newer than what was read, and is not what the value
	// holds now. Of an item without a record single attributes are written.
	snap.Partial = a.snap.Bare() || a.ignore && (a.snap.Root != a.meta || a.snap.Unknown != nil)
	if a.snap.Root != a.meta {
		return
	}
	for _, inst := range a.carried {
		keepUnder(inst, a.snap.Digests, snap.Digests)
		keepUnder(inst, a.snap.Elems, snap.Elems)
		keepUnder(inst, a.snap.Envelopes, snap.Envelopes)
	}
}

func keepUnder[V any](inst stored.Inst, from, to map[stored.Inst]V) {
	for i, v := range from {
		if i.Under(inst) {
			to[i] = v
		}
	}
}
