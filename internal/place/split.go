package place

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
)

// Piece is one part of a divided document.
type Piece struct {
	Inst  stored.Inst
	Place *Place
	Doc   map[string]types.AttributeValue
}

// Split is a divided document: what stays in the root, and the rest.
type Split struct {
	Root   map[string]types.AttributeValue
	Pieces []Piece // parents before children
	Orders map[stored.Inst]stored.Order
}

// IDs gives the elements of a list their ids. It is called with the
// number of elements; the ids of nil elements are not used.
type IDs func(list stored.Inst, n int) []stored.ElemID

// FreshIDs gives every element a new id.
func FreshIDs(_ stored.Inst, n int) []stored.ElemID {
	ids := make([]stored.ElemID, n)
	for i := range ids {
		ids[i] = stored.NewElemID()
	}
	return ids
}

type splitter struct {
	ids IDs
	out *Split
}

// Split divides doc, which it takes over.
func (t *Tree) Split(doc map[string]types.AttributeValue, ids IDs) (*Split, error) {
	return SplitAt(t.Top, "", doc, ids)
}

// SplitAt divides the document of one instance by the places inside it.
func SplitAt(places []*Place, at stored.Inst, doc map[string]types.AttributeValue, ids IDs) (*Split, error) {
	s := &splitter{ids: ids, out: &Split{Root: doc, Orders: map[stored.Inst]stored.Order{}}}
	if err := s.places(places, at, doc); err != nil {
		return nil, err
	}
	return s.out, nil
}

func (s *splitter) places(places []*Place, at stored.Inst, doc map[string]types.AttributeValue) error {
	for _, p := range places {
		parent, name, ok := Locate(doc, p.Rel)
		if p.Unknown || !ok || item.Absent(parent[name]) {
			continue
		}
		if err := s.place(p, at.Join(p.Rel), parent, name); err != nil {
			return err
		}
	}
	return nil
}

func (s *splitter) place(p *Place, inst stored.Inst, parent map[string]types.AttributeValue, name string) error {
	switch p.Kind {
	case stored.One:
		v, err := asMap(parent[name], inst)
		if err != nil {
			return err
		}
		stays, err := s.value(p, inst, v)
		if err == nil && !stays {
			delete(parent, name)
		}
		return err
	case stored.List, stored.KeptList:
		return s.list(p, inst, parent, name)
	default:
		return s.entries(p, inst, parent, name)
	}
}

// value divides one value at p and reports whether it stays in its parent.
func (s *splitter) value(p *Place, inst stored.Inst, doc map[string]types.AttributeValue) (stays bool, err error) {
	if p.Table == "" {
		return true, s.places(p.Kids, inst, doc)
	}
	pos := len(s.out.Pieces)
	s.out.Pieces = append(s.out.Pieces, Piece{Inst: inst, Place: p, Doc: doc})
	if err := s.places(p.Kids, inst, doc); err != nil {
		return false, err
	}
	// Measured without its own parts: the threshold is about what would be left
	// in the parent.
	if p.WhenOver > 0 && item.Size(doc) <= p.WhenOver {
		s.out.Pieces = slices.Delete(s.out.Pieces, pos, pos+1)
		return true, nil
	}
	return false, nil
}

func (s *splitter) list(p *Place, inst stored.Inst, parent map[string]types.AttributeValue, name string) error {
	l, ok := parent[name].(*types.AttributeValueMemberL)
	if !ok {
		return wrongType(inst, "list", parent[name])
	}
	ids := s.ids(inst, len(l.Value))
	order := stored.Order{Elems: make([]stored.Element, len(l.Value))}
	var inline []types.AttributeValue
	insts := inst.Elems(ids)
	for i, e := range l.Value {
		if item.Absent(e) && p.Kind == stored.List {
			order.Elems[i].Nil = true
			continue
		}
		order.Elems[i].ID = ids[i]
		stays := true
		if !item.Absent(e) {
			v, err := asMap(e, inst)
			if err != nil {
				return err
			}
			if stays, err = s.value(p, insts[i], v); err != nil {
				return err
			}
		}
		if stays {
			inline = append(inline, e)
		}
	}
	s.out.Orders[inst] = order
	// A list whose parts may stay is always there, so that an update can append.
	if p.Kind == stored.KeptList || p.MayInline {
		parent[name] = &types.AttributeValueMemberL{Value: inline}
	} else {
		delete(parent, name)
	}
	return nil
}

func (s *splitter) entries(p *Place, inst stored.Inst, parent map[string]types.AttributeValue, name string) error {
	m, ok := parent[name].(*types.AttributeValueMemberM)
	if !ok {
		return wrongType(inst, "map", parent[name])
	}
	order := stored.Order{IsMap: true}
	inline := map[string]types.AttributeValue{}
	names := slices.Sorted(maps.Keys(m.Value))
	insts := inst.Keys(names)
	for i, key := range names {
		e := m.Value[key]
		if item.Absent(e) {
			if p.Kind == stored.Map {
				order.Nils = append(order.Nils, key)
			} else {
				inline[key] = e
			}
			continue
		}
		v, err := asMap(e, inst)
		if err != nil {
			return err
		}
		stays, err := s.value(p, insts[i], v)
		if err != nil {
			return err
		}
		if stays {
			inline[key] = e
		}
	}
	if p.Kind == stored.KeptMap {
		parent[name] = &types.AttributeValueMemberM{Value: inline}
		return nil
	}
	s.out.Orders[inst] = order
	if p.MayInline {
		parent[name] = &types.AttributeValueMemberM{Value: inline}
	} else {
		delete(parent, name)
	}
	return nil
}

// Locate finds the map that holds the last name of rel; false if a parent is
// absent.
func Locate(doc map[string]types.AttributeValue, rel attr.Path) (map[string]types.AttributeValue, string, bool) {
	for _, seg := range rel[:len(rel)-1] {
		m, ok := doc[seg.Name].(*types.AttributeValueMemberM)
		if !ok {
			return nil, "", false
		}
		doc = m.Value
	}
	return doc, rel[len(rel)-1].Name, true
}

func asMap(av types.AttributeValue, inst stored.Inst) (map[string]types.AttributeValue, error) {
	m, ok := av.(*types.AttributeValueMemberM)
	if !ok {
		return nil, wrongType(inst, "map", av)
	}
	return m.Value, nil
}

func wrongType(inst stored.Inst, want string, got types.AttributeValue) error {
	return fmt.Errorf("%s: a %s was expected, not %T", inst, want, got)
}
