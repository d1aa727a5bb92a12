package stored

import (
	"bytes"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/wire"
)

// Memory is memory for a record.
type Memory struct{ decoded }

// Read is Decode for a record that is bytes of an answer. It is nil for one that only
// Decode reads, or refuses. The record is in memory, unless that is nil.
func (known *Layouts) Read(rec wire.Reader, memory *Memory) *Root {
	if memory == nil {
		memory = new(Memory)
	}
	d := &memory.decoded
	*d = decoded{}
	m := members{Root: &d.Root, ring: &d.ring, known: known}
	for end := rec.Begin(); rec.More(end); {
		if !m.read(rec.Name(), &rec) {
			return nil
		}
	}
	if !m.complete() {
		return nil
	}
	d.Ring = d.ring[:]
	m.imply()
	others := reader{m: m.others}
	if others.life(&d.Root); others.err != nil {
		return nil
	}
	hash, _, err := cutModel(d.LayoutID)
	if err != nil {
		return nil
	}
	if m.seen&hasLayout == 0 {
		d.Layout, err = undivided(hash)
	} else {
		d.Layout, err = known.layoutIn(hash, m.layout)
	}
	if err != nil {
		return nil
	}
	for inst, ref := range d.Parts {
		if d.checkPart(inst, ref) != nil {
			return nil
		}
	}
	if d.decodeManifest(m.others) != nil {
		return nil
	}
	return &d.Root
}

// members reads the members of a record. Those that few records have it leaves to Decode.
type members struct {
	*Root
	ring   *[RingSize]ID
	known  *Layouts
	layout wire.Reader
	ids    int  // entries of the ring
	gaps   bool // not each of them is an id
	seen   int  // bits of members
	others map[string]types.AttributeValue
}

// Bits of members that every record has, and of those that only format 1 always has.
const (
	hasFormat = 1 << iota
	hasVersion
	hasCreated
	hasEntity
	hasRing
	hasUpdated
	hasLayoutID
	hasBirth
	hasLayout

	allMembers      = 1<<iota - 1
	requiredMembers = hasUpdated - 1
)

// complete reports whether what every record of the format has was read.
func (m *members) complete() bool {
	switch {
	case m.Format < FirstFormat || m.Format > Format || m.Version < 1 || !ringOf(m.ids, m.Format):
		return false
	case m.Format < Compact:
		return m.seen == allMembers && !m.gaps
	}
	return m.seen&requiredMembers == requiredMembers && (m.seen&hasBirth != 0 || m.Version == 1)
}

// imply sets what the members that are absent say.
func (m *members) imply() {
	if m.seen&hasBirth == 0 {
		m.Birth = m.ring[0]
	}
	if m.seen&hasUpdated == 0 {
		m.Updated = m.Created
	}
	if m.seen&hasLayoutID == 0 {
		m.LayoutID = Undivided
	}
}

// read reads one member. It is false for one that cannot be read so.
func (m *members) read(name []byte, r *wire.Reader) (ok bool) {
	tag := r.Tag()
	var n int64
	switch string(name) {
	case "f":
		n, ok = number(r, tag)
		m.Format, m.seen = int(n), m.seen|hasFormat
	case "v":
		m.Version, ok = number(r, tag)
		m.seen |= hasVersion
	case "c":
		n, ok = number(r, tag)
		m.Created, m.seen = time.UnixMilli(n).UTC(), m.seen|hasCreated
	case "u":
		n, ok = number(r, tag)
		m.Updated, m.seen = time.UnixMilli(n).UTC(), m.seen|hasUpdated
	case "e":
		if ok = tag == wire.S; ok {
			m.Entity = m.known.text(&m.known.entity, r.Text())
		}
		m.seen |= hasEntity
	case "l":
		if ok = tag == wire.S; ok {
			m.LayoutID = m.known.text(&m.known.name, r.Text())
		}
		m.seen |= hasLayoutID
	case "b":
		ok = tag == wire.B && r.BytesInto(m.Birth[:])
		m.seen |= hasBirth
	case "r":
		ok = tag == wire.L && m.readRing(r)
		m.seen |= hasRing
	case "y":
		ok, m.layout = tag == wire.L, *r
		m.seen |= hasLayout
		r.Skip()
	case "s":
		if ok = tag == wire.B; ok {
			m.Policy = r.Bytes()
		}
	case "m":
		ok = tag == wire.M && m.readParts(r)
	case "n":
		ok = true // CountDynamic says it
		r.Skip()
	default:
		if m.others == nil {
			m.others = map[string]types.AttributeValue{}
		}
		m.others[string(name)], ok = r.Value(), true
	}
	return ok
}

func number(r *wire.Reader, tag wire.Tag) (int64, bool) {
	if tag != wire.N {
		return 0, false
	}
	n, err := strconv.ParseInt(string(r.Text()), 10, 64)
	return n, err == nil
}

func (m *members) readRing(r *wire.Reader) bool {
	for end := r.Begin(); r.More(end); m.ids++ {
		if m.ids == RingSize || r.Tag() != wire.B {
			return false
		}
		if at := *r; !r.BytesInto(m.ring[m.ids][:]) {
			if m.ids == 0 || !at.BytesInto(nil) {
				return false
			}
			m.gaps = true
		}
	}
	return true
}

// readParts reads the manifest. Whether the layout has a place for each part is to be
// found out when the layout is known.
func (m *members) readParts(r *wire.Reader) bool {
	n := r.Count()
	if n > 0 {
		m.Parts = make(map[Inst]Ref, n)
	}
	for end := r.Begin(); r.More(end); {
		inst := Inst(r.Name())
		var ref Ref
		switch r.Tag() {
		case wire.B:
			if !r.BytesInto(ref.Stamp[:]) {
				return false
			}
		case wire.M:
			var err error
			if ref, err = decodeRef(r.Value()); err != nil {
				return false
			}
		default:
			return false
		}
		m.Parts[inst] = ref
	}
	return true
}

// text is a text that most records of a table have alike, in memory once.
func (known *Layouts) text(at *shared, text []byte) string {
	if last := at.Load(); last != nil && *last == string(text) {
		return *last
	}
	s := string(text)
	at.Store(&s)
	return s
}

// layoutIn is layout for JSON. The JSON of the last layout is compared as it is.
func (known *Layouts) layoutIn(hash string, r wire.Reader) (Layout, error) {
	text := r.JSON()
	if last := known.lastText.Load(); last != nil && last.id == hash && bytes.Equal(text, last.text) {
		return last.layout, nil
	}
	l, err := known.layout(hash, r.Value())
	if err == nil {
		known.lastText.Store(&spelled{named{l, hash}, bytes.Clone(text)})
	}
	return l, err
}

// checkPart refuses an entry of the manifest that leads nowhere.
func (r *Root) checkPart(inst Inst, ref Ref) error {
	var own [ownDepth]Token
	var path [ownDepth]attr.Seg
	tokens, err := inst.parseInto(own[:0], "m")
	if err != nil || ref.Elsewhere() {
		return err
	}
	if p := r.Layout.Find(appendLogical(path[:0], tokens[:partDepth(tokens)])); p == nil || p.Table == "" {
		return corrupt("m", "part %q has no place in the layout", string(inst))
	}
	return nil
}

// ReadPart is DecodePart for a record that is bytes, as far as it tells whether an item is the
// part of an owner that a manifest names. It is false for one that only DecodePart reads, or
// refuses.
func ReadPart(rec wire.Reader, owner string) (stamp ID, ours, ok bool) {
	seen := 0
	for end := rec.Begin(); rec.More(end); {
		name := rec.Name()
		switch tag := rec.Tag(); {
		case string(name) == "w" && tag == wire.B && rec.BytesInto(stamp[:]):
		case string(name) == "p" && tag == wire.S:
			rec.Skip()
		case string(name) == "o" && tag == wire.S:
			ours = string(rec.Text()) == owner
		default:
			return ID{}, false, false
		}
		seen++
	}
	return stamp, ours, seen == len("wop")
}
