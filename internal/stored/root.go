package stored

import (
	"crypto/rand"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ID is a write id, a birth id or a stamp: 16 random bytes.
type ID [16]byte

// NewID returns a fresh id. It never fails: crypto/rand does not.
func NewID() (id ID) {
	rand.Read(id[:])
	return id
}

// AV is the stored form of the id.
func (id ID) AV() types.AttributeValue { return new(idAV).set(id) }

// idAV is an id and the value that holds it, in one piece of memory.
type idAV struct {
	av types.AttributeValueMemberB
	id ID
}

func (v *idAV) set(id ID) types.AttributeValue {
	v.id = id
	v.av.Value = v.id[:]
	return &v.av
}

// String is the id in errors and tokens: 22 characters.
func (id ID) String() string { return b64.EncodeToString(id[:]) }

// Ref is a manifest entry: the stamp its item must carry and, for a part that
// is not at its derived key in its layout's table, where it is.
type Ref struct {
	Stamp               ID
	Table, KeyName, Key string
	Cut                 bool // it may be in pieces
}

// Elsewhere reports whether the entry names its own table and key.
func (r Ref) Elsewhere() bool { return r.Table != "" }

// Order is the shape of a divided list or map. List elements have an id each,
// nil ones none. An id that the manifest does not name takes the next value of
// the list in the parent. Of a map only the nil entries are here.
type Order struct {
	IsMap bool
	Elems []Element
	Nils  []string // map keys
}

// Element is one list element.
type Element struct {
	ID  ElemID
	Nil bool
}

// Root is the record of an object.
type Root struct {
	Format   int
	Entity   string
	Version  int64
	Birth    ID
	Made     ID   // tells the object from one that a write with the same id has made before; zero: none has
	Ring     []ID // RingSize long, newest first, and zero where there were no more
	Created  time.Time
	Updated  time.Time
	Deleted  time.Time // zero, unless the object counts as absent since then
	Void     bool      // there is no object: it is being created, or what is left of it deleted
	Creator  string    // who has created the object, as far as the write said
	Updater  string    // who has written this version
	TTL      string    // the attribute of the root item that says when it expires, "" if there is none
	Expires  int64     // what it says, in seconds since 1970, 0 for never; it is not in the record
	LayoutID string    // with the version of the model
	Layout   Layout
	Parts    map[Inst]Ref
	Orders   map[Inst]Order
	Claims   map[string]Location // the items that claim unique values, by the name of the claim
	Dynamic  int                 // parts whose instance holds an element or an entry
	Policy   []byte              // envelope of the sealed policy, nil without encryption
	Pages    *Pages              // what the manifest and the orders are in; nil: the record itself
}

// NewRing returns the ring of a new object.
func NewRing(w ID) []ID {
	ring := make([]ID, RingSize)
	ring[0] = w
	return ring
}

// Push returns the ring with w in front.
func Push(ring []ID, w ID) []ID {
	return append(append(make([]ID, 0, RingSize), w), ring[:RingSize-1]...)
}

// Wrote reports whether the ring or the birth proves that w was committed.
func (r *Root) Wrote(w ID) bool {
	for _, id := range r.Ring {
		if id == w {
			return true
		}
	}
	return r.Birth == w
}

// WriteID is the id of the newest write.
func (r *Root) WriteID() ID { return r.Ring[0] }

// HasElements reports whether a divided list has elements.
func (r *Root) HasElements() bool {
	for _, o := range r.Orders {
		if len(o.Elems) > 0 {
			return true
		}
	}
	return false
}

// Encode returns the _meta value of a root item.
func (r *Root) Encode() types.AttributeValue {
	// One piece of memory: every write has such a record.
	av := &struct {
		all                      types.AttributeValueMemberM
		format, version, created types.AttributeValueMemberN
		entity                   types.AttributeValueMemberS
		ring                     types.AttributeValueMemberL
	}{}
	has := r.Members()
	av.format.Value, av.version.Value = strconv.Itoa(has.Format), strconv.FormatInt(r.Version, 10)
	av.created.Value = strconv.FormatInt(r.Created.UnixMilli(), 10)
	av.entity.Value, av.ring.Value = r.Entity, encodeRing(r.Ring)
	m := make(map[string]types.AttributeValue, usualFields)
	m["f"], m["v"], m["c"], m["e"], m["r"] = &av.format, &av.version, &av.created, &av.entity, &av.ring
	if has.Birth {
		m["b"] = r.Birth.AV()
	}
	if has.Updated {
		m["u"] = num(r.Updated.UnixMilli())
	}
	if has.LayoutID {
		m["l"] = str(r.LayoutID)
	}
	if len(r.Layout) > 0 {
		m["y"] = r.Layout.encode()
	}
	if r.Policy != nil {
		m["s"] = &types.AttributeValueMemberB{Value: r.Policy}
	}
	if has.Count {
		m["n"] = num(int64(r.Dynamic))
	}
	if has.Parts {
		m["m"] = encodeParts(r.Parts)
		m["o"] = encodeOrders(r.Orders)
	}
	r.EncodeRare(func(name string, av types.AttributeValue) { m[name] = av })
	av.all.Value = m
	return &av.all
}

// Members says what a record has of the members that others imply where they are absent.
type Members struct {
	Format   int  // which it is written in
	Birth    bool // but for version 1 that it was born with
	Updated  bool // but for one that was never updated
	LayoutID bool // but for one that is not divided
	Count    bool // with Parts or pages
	Parts    bool // and orders
}

// Members are those that Encode writes. Without places there is nothing to list; with
// places the maps are always there, because an update can only set an entry of a map that
// exists.
func (r *Root) Members() Members {
	divided := len(r.Layout) > 0 || len(r.Parts) > 0 || len(r.Orders) > 0
	return Members{
		Format:   r.needs(Compact),
		Birth:    r.Version != 1 || r.Birth != r.Ring[0],
		Updated:  r.Updated.UnixMilli() != r.Created.UnixMilli(),
		LayoutID: r.LayoutID != Undivided,
		Count:    divided,
		Parts:    divided && r.Pages == nil,
	}
}

// EncodeRare adds to a record what few records have.
func (r *Root) EncodeRare(add func(name string, av types.AttributeValue)) {
	if r.Pages != nil {
		add("g", r.Pages.AV())
	}
	if len(r.Claims) > 0 {
		add("q", EncodeClaims(r.Claims))
	}
	r.encodeLife(add)
}

const usualFields = 8 // of a record

// Filled is how many ids of a ring there are up to the last one that is any.
func Filled(ring []ID) int {
	n := len(ring)
	for n > 1 && ring[n-1] == (ID{}) {
		n--
	}
	return n
}

func encodeRing(ring []ID) []types.AttributeValue {
	n := Filled(ring)
	out, ids := make([]types.AttributeValue, n), make([]idAV, n)
	for i, id := range ring[:n] {
		out[i] = ids[i].set(id)
	}
	return out
}

func encodeParts(parts map[Inst]Ref) types.AttributeValue {
	elsewhere := 0
	for _, ref := range parts {
		if ref.Elsewhere() {
			elsewhere++
		}
	}
	out, stamps, refs := make(map[string]types.AttributeValue, len(parts)), make([]idAV, len(parts)-elsewhere), make([]refAV, elsewhere)
	for inst, ref := range parts {
		if ref.Elsewhere() {
			out[string(inst)], refs = refs[0].set(ref), refs[1:]
		} else {
			out[string(inst)], stamps = stamps[0].set(ref.Stamp), stamps[1:]
		}
	}
	return &types.AttributeValueMemberM{Value: out}
}

// AV is the stored form of the manifest entry.
func (r Ref) AV() types.AttributeValue {
	if !r.Elsewhere() {
		return r.Stamp.AV()
	}
	return new(refAV).set(r)
}

// refAV is an entry that is elsewhere and the values that hold it, in one piece of memory.
type refAV struct {
	all                 types.AttributeValueMemberM
	stamp               idAV
	table, keyName, key types.AttributeValueMemberS
	cut                 types.AttributeValueMemberBOOL
}

func (v *refAV) set(r Ref) types.AttributeValue {
	v.table.Value, v.keyName.Value, v.key.Value = r.Table, r.KeyName, r.Key
	v.all.Value = map[string]types.AttributeValue{"w": v.stamp.set(r.Stamp), "t": &v.table, "a": &v.keyName, "k": &v.key}
	if r.Cut {
		v.cut.Value = true
		v.all.Value["c"] = &v.cut
	}
	return &v.all
}

func encodeOrders(orders map[Inst]Order) types.AttributeValue {
	out := make(map[string]types.AttributeValue, len(orders))
	for inst, o := range orders {
		out[string(inst)] = o.AV()
	}
	return &types.AttributeValueMemberM{Value: out}
}

// AV is the stored form of the order: a list of ids, or a map of the nil
// entries.
func (o Order) AV() types.AttributeValue {
	null := &types.AttributeValueMemberNULL{Value: true}
	if o.IsMap {
		m := make(map[string]types.AttributeValue, len(o.Nils))
		for _, k := range o.Nils {
			m[k] = null
		}
		return &types.AttributeValueMemberM{Value: m}
	}
	l, ids := make([]types.AttributeValue, len(o.Elems)), make([]elemAV, len(o.Elems))
	for i, e := range o.Elems {
		if e.Nil {
			l[i] = null
			continue
		}
		l[i] = ids[i].set(e.ID)
	}
	return &types.AttributeValueMemberL{Value: l}
}

// AV is the stored form of the element id.
func (id ElemID) AV() types.AttributeValue { return new(elemAV).set(id) }

// elemAV is idAV for an element id.
type elemAV struct {
	av types.AttributeValueMemberB
	id ElemID
}

func (v *elemAV) set(id ElemID) types.AttributeValue {
	v.id = id
	v.av.Value = v.id[:]
	return &v.av
}

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func num(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}
