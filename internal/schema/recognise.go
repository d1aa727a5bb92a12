package schema

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
)

// Recognise notes what the elements of lists are recognised by when the value
// is written back. What is stored would not do: it may lack fields that the
// type has, or hold parts that were not read. So the value is encoded again, as
// a write will do. Only elements that have an id are to be recognised.
func Recognise(s *Schema, snap *snapshot.Snapshot, ptr reflect.Value) error {
	tree, err := s.Over(snap.Root)
	if err != nil {
		return err
	}
	divided := snap.Root != nil && snap.Root.HasElements()
	if !divided && !snap.Unknown.Lists() {
		return nil
	}
	doc, err := codec.EncodeStruct(s.Codec, ptr.Elem())
	if err != nil {
		return nil // nor can it be written
	}
	snap.Unknown.Recognise(doc, s.Identity)
	if divided {
		snap.Elems = map[stored.Inst][]snapshot.Element{}
		listElements(s, snap, tree.Top, "", doc)
	}
	return nil
}

// listElements is Recognise for divided lists.
func listElements(s *Schema, snap *snapshot.Snapshot, places []*place.Place, base stored.Inst, doc map[string]types.AttributeValue) {
	for _, p := range places {
		parent, name, ok := place.Locate(doc, p.Rel)
		if !ok {
			continue
		}
		inst := base.Join(p.Rel)
		switch v := parent[name].(type) {
		case *types.AttributeValueMemberM:
			if p.Kind == stored.One {
				listElements(s, snap, p.Kids, inst, v.Value)
				continue
			}
			for key, e := range v.Value {
				if m, ok := e.(*types.AttributeValueMemberM); ok && len(p.Kids) > 0 {
					listElements(s, snap, p.Kids, inst.Key(key), m.Value)
				}
			}
		case *types.AttributeValueMemberL:
			snap.Elems[inst] = snapshot.Elements(v.Value, s.Identity.Of(p.Path))
			ids := snap.Root.Orders[inst].Elems
			for i, e := range v.Value {
				if m, ok := e.(*types.AttributeValueMemberM); ok && i < len(ids) && len(p.Kids) > 0 {
					listElements(s, snap, p.Kids, inst.Elem(ids[i].ID), m.Value)
				}
			}
		}
	}
}
