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
func (known *Layouts) Read(rec wire.Record, memory *Memory) *Root {
	if memory == nil {
		memory = new(Memory)
	}
	d := &memory.decoded
	*d = decoded{}
	m := members{Root: &d.Root, ring: &d.ring, known: known}
	for i := range rec.Len() {
		name, r := rec.Member(i)
		if !m.read(name, &r) {
			return nil
		}
	}
	if m.seen != allMembers || d.Format > Format || d.Format < FirstFormat || d.Version < 1 {
		return nil
	}
	d.Ring = d.ring[:]
	others := reader{m: m.others}
	if others.life(&d.Root); others.err != nil {
		return nil
	}
	hash, _, err := cutModel(d.LayoutID)
	if err != nil {
		return nil
	}
	if d.Layout, err = known.layoutIn(hash, m.layout); err != nil {
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
	seen   int // a bit of each that every record has
	others map[string]types.AttributeValue
}

// allMembers are the bits of f, v, c, u, e, l, b, r and y.
const allMembers = 1<<9 - 1

// read reads one member. It is false for one that cannot be read so.
func (m *members) read(name []byte, r *wire.Reader) (ok bool) {
	at := *r
	tag := r.Open()
	var n int64
	switch string(name) {
	case "f":
		n, ok = number(r, tag)
		m.Format, m.seen = int(n), m.seen|1
	case "v":
		m.Version, ok = number(r, tag)
		m.seen |= 1 << 1
	case "c":
		n, ok = number(r, tag)
		m.Created, m.seen = time.UnixMilli(n).UTC(), m.seen|1<<2
	case "u":
		n, ok = number(r, tag)
		m.Updated, m.seen = time.UnixMilli(n).UTC(), m.seen|1<<3
	case "e":
		if ok = tag == wire.S; ok {
			m.Entity = m.known.text(&m.known.entity, r.Text())
		}
		m.seen |= 1 << 4
	case "l":
		if ok = tag == wire.S; ok {
			m.LayoutID = m.known.text(&m.known.name, r.Text())
		}
		m.seen |= 1 << 5
	case "b":
		ok = tag == wire.B && r.BytesInto(m.Birth[:])
		m.seen |= 1 << 6
	case "r":
		ok = tag == wire.L && m.readRing(r)
		m.seen |= 1 << 7
	case "y":
		ok, m.layout = tag == wire.L, at
		m.seen |= 1 << 8
	case "s":
		if ok = tag == wire.B; ok {
			m.Policy = r.Bytes()
		}
	case "m":
		ok = tag == wire.M && m.readParts(r)
	case "n":
		ok = true // CountDynamic says it
	default:
		if m.others == nil {
			m.others = map[string]types.AttributeValue{}
		}
		m.others[string(name)], ok = r.Content(tag), true
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
	n := 0
	for r.Begin(); r.More(); n++ {
		if n == RingSize || r.Open() != wire.B || !r.BytesInto(m.ring[n][:]) {
			return false
		}
		r.Close()
	}
	return n == RingSize
}

// readParts reads the manifest. Whether the layout has a place for each part is to be
// found out when the layout is known.
func (m *members) readParts(r *wire.Reader) bool {
	n := r.Count()
	if n > 0 {
		m.Parts = make(map[Inst]Ref, n)
	}
	for r.Begin(); r.More(); {
		inst := Inst(r.Name())
		var ref Ref
		switch tag := r.Open(); tag {
		case wire.B:
			if !r.BytesInto(ref.Stamp[:]) {
				return false
			}
		case wire.M:
			var err error
			if ref, err = decodeRef(r.Content(tag)); err != nil {
				return false
			}
		default:
			return false
		}
		r.Close()
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
	text := r.Rest()
	if last := known.lastText.Load(); last != nil && last.id == hash && bytes.HasPrefix(text, last.text) {
		return last.layout, nil
	}
	from := len(text)
	av := r.Value()
	text = text[:from-len(r.Rest())]
	l, err := known.layout(hash, av)
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
func ReadPart(rec wire.Record, owner string) (stamp ID, ours, ok bool) {
	seen := 0
	for i := range rec.Len() {
		name, r := rec.Member(i)
		switch tag := r.Open(); {
		case string(name) == "w" && tag == wire.B && r.BytesInto(stamp[:]), string(name) == "p" && tag == wire.S:
		case string(name) == "o" && tag == wire.S:
			ours = string(r.Text()) == owner
		default:
			return ID{}, false, false
		}
		seen++
	}
	return stamp, ours, seen == len("wop")
}
