package parts

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/wire"
)

// Piece is a part of the new object. One of a Value has no document until it is encoded,
// and a digest from the beginning.
type Piece struct {
	place.Piece
	Digest snapshot.Digest

	of *Value
	at int // its number in of
}

// Divide adds the parts of values to those that the document was divided into, in the order
// of their places, and the orders of lists and maps to those of the document.
func Divide(tree *place.Tree, split *place.Split, values []*Value, ids place.IDs) []Piece {
	n := len(split.Pieces)
	for _, x := range values {
		n += len(x.elems)
	}
	pieces, rest := make([]Piece, 0, n), split.Pieces
	for _, p := range tree.Top {
		if x := At(values, p); x != nil {
			pieces = x.divide(pieces, split, ids)
			continue
		}
		for at := stored.Inst("").Join(p.Rel); len(rest) > 0 && rest[0].Inst.Under(at); rest = rest[1:] {
			pieces = append(pieces, Piece{Piece: rest[0]})
		}
	}
	return pieces
}

func (x *Value) divide(pieces []Piece, split *place.Split, ids place.IDs) []Piece {
	inst := stored.Inst("").Join(x.place.Rel)
	add := func(i int, part stored.Inst) {
		pieces = append(pieces, Piece{place.Piece{Inst: part, Place: x.place}, x.elems[i].Content, x, i})
	}
	switch x.place.Kind {
	case stored.One:
		add(0, inst)
	case stored.List:
		ids := ids(inst, len(x.elems))
		order := stored.Order{Elems: make([]stored.Element, len(x.elems))}
		for i, part := range inst.Elems(ids) {
			if x.elems[i].Nil {
				order.Elems[i].Nil = true
				continue
			}
			order.Elems[i].ID = ids[i]
			add(i, part)
		}
		split.Orders[inst] = order
	default:
		order := stored.Order{IsMap: true}
		for i, part := range inst.Keys(x.names) {
			if x.elems[i].Nil {
				order.Nils = append(order.Nils, x.names[i])
				continue
			}
			add(i, part)
		}
		split.Orders[inst] = order
	}
	return pieces
}

// Encode gives a piece its document, if it has none. With writes it may be written as JSON.
func (p *Piece) Encode(writes bool) (err error) {
	if p.Doc == nil && p.of != nil {
		p.Doc, err = p.of.encode(p.at, writes)
	}
	return err
}

func (x *Value) encode(i int, writes bool) (map[string]types.AttributeValue, error) {
	v := x.value
	switch x.place.Kind {
	case stored.List:
		v = v.Index(i)
	case stored.Map:
		e := reflect.New(v.Type().Elem()).Elem() // marshalers may want its address
		e.Set(v.MapIndex(x.keys.Index(i)))
		v = e
	}
	if writes && x.write != nil {
		// Of a part that cannot be written the codec says why.
		if written, err := x.write.Write(behind(v)); err == nil {
			return map[string]types.AttributeValue{wire.WrittenName: written}, nil
		}
	}
	return codec.EncodeStruct(x.part, v)
}

// behind is the struct behind pointers, which are not nil.
func behind(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	return v
}
