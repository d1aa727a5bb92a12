package stored

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
)

// Salvage reads what it can of a damaged record, or of one of a newer format:
// the entity, and each place, manifest entry and order that can be decoded. The
// result proves nothing; it says where parts may be.
func Salvage(av types.AttributeValue) *Root {
	root := &Root{Parts: map[Inst]Ref{}, Orders: map[Inst]Order{}}
	record := entries(av)
	if e, ok := record["e"].(*types.AttributeValueMemberS); ok {
		root.Entity = e.Value
	}
	if places, ok := record["y"].(*types.AttributeValueMemberL); ok {
		for _, p := range places.Value {
			if place, err := decodePlace(entries(p)); err == nil {
				root.Layout = append(root.Layout, place)
			}
		}
	}
	if g, ok := record["g"]; ok {
		_ = root.decodePages(g) // what it has read of them is there
		if root.Parts == nil {
			root.Parts, root.Orders = map[Inst]Ref{}, map[Inst]Order{}
		}
	}
	for k, v := range entries(record["m"]) {
		inst := Inst(k)
		if _, err := inst.parse("m"); err != nil {
			continue
		}
		if ref, err := decodeRef(v); err == nil {
			root.Parts[inst] = ref
		}
	}
	for k, v := range entries(record["o"]) {
		if o, err := decodeOrder(v); err == nil {
			root.Orders[Inst(k)] = o
		}
	}
	for name, v := range entries(record["q"]) {
		if l, err := decodeClaim(v); err == nil {
			if root.Claims == nil {
				root.Claims = map[string]Location{}
			}
			root.Claims[name] = l
		}
	}
	return root
}

// entries are those of a map, nil of anything else.
func entries(av types.AttributeValue) map[string]types.AttributeValue {
	m, _ := av.(*types.AttributeValueMemberM)
	if m == nil {
		return nil
	}
	return m.Value
}

// Possible lists the parts that may be in a place: the one that follows from
// its path, or one for each element that an order names. Entries of maps are in
// the manifest only.
func (r *Root) Possible(p *Place) []Inst {
	insts := []Inst{""}
	for _, s := range p.Path {
		insts = r.inside(insts, s)
	}
	switch p.Kind {
	case One:
		return insts
	case List:
		return r.inside(insts, attr.Elem)
	}
	return nil
}

func (r *Root) inside(insts []Inst, s attr.Seg) (out []Inst) {
	for _, i := range insts {
		switch s.Kind {
		case attr.Name:
			out = append(out, i.Name(s.Name))
		case attr.AnyElem:
			for _, e := range r.Orders[i].Elems {
				if !e.Nil {
					out = append(out, i.Elem(e.ID))
				}
			}
		}
	}
	return out
}
