// Package place divides the logical document of an object over tables and
// reassembles it. It works on attribute values only, so that the same code
// serves a declared model and a layout read from an item.
package place

import (
	"slices"

	"fmt"
	"math"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/stored"
)

// Place is a shard of a layout, seen from the piece that encloses it.
type Place struct {
	stored.Place
	Rel      attr.Path // attribute names from the enclosing piece to the value
	WhenOver int       // bytes; parts up to this size stay in the parent
	Packed   bool      // parts are compressed
	Kids     []*Place  // inside the value, or inside each element
	Unknown  bool      // declared by another version of the program: kept, never divided
}

// Tree is a layout as nested places.
type Tree struct {
	Top    []*Place
	All    []*Place // parents before children
	Layout stored.Layout
	Model  int    // the version of the model
	ID     string // of the layout, with that version
}

// NewTree returns the tree of places given parents first.
func NewTree(top []*Place) *Tree {
	t := &Tree{Top: top}
	var walk func([]*Place)
	walk = func(places []*Place) {
		for _, p := range places {
			p.MayInline = p.WhenOver > 0
			t.All = append(t.All, p)
			t.Layout = append(t.Layout, p.Place)
			walk(p.Kids)
		}
	}
	walk(top)
	t.OfModel(stored.FirstModel)
	return t
}

// OfModel makes t the tree of objects of a version of their model.
func (t *Tree) OfModel(version int) { t.Model, t.ID = version, t.Layout.Name(version) }

// Fixed reports whether the part at p has a key that follows from the layout
// alone: it is in no list and no map, and never in its parent's item.
func (p *Place) Fixed() bool {
	return p.Kind == stored.One && !p.Path.Wild() && !p.MayInline
}

// Counted reports whether the size of the list or map at p is known in one item:
// that of a list from its order in the root's record, that of a map only if all
// of its entries stay.
func (p *Place) Counted() bool {
	return p.Kind == stored.List || p.Kind == stored.KeptList || p.Kind == stored.KeptMap
}

// MustReadWhole reports whether parts of the list or map at p, or of its elements, may
// be in its parent's item: then it is read and written as a whole.
func (p *Place) MustReadWhole() bool { return p.MayInline && (p.Kind != stored.One || p.Path.Wild()) }

// Inner is the logical path of one value at p: the path itself, or that of an
// element of the list or map.
func (p *Place) Inner() attr.Path {
	switch p.Kind {
	case stored.List, stored.KeptList:
		return attr.Join(p.Path, attr.Path{attr.Elem})
	case stored.Map, stored.KeptMap:
		return attr.Join(p.Path, attr.Path{attr.Value})
	}
	return p.Path
}

// FromLayout rebuilds the tree of a stored layout, for the version of the model that like
// is of. A place that may inline does so at the threshold of the same place in like;
// without one it never does.
func FromLayout(l stored.Layout, like *Tree) (*Tree, error) {
	var top, all []*Place
	for _, sp := range l {
		p := &Place{Place: sp, Rel: sp.Path}
		if sp.MayInline {
			p.WhenOver = math.MaxInt
			if same := like.find(sp.Path); same != nil && same.WhenOver > 0 {
				p.WhenOver = same.WhenOver
			}
		}
		if same := like.find(sp.Path); same != nil {
			p.Packed = same.Packed
		}
		siblings := &top
		for _, q := range all {
			if in := q.Inner(); len(in) < len(sp.Path) && in.Covers(sp.Path) {
				p.Rel, siblings = sp.Path[len(in):], &q.Kids
			}
		}
		if p.Rel.Wild() {
			return nil, &stored.CorruptError{Field: "y", Reason: fmt.Sprintf("place %s has no enclosing place", sp.Path)}
		}
		*siblings = append(*siblings, p)
		all = append(all, p)
	}
	t := NewTree(top)
	if like != nil {
		t.OfModel(like.Model)
	}
	return t, nil
}

func (t *Tree) find(path attr.Path) *Place {
	if t == nil {
		return nil
	}
	for _, p := range t.All {
		if len(p.Path) == len(path) && p.Path.Covers(path) {
			return p
		}
	}
	return nil
}

// Packs reports whether the part inst is compressed.
func (t *Tree) Packs(inst stored.Inst) bool {
	for _, p := range t.All {
		if p.Packed {
			home := t.find(stored.PlaceOf(inst))
			return home != nil && home.Packed
		}
	}
	return false // nearly always
}

// Meets reports whether a value is, holds or is in one that is divided.
func (t *Tree) Meets(path attr.Path) bool {
	return slices.ContainsFunc(t.All, func(p *Place) bool { return p.Path.Overlaps(path) })
}

// Owner is the place of the part whose item has the value at a path, nil for the root
// item. It is for paths that lead into no list or map.
func (t *Tree) Owner(path attr.Path) (owner *Place) {
	for _, p := range t.All { // parents before children
		if p.Table != "" && p.Path.Covers(path) {
			owner = p
		}
	}
	return owner
}

// FixedCount is how many parts an object may have before its first list
// element or map entry.
func (t *Tree) FixedCount() (n int) {
	for _, p := range t.All {
		if p.Kind == stored.One && !p.Path.Wild() {
			n++
		}
	}
	return n
}
