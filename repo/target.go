package repo

import (
	"errors"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
)

// view is what a plan takes the stored object to be: its layout, and either
// the manifest that was read or, without one, the guess that the object was
// written by this program and that every part on the way exists.
type view struct {
	tree *place.Tree
	meta *stored.Root // nil: a guess, which the write's condition verifies
	bare bool         // certain that the item has no record: written by others
}

// entry is one of a divided map, which the manifest lists.
type entry struct {
	in  stored.Inst
	key string
}

func (v *view) certain() bool { return v.meta != nil || v.bare }

// errNeedManifest: the plan depends on what is stored.
var errNeedManifest = errors.New("the manifest is needed")

// target is where a path leads in the stored object.
type target struct {
	path  attr.Path
	owner stored.Inst // the piece whose item holds the value, "" = root
	rel   attr.Path   // from that piece's document to the value
	named stored.Inst // the instance at the path, for the places at and below it

	at     *place.Place // the value is this place itself
	elemOf *place.Place // the value is one element or entry of this place
	list   stored.Inst  // the list of the last element on the way
	elem   int          // the element's position in it
	isNil  bool         // the value is an element that the manifest says is nil

	grows   bool    // entries on the way that are absent are to be created
	entries []entry // the entries on the way, outermost first

	base    stored.Inst    // the instance that encloses the value, when divided
	baseRel attr.Path      // attribute names from there to the value
	inside  []*place.Place // the places at or inside the value, as base sees them
	inline  []stored.Inst  // parts on the way that are guessed to stand in their parent
}

// divided reports whether the value or something in it has parts of its own.
func (t *target) divided() bool { return t.at != nil || t.elemOf != nil || len(t.inside) > 0 }

// place is the place that the value is, or is an element or entry of; nil for
// a value that only has places inside.
func (t *target) place() *place.Place {
	if t.at != nil {
		return t.at
	}
	return t.elemOf
}

// leaves reports whether the value may stand in a table of its own.
func (t *target) leaves() bool { return t.place() != nil && t.place().Table != "" }

// spills reports whether the value may stand in a table of its own or in its
// parent.
func (t *target) spills() bool { return t.leaves() && t.place().Spill }

// listed reports whether the manifest has the value, if there is one.
func (v *view) listed(t *target) bool {
	if v.meta == nil {
		return false
	}
	if t.at != nil && t.at.Kind != stored.One {
		_, ok := v.meta.Orders[t.named]
		return ok
	}
	_, ok := v.meta.Parts[t.named]
	return ok
}

// resolve follows a concrete path through the places of a view.
func (v *view) resolve(path attr.Path) (*target, error) {
	return v.walk(&target{path: path})
}

// resolveNew is resolve for a value that is put where entries of divided maps
// on the way may be absent: they are to be created.
func (v *view) resolveNew(path attr.Path) (*target, error) {
	return v.walk(&target{path: path, grows: true})
}

func (v *view) walk(t *target) (*target, error) {
	path := t.path
	places := v.tree.Top
	rest := path
	lost := false // below a list that stays, the element's id is not known without a manifest
	for {
		p := covering(places, rest)
		if p == nil {
			t.rel = attr.Join(t.rel, rest)
			for _, q := range places {
				if len(rest) < len(q.Rel) && rest.Covers(q.Rel) {
					t.inside = append(t.inside, q)
				}
			}
			if len(t.inside) == 0 {
				return t, nil
			}
			if lost {
				return nil, errNeedManifest
			}
			t.base, t.baseRel = t.named, rest
			t.named = t.named.Join(rest)
			return t, nil
		}
		if lost {
			return nil, errNeedManifest
		}
		inst := t.named.Join(p.Rel)
		t.rel = attr.Join(t.rel, p.Rel)
		if len(rest) == len(p.Rel) {
			t.at, t.inside = p, []*place.Place{p}
			t.base, t.baseRel, t.named = t.named, rest, inst
			return t, nil
		}
		t.named, rest = inst, rest[len(p.Rel):]
		var err error
		if lost, err = v.enter(t, p, inst, rest); err != nil {
			return nil, err
		}
		if p.Kind != stored.One {
			rest = rest[1:]
			if len(rest) == 0 {
				t.elemOf = p
				return t, nil
			}
		}
		if t.apart(v, p) {
			t.owner, t.rel = t.named, nil
		} else if p.Spill && !v.certain() {
			t.inline = append(t.inline, t.named)
		}
		places = p.Kids
	}
}

// enter goes from a place to the value, element or entry that rest begins with.
// lost: only the manifest knows where the parts below it are.
func (v *view) enter(t *target, p *place.Place, inst stored.Inst, rest attr.Path) (lost bool, err error) {
	switch seg := rest[0]; p.Kind {
	case stored.Map, stored.InMap:
		t.named = inst.Key(seg.Name)
		t.rel = attr.Join(t.rel, attr.Path{seg})
		if p.Kind == stored.Map {
			t.entries = append(t.entries, entry{inst, seg.Name})
			return false, v.entryExists(t, p, inst, seg.Name, len(rest) == 1)
		}
	case stored.List, stored.InList:
		t.list, t.elem = inst, seg.Index
		if v.meta == nil {
			if p.Kind == stored.InList && len(rest) > 1 && !v.bare {
				t.rel = attr.Join(t.rel, attr.Path{seg})
				return len(p.Kids) > 0, nil
			}
			return false, errNeedManifest
		}
		return false, v.enterElem(t, p, inst, seg, len(rest) == 1)
	}
	return false, nil
}

// enterElem finds the id of a list element, and its position among those that
// stayed in the parent.
func (v *view) enterElem(t *target, p *place.Place, inst stored.Inst, seg attr.Seg, last bool) error {
	order, there := v.meta.Orders[inst]
	elems := order.Elems
	if seg.Index >= len(elems) {
		err := fail.Withf(ErrNoPath, "the list %s has length %d", inst, len(elems))
		if there {
			err = pastEnd{err}
		}
		return fail.At(t.path, err)
	}
	e := elems[seg.Index]
	if e.Nil {
		if !last {
			return fail.At(t.path, fail.Withf(ErrNoPath, "element %d of %s is nil", seg.Index, inst))
		}
		t.isNil = true
		return nil
	}
	t.named = inst.Elem(e.ID)
	inline := seg.Index
	if p.Kind == stored.List {
		inline = 0
		for _, before := range elems[:seg.Index] {
			if _, apart := v.meta.Parts[inst.Elem(before.ID)]; !before.Nil && !apart {
				inline++
			}
		}
	}
	t.rel = attr.Join(t.rel, attr.Path{attr.At(inline)})
	return nil
}

// pastEnd is ErrNoPath at a position that a list does not have. Unlike an absent
// parent, EnsureParents does not make up for it.
type pastEnd struct{ error }

func (e pastEnd) Unwrap() error { return e.error }

func (v *view) entryExists(t *target, p *place.Place, inst stored.Inst, key string, last bool) error {
	if v.meta == nil || t.grows {
		return nil
	}
	if _, ok := v.meta.Orders[inst]; !ok {
		return fail.At(t.path, fail.Withf(ErrNoPath, "the map %s is nil", inst))
	}
	if _, apart := v.meta.Parts[t.named]; !apart && !last && !p.Spill {
		return fail.At(t.path, fail.Withf(ErrNoPath, "the map %s has no entry %q", inst, key))
	}
	return nil
}

// apart reports whether the value that was just entered has an item of its own.
func (t *target) apart(v *view, p *place.Place) bool {
	if p.Table == "" {
		return false
	}
	if v.meta == nil {
		return !p.Spill && !v.bare
	}
	_, ok := v.meta.Parts[t.named]
	return ok || !p.Spill // a part that should be apart and is not there is a missing parent
}

// present reports whether the item that owns a target exists, as far as the
// view knows.
func (v *view) present(inst stored.Inst) bool {
	if inst == "" || v.meta == nil {
		return true
	}
	_, ok := v.meta.Parts[inst]
	return ok
}

// covering finds the place whose path begins rest.
func covering(places []*place.Place, rest attr.Path) *place.Place {
	for _, p := range places {
		if p.Rel.Covers(rest) {
			return p
		}
	}
	return nil
}
