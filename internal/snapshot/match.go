package snapshot

import (
	"crypto/rand"
	"crypto/sha256"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
)

// Digester makes digests, one after the other in the same memory.
type Digester struct {
	buf, spare []byte
	entries    []entry
}

// usualBytes is what most parts and elements need for their encoding.
const usualBytes = 256

// Of identifies a value by its canonical encoding: equal values, however their
// sets and maps were ordered, have equal digests. A value without a canonical
// form, which only other programs store, equals nothing.
func (g *Digester) Of(av types.AttributeValue) (d Digest) {
	if g.buf == nil {
		g.buf = make([]byte, 0, usualBytes)
	}
	b, err := item.AppendCanonical(g.buf[:0], av)
	if err != nil {
		rand.Read(d[:])
		return d
	}
	g.buf = b
	return sha256.Sum256(b)
}

// OfMap is Of for a document.
func (g *Digester) OfMap(doc map[string]types.AttributeValue) Digest {
	return g.Of(&types.AttributeValueMemberM{Value: doc})
}

// Element identifies an element of a list when the list is written back. It is
// made of the decoded element, encoded again: the stored one may lack fields of
// the type, and have others.
type Element struct {
	Content Digest
	Key     Digest // of the field that identifies it; zero: it has none
	Nil     bool   // a nil pointer
}

// Elements describes the elements of an encoded list; key may be nil.
func Elements(values []types.AttributeValue, key *Key) []Element {
	out := make([]Element, len(values))
	var digest Digester
	for i, v := range values {
		out[i].Content = digest.Of(v)
		_, out[i].Nil = v.(*types.AttributeValueMemberNULL)
		if id := key.of(v); id != nil {
			out[i].Key = digest.Of(id)
		}
	}
	return out
}

// Matching says which elements of an old list the elements of a new one are.
type Matching struct {
	Old    []int // by new element: an old one, or -1 for one that is new, or may be
	doubts []doubt
}

// doubt is a set of old elements whose positions in the new list are unknown;
// they may be gone.
type doubt struct {
	old    []int
	shrunk bool // they are equal, and some of them are gone
}

// Match pairs the elements of a list. Two are the same if they have the same
// key and no third one has it, or, without such a key, the same content. The
// order of equal ones does not change. The elements left over on both sides may
// be the same, changed, or others. Match does not guess.
func Match(old, now []Element) Matching {
	m := matcher{old: old, now: now, Matching: Matching{Old: make([]int, len(now))}, settled: make([]bool, len(old))}
	for i := range m.Old {
		m.Old[i] = -1
	}
	m.keys()
	m.contents()
	return m.Matching
}

type matcher struct {
	Matching
	old, now []Element
	settled  []bool // old elements that are matched, or known to be gone
}

func (m *matcher) pair(old, now int) { m.Old[now], m.settled[old] = old, true }

// keys settles the elements whose key is theirs alone.
func (m *matcher) keys() {
	before, after := byKey(m.old), byKey(m.now)
	for key, at := range before {
		to := after[key]
		if len(at) > 1 || len(to) > 1 {
			continue
		}
		m.settled[at[0]] = true
		if len(to) == 1 {
			m.pair(at[0], to[0])
		}
	}
}

func byKey(list []Element) map[Digest][]int {
	var at map[Digest][]int
	for i, e := range list {
		if e.Key == (Digest{}) {
			continue
		}
		if at == nil {
			at = make(map[Digest][]int, len(list))
		}
		at[e.Key] = append(at[e.Key], i)
	}
	return at
}

// group is the old elements of one content, in a chain.
type group struct {
	first, last int
	size        int
	free        int  // the first one that is not matched yet
	taken       int  // how many are
	grown       bool // there are more of them in the new list
}

const noElement = -1

// groups are those of a list.
type groups struct {
	all       []group // in the order of their first elements
	byContent map[Digest]int
	next      []int // by element: the next one of its group
}

// group gathers the old elements that are not settled.
func (m *matcher) group() *groups {
	g := &groups{all: make([]group, 0, len(m.old)), byContent: make(map[Digest]int, len(m.old)), next: make([]int, len(m.old))}
	for i, e := range m.old {
		if m.settled[i] {
			continue
		}
		g.next[i] = noElement
		at, known := g.byContent[e.Content]
		if !known {
			g.byContent[e.Content] = len(g.all)
			g.all = append(g.all, group{first: i, last: i, size: 1, free: i})
			continue
		}
		of := &g.all[at]
		g.next[of.last] = i
		of.last = i
		of.size++
	}
	return g
}

// find returns the group of a content, nil if there is none.
func (g *groups) find(content Digest) *group {
	if at, ok := g.byContent[content]; ok {
		return &g.all[at]
	}
	return nil
}

// from appends the elements of a group from one of them on.
func (g *groups) from(list []int, i int) []int {
	for ; i != noElement; i = g.next[i] {
		list = append(list, i)
	}
	return list
}

// contents settles the others by content, and notes what that leaves open.
func (m *matcher) contents() {
	groups := m.group()
	rest := false // there are new elements that may be changed old ones
	for i, e := range m.now {
		if m.Old[i] >= 0 {
			continue
		}
		g := groups.find(e.Content)
		if g != nil && g.free != noElement {
			m.pair(g.free, i)
			g.free = groups.next[g.free]
			g.taken++
			continue
		}
		rest = rest || !e.Nil // nothing has become of nil
		if g != nil {
			g.grown = true
		}
	}
	var left []int
	for i := range groups.all {
		g := &groups.all[i]
		switch {
		case m.old[g.first].Nil:
			continue // there is nothing to lose
		case g.grown:
			m.doubts = append(m.doubts, doubt{old: groups.from(nil, g.first)})
		case g.taken > 0 && g.taken < g.size:
			m.doubts = append(m.doubts, doubt{old: groups.from(nil, g.first), shrunk: true})
		}
		left = groups.from(left, g.free)
	}
	if rest && len(left) > 0 {
		m.doubts = append(m.doubts, doubt{old: left})
	}
}

// Doubtful returns an old element that hides something and may be one of
// several new elements, or none; -1 without one. same reports whether two old
// elements hide the same.
func (m *Matching) Doubtful(hidden func(int) bool, same func(i, j int) bool) int {
	found := -1
	for _, d := range m.doubts {
		settled := d.shrunk
		for _, i := range d.old[1:] {
			settled = settled && same(d.old[0], i)
		}
		if settled {
			continue // whichever of them is gone
		}
		for _, i := range d.old {
			if hidden(i) && (found < 0 || i < found) {
				found = i
			}
		}
	}
	return found
}
