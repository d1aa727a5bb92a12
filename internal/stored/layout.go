package stored

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
)

// PlaceKind says what is at a place of a layout.
type PlaceKind string

const (
	One       PlaceKind = "o"  // one item, or none
	List      PlaceKind = "l"  // an item per list element
	Map       PlaceKind = "m"  // an item per map entry
	KeptList  PlaceKind = "wl" // a list that stays, its elements have places inside
	KeptMap   PlaceKind = "wm" // a map that stays, its values have places inside
	DefaultID           = "_id"
)

// Place is one shard of a layout. Path is the full logical path, wildcards for
// elements and entries above it.
type Place struct {
	Path      attr.Path
	Kind      PlaceKind
	Table     string // empty for KeptList and KeptMap
	KeyName   string
	MayInline bool // parts may also stay in their parent (WhenOver)
}

// Layout is how an object was divided when it was written, in declaration
// order: a place comes before the places inside it.
type Layout []Place

// Undivided is the id of the layout without a place. A record leaves it out.
const Undivided = "47DEQpj8HBSa-_TI"

// ID is a short hash of the layout: equal layouts, and only they, share it.
func (l Layout) ID() string {
	var own [512]byte
	b := own[:0]
	str := func(s string) {
		b = append(binary.BigEndian.AppendUint64(b, uint64(len(s))), s...)
	}
	for _, p := range l {
		str(string(p.Kind))
		str(p.Table)
		str(p.KeyName)
		str(strconv.FormatBool(p.MayInline))
		str(strconv.Itoa(len(p.Path)))
		for _, s := range p.Path {
			str(SegText(s))
		}
	}
	sum := sha256.Sum256(b)
	return b64.EncodeToString(sum[:12])
}

// Find returns the place of a logical path, nil if the layout has none there.
func (l Layout) Find(path attr.Path) *Place {
	for i := range l {
		if len(l[i].Path) == len(path) && l[i].Path.Covers(path) {
			return &l[i]
		}
	}
	return nil
}

// SameShape reports whether two layouts divide an object alike, into any
// tables. Then the same paths are left out of both.
func SameShape(a, b Layout) bool {
	return sameSet(a, b, func(p, q Place) bool { return p.Kind == q.Kind && p.MayInline == q.MayInline })
}

// SamePlaces reports whether two layouts have equal places, in any order.
func SamePlaces(a, b Layout) bool {
	return sameSet(a, b, func(p, q Place) bool {
		return p.Kind == q.Kind && p.MayInline == q.MayInline && p.Table == q.Table && p.KeyName == q.KeyName
	})
}

func sameSet(a, b Layout, same func(p, q Place) bool) bool {
	if len(a) != len(b) {
		return false
	}
	for _, p := range a {
		if q := b.Find(p.Path); q == nil || !same(p, *q) {
			return false
		}
	}
	return true
}

// SegText is a segment in a layout. A path is a list of strings: "name" is written ".name", an element "#", an
// entry ":".
func SegText(s attr.Seg) string {
	switch s.Kind {
	case attr.AnyElem:
		return "#"
	case attr.AnyValue:
		return ":"
	default:
		return "." + s.Name
	}
}

// placeAV is a place and the values that hold it, in one piece of memory:
// every write of a divided object has its layout.
type placeAV struct {
	all                  types.AttributeValueMemberM
	kind, table, keyName types.AttributeValueMemberS
	spill                types.AttributeValueMemberBOOL
	path                 types.AttributeValueMemberL
}

func (l Layout) encode() types.AttributeValue {
	n := 0
	for _, p := range l {
		n += len(p.Path)
	}
	out, places := make([]types.AttributeValue, len(l)), make([]placeAV, len(l))
	paths, segs := make([]types.AttributeValue, n), make([]types.AttributeValueMemberS, n)
	for i, p := range l {
		n := len(p.Path)
		for j, s := range p.Path {
			segs[j].Value = SegText(s)
			paths[j] = &segs[j]
		}
		out[i] = places[i].set(p, paths[:n:n])
		paths, segs = paths[n:], segs[n:]
	}
	return &types.AttributeValueMemberL{Value: out}
}

func (v *placeAV) set(p Place, path []types.AttributeValue) types.AttributeValue {
	v.kind.Value, v.table.Value, v.keyName.Value, v.path.Value = string(p.Kind), p.Table, p.KeyName, path
	m := map[string]types.AttributeValue{"p": &v.path, "k": &v.kind}
	if p.Table != "" {
		m["t"] = &v.table
	}
	if p.SaysKeyName() {
		m["a"] = &v.keyName
	}
	if p.MayInline {
		v.spill.Value = true
		m["w"] = &v.spill
	}
	v.all.Value = m
	return &v.all
}

// SaysKeyName reports whether a layout has the name of the key attribute of a place.
func (p *Place) SaysKeyName() bool { return p.Table != "" && p.KeyName != DefaultID }

func decodeLayout(av types.AttributeValue) (Layout, error) {
	l, ok := av.(*types.AttributeValueMemberL)
	if !ok {
		return nil, corrupt("y", "not a list")
	}
	out := make(Layout, 0, len(l.Value))
	for _, e := range l.Value {
		m, ok := e.(*types.AttributeValueMemberM)
		if !ok {
			return nil, corrupt("y", "place is not a map")
		}
		p, err := decodePlace(m.Value)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func decodePlace(m map[string]types.AttributeValue) (Place, error) {
	p, path, err := decodeHead(m)
	if err != nil {
		return p, err
	}
	p.Path = make(attr.Path, len(path))
	for i, s := range path {
		var ok bool
		if p.Path[i], ok = decodeSeg(s); !ok {
			return p, corrupt("y", "wrong path segment")
		}
	}
	switch p.Kind {
	case One, List, Map:
		if p.Table == "" {
			return p, corrupt("y", "place without a table")
		}
	case KeptList, KeptMap:
	default:
		return p, corrupt("y", "unknown kind of place %q", p.Kind)
	}
	return p, nil
}

// decodeHead reads a place but for its path.
func decodeHead(m map[string]types.AttributeValue) (p Place, path []types.AttributeValue, err error) {
	r := reader{m: m}
	p.Kind = PlaceKind(r.str("k"))
	p.Table = r.optStr("t")
	p.KeyName = r.optStr("a")
	if p.Table != "" && p.KeyName == "" {
		p.KeyName = DefaultID
	}
	if w, ok := m["w"].(*types.AttributeValueMemberBOOL); ok {
		p.MayInline = w.Value
	}
	l, ok := m["p"].(*types.AttributeValueMemberL)
	if r.err != nil || !ok || len(l.Value) == 0 {
		return p, nil, corrupt("y", "place without path or kind")
	}
	return p, l.Value, nil
}

func decodeSeg(av types.AttributeValue) (attr.Seg, bool) {
	t, ok := av.(*types.AttributeValueMemberS)
	switch {
	case ok && t.Value == "#":
		return attr.Elem, true
	case ok && t.Value == ":":
		return attr.Value, true
	case ok && len(t.Value) > 1 && t.Value[0] == '.':
		return attr.Field(t.Value[1:]), true
	}
	return attr.Seg{}, false
}
