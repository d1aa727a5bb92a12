package place

import (
	"errors"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/stored"
)

// View is what a plan takes the stored object to be: its layout, and either
// the manifest that was read or, without one, the guess that the object was
// written by this program and that every part on the way exists.
type View struct {
	Tree *Tree
	Meta *stored.Root // nil: a guess, which the write's condition verifies
	Bare bool         // certain that the item has no record: written by others
}

// entry is one of a divided map, which the manifest lists.
type entry struct {
	In  stored.Inst
	Key string
}

// Has reports whether the version that the view is of is known to have a part.
func (v *View) Has(inst stored.Inst) bool {
	if v.Meta == nil {
		return false
	}
	_, ok := v.Meta.Parts[inst]
	return ok
}

// Certain reports whether the view is known, and not a guess.
func (v *View) Certain() bool { return v.Meta != nil || v.Bare }

// ErrNeedManifest: the plan depends on what is stored.
var ErrNeedManifest = errors.New("the manifest is needed")

// Target is where a path leads in the stored object.
type Target struct {
	Path  attr.Path
	Owner stored.Inst // the piece whose item holds the value, "" = root
	Rel   attr.Path   // from that piece's document to the value
	Named stored.Inst // the instance at the path, for the places at and below it

	At     *Place      // the value is this place itself
	ElemOf *Place      // the value is one element or entry of this place
	List   stored.Inst // the list of the last element on the way
	Elem   int         // the element's position in it
	IsNil  bool        // the value is an element that the manifest says is nil

	grows   bool    // entries on the way that are absent are to be created
	Entries []entry // the entries on the way, outermost first

	Base    stored.Inst   // the instance that encloses the value, when divided
	BaseRel attr.Path     // attribute names from there to the value
	Inside  []*Place      // the places at or inside the value, as base sees them
	Inline  []stored.Inst // parts on the way that are guessed to stand in their parent
}

// Divided reports whether the value or something in it has parts of its own.
func (t *Target) Divided() bool { return t.At != nil || t.ElemOf != nil || len(t.Inside) > 0 }

// place is the place that the value is, or is an element or entry of; nil for
// a value that only has places inside.
func (t *Target) place() *Place {
	if t.At != nil {
		return t.At
	}
	return t.ElemOf
}

// Ordered reports whether the value is a list whose elements have ids, which the
// root's record has in order.
func (t *Target) Ordered() bool {
	return t.At != nil && (t.At.Kind == stored.List || t.At.Kind == stored.KeptList)
}

// Leaves reports whether the value may stand in a table of its own.
func (t *Target) Leaves() bool { return t.place() != nil && t.place().Table != "" }

// Spills reports whether the value may stand in a table of its own or in its
// parent.
func (t *Target) Spills() bool { return t.Leaves() && t.place().MayInline }

// Listed reports whether the manifest has the value, if there is one.
func (v *View) Listed(t *Target) bool {
	if v.Meta == nil {
		return false
	}
	if t.At != nil && t.At.Kind != stored.One {
		_, ok := v.Meta.Orders[t.Named]
		return ok
	}
	_, ok := v.Meta.Parts[t.Named]
	return ok
}

// Resolve follows a concrete path through the places of a view.
func (v *View) Resolve(path attr.Path) (*Target, error) {
	return v.walk(&Target{Path: path})
}

// ResolveNew is resolve for a value that is put where entries of divided maps
// on the way may be absent: they are to be created.
func (v *View) ResolveNew(path attr.Path) (*Target, error) {
	return v.walk(&Target{Path: path, grows: true})
}

func (v *View) walk(t *Target) (*Target, error) {
	path := t.Path
	places := v.Tree.Top
	rest := path
	lost := false // below a list that stays, the element's id is not known without a manifest
	for {
		p := covering(places, rest)
		if p == nil {
			t.Rel = attr.Join(t.Rel, rest)
			for _, q := range places {
				if len(rest) < len(q.Rel) && rest.Covers(q.Rel) {
					t.Inside = append(t.Inside, q)
				}
			}
			if len(t.Inside) == 0 {
				return t, nil
			}
			if lost {
				return nil, ErrNeedManifest
			}
			t.Base, t.BaseRel = t.Named, rest
			t.Named = t.Named.Join(rest)
			return t, nil
		}
		if lost {
			return nil, ErrNeedManifest
		}
		inst := t.Named.Join(p.Rel)
		t.Rel = attr.Join(t.Rel, p.Rel)
		if len(rest) == len(p.Rel) {
			t.At, t.Inside = p, []*Place{p}
			t.Base, t.BaseRel, t.Named = t.Named, rest, inst
			return t, nil
		}
		t.Named, rest = inst, rest[len(p.Rel):]
		var err error
		if lost, err = v.enter(t, p, inst, rest); err != nil {
			return nil, err
		}
		if p.Kind != stored.One {
			rest = rest[1:]
			if len(rest) == 0 {
				t.ElemOf = p
				return t, nil
			}
		}
		if t.apart(v, p) {
			t.Owner, t.Rel = t.Named, nil
		} else if p.MayInline && !v.Certain() {
			t.Inline = append(t.Inline, t.Named)
		}
		places = p.Kids
	}
}

// enter goes from a place to the value, element or entry that rest begins with.
// lost: only the manifest knows where the parts below it are.
func (v *View) enter(t *Target, p *Place, inst stored.Inst, rest attr.Path) (lost bool, err error) {
	switch seg := rest[0]; p.Kind {
	case stored.Map, stored.KeptMap:
		t.Named = inst.Key(seg.Name)
		t.Rel = attr.Join(t.Rel, attr.Path{seg})
		if p.Kind == stored.Map {
			t.Entries = append(t.Entries, entry{inst, seg.Name})
			return false, v.entryExists(t, p, inst, seg.Name, len(rest) == 1)
		}
	case stored.List, stored.KeptList:
		t.List, t.Elem = inst, seg.Index
		if v.Meta == nil {
			if p.Kind == stored.KeptList && len(rest) > 1 && !v.Bare {
				t.Rel = attr.Join(t.Rel, attr.Path{seg})
				return len(p.Kids) > 0, nil
			}
			return false, ErrNeedManifest
		}
		return false, v.enterElem(t, p, inst, seg, len(rest) == 1)
	}
	return false, nil
}

// enterElem finds the id of a list element, and its position among those that
// stayed in the parent.
func (v *View) enterElem(t *Target, p *Place, inst stored.Inst, seg attr.Seg, last bool) error {
	order, there := v.Meta.Orders[inst]
	elems := order.Elems
	if seg.Index >= len(elems) {
		err := fail.Withf(fail.ErrNoPath, "the list %s has length %d", inst, len(elems))
		if there {
			err = PastEnd{err}
		}
		return fail.At(t.Path, err)
	}
	e := elems[seg.Index]
	if e.Nil {
		if !last {
			return fail.At(t.Path, fail.Withf(fail.ErrNoPath, "element %d of %s is nil", seg.Index, inst))
		}
		t.IsNil = true
		return nil
	}
	t.Named = inst.Elem(e.ID)
	inline := seg.Index
	if p.Kind == stored.List {
		inline = 0
		for _, before := range elems[:seg.Index] {
			if _, apart := v.Meta.Parts[inst.Elem(before.ID)]; !before.Nil && !apart {
				inline++
			}
		}
	}
	t.Rel = attr.Join(t.Rel, attr.Path{attr.At(inline)})
	return nil
}

// PastEnd is ErrNoPath at a position that a list does not have. Unlike an absent
// parent, EnsureParents does not make up for it.
type PastEnd struct{ error }

func (e PastEnd) Unwrap() error { return e.error }

func (v *View) entryExists(t *Target, p *Place, inst stored.Inst, key string, last bool) error {
	if v.Meta == nil || t.grows {
		return nil
	}
	if _, ok := v.Meta.Orders[inst]; !ok {
		return fail.At(t.Path, fail.Withf(fail.ErrNoPath, "the map %s is nil", inst))
	}
	if _, apart := v.Meta.Parts[t.Named]; !apart && !last && !p.MayInline {
		return fail.At(t.Path, fail.Withf(fail.ErrNoPath, "the map %s has no entry %q", inst, key))
	}
	return nil
}

// apart reports whether the value that was just entered has an item of its own.
func (t *Target) apart(v *View, p *Place) bool {
	if p.Table == "" {
		return false
	}
	if v.Meta == nil {
		return !p.MayInline && !v.Bare
	}
	_, ok := v.Meta.Parts[t.Named]
	return ok || !p.MayInline // a part that should be apart and is not there is a missing parent
}

// Present reports whether the item that owns a target exists, as far as the
// view knows.
func (v *View) Present(inst stored.Inst) bool {
	if inst == "" || v.Meta == nil {
		return true
	}
	_, ok := v.Meta.Parts[inst]
	return ok
}

// covering finds the place whose path begins rest.
func covering(places []*Place, rest attr.Path) *Place {
	for _, p := range places {
		if p.Rel.Covers(rest) {
			return p
		}
	}
	return nil
}

// EntriesStay reports whether the map of an entry is in the item of its owner,
// with those of its entries that are not apart.
func (t *Target) EntriesStay() bool { return t.ElemOf.Kind == stored.KeptMap || t.ElemOf.MayInline }
