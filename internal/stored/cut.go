package stored

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Cut says which attributes of a part are not in its item, but in pieces: items beside it.
// Put one behind the other the data of the pieces are the attributes, in their order.
type Cut struct {
	Pieces int
	Attrs  []CutAttr
	Zstd   bool   // the data are one zstd frame, of all attributes
	Data   []byte // the data, where they are in the item itself and not in pieces
}

// CutAttr is an attribute in pieces.
type CutAttr struct {
	Name string
	Form CutForm
	Size int64 // bytes of it
}

// CutForm says what the data of an attribute are.
type CutForm string

const (
	CutBinary CutForm = "B" // those of a binary
	CutText   CutForm = "S" // those of a text
	CutValue  CutForm = "V" // the canonical form of any value
)

// Type is the type of the values, for errors.
func (f CutForm) Type() string {
	switch f {
	case CutBinary, CutText:
		return string(f)
	}
	return "other than S and B"
}

// Held are the bytes that are in pieces, before they were compressed.
func (c *Cut) Held() (n int64) {
	for _, a := range c.Attrs {
		n += a.Size
	}
	return n
}

// PieceKey is the key of piece n, from 0 on, of the part whose item has a key. No part has
// such a key: in keys of copies no stamp follows another step, and has 22 characters.
func PieceKey(key string, n int) string { return key + "/" + strconv.Itoa(n) }

// AV is what the record of the part says.
func (c *Cut) AV() types.AttributeValue {
	attrs := make([]types.AttributeValue, len(c.Attrs))
	for i, a := range c.Attrs {
		attrs[i] = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"n": str(a.Name), "f": str(string(a.Form)), "s": num(a.Size),
		}}
	}
	m := map[string]types.AttributeValue{"n": num(int64(c.Pieces)), "a": &types.AttributeValueMemberL{Value: attrs}}
	if c.Zstd {
		m["z"] = &types.AttributeValueMemberBOOL{Value: true}
	}
	if c.Data != nil {
		m["d"] = &types.AttributeValueMemberB{Value: c.Data}
	}
	return &types.AttributeValueMemberM{Value: m}
}

func (r *reader) cut(av types.AttributeValue) *Cut {
	m, ok := av.(*types.AttributeValueMemberM)
	if !ok {
		r.fail("c", "not a map")
		return nil
	}
	in := reader{m: m.Value}
	c := &Cut{Pieces: int(in.num("n"))}
	if z, ok := m.Value["z"].(*types.AttributeValueMemberBOOL); ok {
		c.Zstd = z.Value
	}
	if d, ok := m.Value["d"].(*types.AttributeValueMemberB); ok {
		c.Data = d.Value
	}
	list, ok := m.Value["a"].(*types.AttributeValueMemberL)
	if !ok || c.Pieces < 0 {
		in.fail("c", "no pieces")
		list = &types.AttributeValueMemberL{}
	}
	for _, e := range list.Value {
		a, ok := e.(*types.AttributeValueMemberM)
		if !ok {
			in.fail("c", "attribute is not a map")
			break
		}
		of := reader{m: a.Value}
		next := CutAttr{of.str("n"), CutForm(of.str("f")), of.num("s")}
		if next.Size < 0 {
			of.fail("c", "size %d", next.Size)
		}
		if of.err != nil {
			in.err = of.err
		}
		c.Attrs = append(c.Attrs, next)
	}
	if r.err == nil {
		r.err = in.err
	}
	return c
}

// Piece is the record of a piece.
type Piece struct {
	Part
	Key  []types.AttributeValue // of the object, which a hashed owner does not tell
	N    int                    // from 0 on
	Data []byte
}

// Encode returns the _meta value of a piece. It has no base: whether it is needed is
// decided by the item that it belongs to.
func (p Piece) Encode() types.AttributeValue {
	m := map[string]types.AttributeValue{
		"w": p.Stamp.AV(), "o": str(p.Owner), "p": str(string(p.Inst)), "j": num(int64(p.N)),
		"d": &types.AttributeValueMemberB{Value: p.Data},
	}
	sayKey(m, p.Owner, p.Key)
	return &types.AttributeValueMemberM{Value: m}
}

// DecodePiece reads the _meta value of a piece. The data are nil if they were not read.
func DecodePiece(av types.AttributeValue) (Piece, error) {
	part, err := DecodePart(av)
	if err != nil {
		return Piece{}, err
	}
	p := Piece{Part: part, Key: KeySaid(av), N: part.piece - 1}
	if p.N < 0 {
		return p, corrupt("j", "not the record of a piece")
	}
	if d, ok := entries(av)["d"].(*types.AttributeValueMemberB); ok {
		p.Data = d.Value
	}
	return p, nil
}

// Is reports whether the piece is piece n of a part.
func (p Piece) Is(n int, of Part) bool {
	return p.N == n && p.Stamp == of.Stamp && p.Owner == of.Owner && p.Inst == of.Inst
}

// PartMembers are the members of the record of a part, a piece or a page that say what it
// is. The others hold what is stored in it.
var PartMembers = []string{"w", "o", "p", "b", "k", "j"}

// PieceOf is the number of the piece that an item is, from 0 on; not ok if it is none.
func (p Part) PieceOf() (n int, ok bool) { return p.piece - 1, p.piece > 0 }

// PageRecord returns the _meta value of a page. It is that of a copy of no part.
func PageRecord(stamp ID, owner string, data []byte) types.AttributeValue {
	return &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
		"w": stamp.AV(), "o": str(owner), "p": str(""), "d": &types.AttributeValueMemberB{Value: data},
	}}
}

// Data reads the data of a page.
func Data(record types.AttributeValue) ([]byte, error) {
	d, ok := entries(record)["d"].(*types.AttributeValueMemberB)
	if !ok {
		return nil, corrupt("d", "not binary")
	}
	return d.Value, nil
}
