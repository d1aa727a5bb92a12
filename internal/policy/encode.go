package policy

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"

	"github.com/dystore/dystore/internal/attr"
)

// The first byte of an encoded policy. Programs that know format 1 alone refuse others.
const (
	format      = 1
	formatBound = 2 // a node has hasAs
)

// What an encoded node has, as bits.
const (
	hasGroup byte = 1 << iota // sealed: nothing else follows but the group
	hasFields
	hasElem
	hasValues
	hasAs // sealed: after the group follows what the values are bound to
)

// The steps of what values are bound to.
const (
	asName  byte = 1 + iota // and the name
	asElem                  // the element that the value is in
	asValue                 // the name of the entry that the value is in
)

// Encode returns the policy in a compact form that is stored with each object,
// inside a separate envelope. So a reader without the Go type is as strict as
// one with it. Equal policies have equal bytes.
//
//	policy = 01, count of nodes, node...
//	node   = bits, what the bits say in this order:
//	         1  group
//	         2  count of fields, each: length of name, name, node number; by name
//	         4  node number of the elements
//	         8  node number of the values
//
// A policy that binds values to another path than their own has 02 in place of 01, and
//
//	16 after 1: count of steps, each: 1, length of name, name; or 2, an element; or 3, an entry
//
// Numbers are unsigned LEB128. Node 0 is the root; the others are numbered in
// the order in which they are first mentioned. A recursive type mentions a
// node again inside itself.
func (n *Node) Encode() []byte {
	number := map[*Node]uint64{n: 0}
	nodes := []*Node{n}
	for i := 0; i < len(nodes); i++ {
		nodes[i].edges(func(_ attr.Seg, c *Node) {
			if _, known := number[c]; !known {
				number[c] = uint64(len(nodes))
				nodes = append(nodes, c)
			}
		})
	}
	first := byte(format)
	if slices.ContainsFunc(nodes, func(n *Node) bool { return n.As != nil }) {
		first = formatBound
	}
	b := binary.AppendUvarint([]byte{first}, uint64(len(nodes)))
	for _, n := range nodes {
		b = n.append(b, number)
	}
	return b
}

func (n *Node) append(b []byte, number map[*Node]uint64) []byte {
	switch {
	case n.As != nil:
		b = binary.AppendUvarint(append(b, hasGroup|hasAs), uint64(n.Group))
		return appendAs(b, n.As)
	case n.Sealed:
		return binary.AppendUvarint(append(b, hasGroup), uint64(n.Group))
	}
	var bits byte
	if len(n.names) > 0 {
		bits |= hasFields
	}
	if n.Elem != nil {
		bits |= hasElem
	}
	if n.Values != nil {
		bits |= hasValues
	}
	b = append(b, bits)
	if len(n.names) > 0 {
		b = binary.AppendUvarint(b, uint64(len(n.names)))
	}
	n.edges(func(s attr.Seg, c *Node) {
		if s.Kind == attr.Name {
			b = appendName(b, s.Name)
		}
		b = binary.AppendUvarint(b, number[c])
	})
	return b
}

func appendName(b []byte, name string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(name))), name...)
}

func appendAs(b []byte, path attr.Path) []byte {
	b = binary.AppendUvarint(b, uint64(len(path)))
	for _, s := range path {
		switch s.Kind {
		case attr.Name:
			b = appendName(append(b, asName), s.Name)
		case attr.AnyElem:
			b = append(b, asElem)
		default:
			b = append(b, asValue)
		}
	}
	return b
}

// valid reports whether a name can be one of an attribute.
func valid(name string) bool { return name != "" && utf8.ValidString(name) }
