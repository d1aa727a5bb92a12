// Package attr holds attribute paths: the place of a value in the logical
// document of an object, before the document is divided over tables.
package attr

import (
	"strconv"
	"strings"
)

// Kind says how a segment selects a value in its parent.
type Kind uint8

const (
	Name     Kind = iota // an attribute of a struct
	Index                // one element of a list, by position
	Key                  // one entry of a map
	AnyElem              // every element of a list
	AnyValue             // every value of a map
)

// Seg is one step of a Path. Name holds the attribute name (Name) or the map
// key (Key), Index the position (Index).
type Seg struct {
	Kind  Kind
	Name  string
	Index int
}

// Path is the way from the root of the logical document to a value.
type Path []Seg

// Field returns the segment of the attribute name.
func Field(name string) Seg { return Seg{Kind: Name, Name: name} }

// At returns the segment of the list element i.
func At(i int) Seg { return Seg{Kind: Index, Index: i} }

// Entry returns the segment of the map entry key.
func Entry(key string) Seg { return Seg{Kind: Key, Name: key} }

// Elem and Value are the segments of all list elements and of all map values.
var (
	Elem  = Seg{Kind: AnyElem}
	Value = Seg{Kind: AnyValue}
)

// Names returns the path of nested struct attributes.
func Names(names ...string) Path {
	p := make(Path, len(names))
	for i, n := range names {
		p[i] = Field(n)
	}
	return p
}

// String renders a path for people: location.city, past[3].city, past[].city,
// homes["x"].city, homes{}.city. It is not injective; nothing is keyed by it.
func (p Path) String() string {
	var b strings.Builder
	for i, s := range p {
		switch s.Kind {
		case Name:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s.Name)
		case Index:
			b.WriteByte('[')
			b.WriteString(strconv.Itoa(s.Index))
			b.WriteByte(']')
		case Key:
			b.WriteByte('[')
			b.WriteString(strconv.Quote(s.Name))
			b.WriteByte(']')
		case AnyElem:
			b.WriteString("[]")
		case AnyValue:
			b.WriteString("{}")
		}
	}
	return b.String()
}

// Join returns a then b, sharing memory with neither.
func Join(a, b Path) Path {
	p := make(Path, 0, len(a)+len(b))
	return append(append(p, a...), b...)
}

// Covers reports whether every value under q is under p: p is a prefix of q
// where a wildcard matches any concrete segment of its kind.
func (p Path) Covers(q Path) bool {
	if len(p) > len(q) {
		return false
	}
	for i, s := range p {
		if !s.matches(q[i]) {
			return false
		}
	}
	return true
}

// Overlaps reports whether p and q share a value: one is a prefix of the
// other, wildcards matching both ways.
func (p Path) Overlaps(q Path) bool {
	for i := range min(len(p), len(q)) {
		if !p[i].matches(q[i]) && !q[i].matches(p[i]) {
			return false
		}
	}
	return true
}

// Wild reports whether the path has a wildcard, so that it names many values.
func (p Path) Wild() bool {
	for _, s := range p {
		if s.Kind == AnyElem || s.Kind == AnyValue {
			return true
		}
	}
	return false
}

// Wildcards returns the positions of the wildcards in the path.
func (p Path) Wildcards() (at []int) {
	for i, s := range p {
		if s.Kind == AnyElem || s.Kind == AnyValue {
			at = append(at, i)
		}
	}
	return at
}

// Parallel reports whether both paths have the same wildcards, in the same order.
func (p Path) Parallel(q Path) bool {
	a, b := p.Wildcards(), q.Wildcards()
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if p[a[i]].Kind != q[b[i]].Kind {
			return false
		}
	}
	return true
}

func (s Seg) matches(c Seg) bool {
	switch s.Kind {
	case AnyElem:
		return c.Kind == AnyElem || c.Kind == Index
	case AnyValue:
		return c.Kind == AnyValue || c.Kind == Key
	}
	return s == c
}
