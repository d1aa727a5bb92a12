package stored

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Decode reads the _meta value of a root item. The error is a *TooNewError or
// a *CorruptError. Nothing of the root is shared; its maps are there to be
// changed.
func Decode(av types.AttributeValue) (*Root, error) {
	var known Layouts
	root, err := known.Decode(av)
	if err != nil {
		return nil, err
	}
	if root.Parts == nil {
		root.Parts = map[Inst]Ref{}
	}
	if root.Orders == nil {
		root.Orders = map[Inst]Order{}
	}
	return root, nil
}

// decoded is a record and the memory of its ring.
type decoded struct {
	Root
	ring [RingSize]ID
}

// Decode is the Decode above for records that are only read: the layout is
// shared with other roots, and maps without an entry are nil.
func (known *Layouts) Decode(av types.AttributeValue) (*Root, error) {
	m, ok := av.(*types.AttributeValueMemberM)
	if !ok {
		return nil, corrupt("_meta", "not a map")
	}
	d := &decoded{}
	root, r := &d.Root, reader{m: m.Value}
	root.Format = int(r.num("f"))
	// The format is judged first: what follows is only known for formats up to ours.
	if r.err != nil {
		return nil, r.err
	}
	if root.Format > Format {
		return nil, &TooNewError{Got: root.Format}
	}
	if root.Format < 1 {
		return nil, corrupt("f", "%d is not a format", root.Format)
	}
	root.Entity = r.str("e")
	root.Version = r.num("v")
	root.Created = r.time("c")
	r.ring(&d.ring, root.Format)
	root.Ring = d.ring[:]
	r.implied(root)
	r.life(root)
	if r.err != nil {
		return nil, r.err
	}
	if root.Version < 1 {
		return nil, corrupt("v", "%d is not a version", root.Version)
	}
	if s, ok := m.Value["s"]; ok {
		b, ok := s.(*types.AttributeValueMemberB)
		if !ok {
			return nil, corrupt("s", "not binary")
		}
		root.Policy = b.Value
	}
	hash, _, err := cutModel(root.LayoutID)
	if err != nil {
		return nil, err
	}
	if r.implies("y", root.Format) {
		root.Layout, err = undivided(hash)
	} else {
		root.Layout, err = known.layout(hash, m.Value["y"])
	}
	if err != nil {
		return nil, err
	}
	if err := root.decodeManifest(m.Value); err != nil {
		return nil, err
	}
	return root, nil
}

// undivided is the layout of a record without one, which has this id.
func undivided(id string) (Layout, error) {
	if id != Undivided {
		return nil, corrupt("y", "not a list")
	}
	return Layout{}, nil
}

func (r *Root) decodeManifest(m map[string]types.AttributeValue) error {
	if av, ok := m["g"]; ok {
		if err := r.decodePages(av); err != nil {
			return err
		}
	}
	if av, ok := m["m"]; ok {
		if err := r.decodeParts(av); err != nil {
			return err
		}
	}
	if av, ok := m["o"]; ok {
		if err := r.decodeOrders(av); err != nil {
			return err
		}
	}
	if av, ok := m["q"]; ok {
		if err := r.decodeClaims(av); err != nil {
			return err
		}
	}
	r.CountDynamic()
	return nil
}

func (r *Root) decodeParts(av types.AttributeValue) error {
	parts, ok := av.(*types.AttributeValueMemberM)
	if !ok {
		return corrupt("m", "not a map")
	}
	if len(parts.Value) > 0 {
		r.Parts = make(map[Inst]Ref, len(parts.Value))
	}
	for k, v := range parts.Value {
		ref, err := decodeRef(v)
		if err == nil {
			err = r.checkPart(Inst(k), ref)
		}
		if err != nil {
			return err
		}
		r.Parts[Inst(k)] = ref
	}
	return nil
}

// partDepth is how many tokens of an instance name its place: the element of a
// list or map belongs to the place of the list or map.
func partDepth(tokens []Token) int {
	if n := len(tokens); n > 0 && tokens[n-1].Kind != '.' {
		return n - 1
	}
	return len(tokens)
}

func decodeRef(v types.AttributeValue) (ref Ref, err error) {
	switch v := v.(type) {
	case *types.AttributeValueMemberB:
		if len(v.Value) != len(ref.Stamp) {
			return ref, corrupt("m", "stamp of %d bytes", len(v.Value))
		}
		copy(ref.Stamp[:], v.Value)
		return ref, nil
	case *types.AttributeValueMemberM:
		r := reader{m: v.Value}
		ref = Ref{Stamp: r.id("w"), Table: r.str("t"), KeyName: r.str("a"), Key: r.str("k")}
		if c, ok := v.Value["c"].(*types.AttributeValueMemberBOOL); ok {
			ref.Cut = c.Value
		}
		switch {
		case r.err != nil:
		case ref.Table == "":
			return ref, corrupt("m", "entry without a table")
		case ref.KeyName == "" || ref.Key == "":
			return ref, corrupt("m", "entry without a key")
		}
		return ref, r.err
	}
	return ref, corrupt("m", "wrong entry")
}

func (r *Root) decodeOrders(av types.AttributeValue) error {
	orders, ok := av.(*types.AttributeValueMemberM)
	if !ok {
		return corrupt("o", "not a map")
	}
	if len(orders.Value) > 0 {
		r.Orders = make(map[Inst]Order, len(orders.Value))
	}
	var own [ownDepth]Token
	for k, v := range orders.Value {
		if _, err := Inst(k).parseInto(own[:0], "o"); err != nil {
			return err
		}
		o, err := decodeOrder(v)
		if err != nil {
			return err
		}
		r.Orders[Inst(k)] = o
	}
	return nil
}

func decodeOrder(v types.AttributeValue) (o Order, err error) {
	switch v := v.(type) {
	case *types.AttributeValueMemberM:
		return Order{IsMap: true, Nils: slices.Sorted(maps.Keys(v.Value))}, nil
	case *types.AttributeValueMemberL:
		seen := make(map[ElemID]bool, len(v.Value))
		for _, e := range v.Value {
			var el Element
			switch e := e.(type) {
			case *types.AttributeValueMemberNULL:
				el.Nil = true
			case *types.AttributeValueMemberB:
				if len(e.Value) != len(el.ID) {
					return o, corrupt("o", "element id of %d bytes", len(e.Value))
				}
				copy(el.ID[:], e.Value)
				if seen[el.ID] {
					return o, corrupt("o", "element id twice")
				}
				seen[el.ID] = true
			default:
				return o, corrupt("o", "wrong element")
			}
			o.Elems = append(o.Elems, el)
		}
		return o, nil
	}
	return o, corrupt("o", "neither a list nor a map")
}

// reader collects the first error of a series of reads.
type reader struct {
	m   map[string]types.AttributeValue
	err error
}

func (r *reader) fail(field, format string, args ...any) {
	if r.err == nil {
		r.err = corrupt(field, format, args...)
	}
}

func (r *reader) num(field string) int64 {
	n, ok := r.m[field].(*types.AttributeValueMemberN)
	if !ok {
		r.fail(field, "not a number")
		return 0
	}
	v, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil {
		r.fail(field, "not an integer")
	}
	return v
}

func (r *reader) str(field string) string {
	s, ok := r.m[field].(*types.AttributeValueMemberS)
	if !ok {
		r.fail(field, "not a string")
		return ""
	}
	return s.Value
}

func (r *reader) optStr(field string) string {
	if _, ok := r.m[field]; !ok {
		return ""
	}
	return r.str(field)
}

func (r *reader) id(field string) (id ID) {
	return r.idOf(field, r.m[field])
}

func (r *reader) idOf(field string, av types.AttributeValue) (id ID) {
	b, ok := av.(*types.AttributeValueMemberB)
	if !ok || len(b.Value) != len(id) {
		r.fail(field, "not an id of %d bytes", len(id))
		return id
	}
	copy(id[:], b.Value)
	return id
}

// implied reads the members that other members imply where they are absent.
func (r *reader) implied(root *Root) {
	switch {
	case !r.implies("b", root.Format):
		root.Birth = r.id("b")
	case root.Version != 1:
		r.fail("b", "absent at version %d", root.Version)
	default:
		root.Birth = root.Ring[0]
	}
	if root.Updated = root.Created; !r.implies("u", root.Format) {
		root.Updated = r.time("u")
	}
	if root.LayoutID = Undivided; !r.implies("l", root.Format) {
		root.LayoutID = r.str("l")
	}
}

// implies reports whether a member is absent, from a record whose format allows that.
func (r *reader) implies(field string, format int) bool {
	_, ok := r.m[field]
	return !ok && format >= Compact
}

func (r *reader) time(field string) time.Time { return time.UnixMilli(r.num(field)).UTC() }

func (r *reader) ring(ring *[RingSize]ID, format int) {
	l, ok := r.m["r"].(*types.AttributeValueMemberL)
	if !ok || !ringOf(len(l.Value), format) {
		r.fail("r", "not a ring of %d ids", RingSize)
		return
	}
	for i, e := range l.Value {
		if i > 0 && format >= Compact && isNone(e) {
			continue
		}
		ring[i] = r.idOf("r", e)
	}
}

// ringOf reports whether the ring of a record of a format may have n entries.
func ringOf(n, format int) bool {
	return n == RingSize || format >= Compact && 0 < n && n < RingSize
}

// isNone reports whether an entry of a ring is no id.
func isNone(av types.AttributeValue) bool {
	b, ok := av.(*types.AttributeValueMemberB)
	return ok && len(b.Value) == 0
}

// NoID is the entry of a ring that is no id. An update that shifts a shorter ring puts it
// behind the last id.
func NoID() types.AttributeValue { return noID }

var noID = &types.AttributeValueMemberB{Value: []byte{}} // which nobody changes
