package schema

import (
	"slices"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
)

// Unknown reports whether a logical path leads through such an attribute.
func (s *Schema) Unknown(path attr.Path) bool {
	of := s.Codec
	for _, seg := range path {
		if of == nil {
			return false
		}
		if seg.Kind != attr.Name {
			of = of.Elem()
			continue
		}
		if !codec.Named(of) {
			return false
		}
		f := of.Lookup(seg.Name)
		if f == nil {
			return true
		}
		of = f.Codec
	}
	return false
}

// Over returns how this program divides an object in whose place m is stored:
// as declared, beside the places of unknown attributes. The other version
// and this one then agree on where everything is, and neither takes a part for
// a plain value.
func (s *Schema) Over(m *stored.Root) (*place.Tree, error) {
	if m == nil || m.LayoutID == s.Tree.ID {
		return s.Tree, nil
	}
	former, err := FormerOf(s, m)
	if err != nil {
		return nil, err
	}
	union := slices.Clone(s.Tree.Layout)
	for _, p := range m.Layout {
		if former.Unknown(s, p.Path) {
			union = append(holding(union, p.Path), p)
		}
	}
	switch {
	case len(union) == len(s.Tree.Layout):
		return s.Tree, nil
	case stored.SamePlaces(union, m.Layout):
		union = m.Layout // in that order it has the name that the other version knows
	}
	tree, err := place.FromLayout(union, s.Tree)
	if err != nil {
		return nil, fail.At(fail.Text(s.MetaAttr), fail.Withf(fail.ErrCorrupt, "%w", err))
	}
	for _, p := range tree.All {
		p.Unknown = former.Unknown(s, p.Path)
	}
	return tree, nil
}

// holding adds the lists and maps around a place that are not
// divided otherwise: their elements need ids.
func holding(l stored.Layout, path attr.Path) stored.Layout {
	for i, seg := range path {
		if (seg.Kind != attr.AnyElem && seg.Kind != attr.AnyValue) || l.Find(path[:i]) != nil {
			continue
		}
		kind := stored.KeptList
		if seg.Kind == attr.AnyValue {
			kind = stored.KeptMap
		}
		l = append(l, stored.Place{Path: path[:i], Kind: kind})
	}
	return l
}
