package large

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
)

// attrs is an item.
type attrs = map[string]types.AttributeValue

const (
	// MostWhole is how big an item of a part may be, in bytes, so that it is not cut. What
	// stays whole can grow by an expiry.
	MostWhole = 390_000
	// LeastPacked is how big an item is at least, in bytes, so that it is compressed.
	LeastPacked = 4 << 10
	// mostHead is how much the item keeps of a part that is cut.
	mostHead = 64 << 10
	// mostInline is how many bytes of compressed data stay in the item.
	mostInline = 300 << 10
)

// How says how the items of parts are stored.
type How struct {
	Staged bool // by a staged write, which may cut them
	Pack   bool // they are compressed, if they are not small
}

// Cuts reports whether the item of a part is to be cut. What is not staged stays whole
// while it is an item.
func (h How) Cuts(it attrs) bool {
	size := item.Size(it)
	switch {
	case h.Pack && size >= LeastPacked:
		return true
	case h.Staged:
		return size > MostWhole
	}
	return size > item.MaxSize
}

// Pieces are what an item is cut into: the item itself, with a record that says what it
// lacks, and the items that hold that.
type Pieces struct {
	Head attrs
	Rest []attrs
}

// Cut cuts the item of a part, with its record in the attribute meta and its key in the
// attribute keyName. The attributes of the item are moved into pieces, the biggest first,
// until the rest is small.
func Cut(it attrs, meta, keyName string, compress bool) (Pieces, error) {
	part, err := stored.DecodePart(it[meta])
	if err != nil {
		return Pieces{}, err
	}
	head, cut := maps.Clone(it), &stored.Cut{}
	var data []byte
	for size := item.Size(head); size > mostHead || compress; {
		name := biggest(head, meta, keyName)
		if name == "" || compress && size <= mostHead && item.ValueSize(head[name]) < leastMoved {
			break
		}
		a := stored.CutAttr{Name: name}
		before := len(data)
		if a.Form, data, err = appendForm(data, head[name]); err != nil {
			return Pieces{}, err
		}
		a.Size = int64(len(data) - before)
		cut.Attrs = append(cut.Attrs, a)
		delete(head, name)
		size = item.Size(head)
	}
	if compress && len(data) <= mostUnpacked {
		if packed := pack(data); len(packed) < len(data) {
			data, cut.Zstd = packed, true
		}
	}
	if !cut.Zstd && item.Size(it) <= MostWhole {
		return Pieces{Head: it}, nil // it would not become smaller
	}
	p := Pieces{Head: head}
	if len(data) <= mostInline && cut.Zstd {
		cut.Data = data
	} else {
		p.Rest = cutData(part, it, keyName, meta, data)
		cut.Pieces = len(p.Rest)
	}
	head[meta] = WithCut(it[meta], cut)
	return p, nil
}

// WithCut is the record of a part that says what of it is in pieces.
func WithCut(record types.AttributeValue, cut *stored.Cut) types.AttributeValue {
	m := maps.Clone(record.(*types.AttributeValueMemberM).Value)
	m["c"] = cut.AV()
	return &types.AttributeValueMemberM{Value: m}
}

// biggest is the name of the biggest attribute that can be moved, "" if there is none.
func biggest(it attrs, meta, keyName string) string {
	names := slices.DeleteFunc(slices.Collect(maps.Keys(it)), func(n string) bool { return n == meta || n == keyName || n == stored.PartTTL })
	if len(names) == 0 {
		return ""
	}
	return slices.MaxFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(item.ValueSize(it[a]), item.ValueSize(it[b])), cmp.Compare(b, a))
	})
}

func appendForm(data []byte, av types.AttributeValue) (stored.CutForm, []byte, error) {
	switch av := av.(type) {
	case *types.AttributeValueMemberB:
		return stored.CutBinary, append(data, av.Value...), nil
	case *types.AttributeValueMemberS:
		return stored.CutText, append(data, av.Value...), nil
	}
	data, err := item.AppendCanonical(data, av)
	return stored.CutValue, data, err
}

// cutData are the pieces of data of the part whose item is it.
func cutData(part stored.Part, it attrs, keyName, meta string, data []byte) (all []attrs) {
	s := Slicer{Part: part, Object: stored.KeySaid(it[meta]), KeyName: keyName, Key: it[keyName].(*types.AttributeValueMemberS).Value, Meta: meta, Expires: it[stored.PartTTL]}
	for chunk := range slices.Chunk(data, s.Room()) {
		all = append(all, s.Piece(len(all), chunk))
	}
	return all
}

// Slicer makes the pieces of one part.
type Slicer struct {
	Part    stored.Part
	Object  []types.AttributeValue // the key of the object
	KeyName string
	Key     string // of the item of the part
	Meta    string // the attribute of the record
	Expires types.AttributeValue
}

// MostPieces is how many pieces a part may have: so many digits has a key.
const MostPieces = 99_999_999

// Room is how many bytes of data fit into a piece.
func (s *Slicer) Room() int { return item.MaxSize - item.Size(s.Piece(MostPieces, nil)) }

// Piece is the item of piece n.
func (s *Slicer) Piece(n int, data []byte) attrs {
	p := stored.Piece{Part: stored.Part{Stamp: s.Part.Stamp, Owner: s.Part.Owner, Inst: s.Part.Inst}, Key: s.Object, N: n, Data: data}
	it := attrs{s.KeyName: item.String(stored.PieceKey(s.Key, n)), s.Meta: p.Encode()}
	if s.Expires != nil {
		it[stored.PartTTL] = s.Expires
	}
	return it
}

// Join puts an item together again. The data are those of its pieces. The record is that
// of an item that was never cut.
func Join(head attrs, meta string, cut *stored.Cut, pieces [][]byte) (attrs, error) {
	data := cut.Data
	if cut.Pieces > 0 {
		data = slices.Concat(pieces...)
	}
	held := cut.Held()
	if cut.Zstd {
		var err error
		if data, err = unpack(data, held); err != nil {
			return nil, err
		}
	}
	if int64(len(data)) != held {
		return nil, fmt.Errorf("the pieces hold %d bytes, and not %d", len(data), held)
	}
	it := maps.Clone(head)
	for _, a := range cut.Attrs {
		av, err := formed(a.Form, data[:a.Size:a.Size])
		if err != nil {
			return nil, err
		}
		it[a.Name], data = av, data[a.Size:]
	}
	record := maps.Clone(head[meta].(*types.AttributeValueMemberM).Value)
	delete(record, "c")
	it[meta] = &types.AttributeValueMemberM{Value: record}
	return it, nil
}

func formed(form stored.CutForm, data []byte) (types.AttributeValue, error) {
	switch form {
	case stored.CutBinary:
		return &types.AttributeValueMemberB{Value: data}, nil
	case stored.CutText:
		return item.String(string(data)), nil
	case stored.CutValue:
		return item.ParseCanonical(data)
	}
	return nil, fmt.Errorf("a value of the unknown form %q", string(form))
}
