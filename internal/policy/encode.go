package policy

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/dystore/dystore/internal/attr"
)

// format is the first byte of an encoded policy.
const format = 1

// What an encoded node has, as bits.
const (
	hasGroup byte = 1 << iota // sealed: nothing else follows but the group
	hasFields
	hasElem
	hasValues
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
	b := binary.AppendUvarint([]byte{format}, uint64(len(nodes)))
	for _, n := range nodes {
		b = n.append(b, number)
	}
	return b
}

func (n *Node) append(b []byte, number map[*Node]uint64) []byte {
	if n.Sealed {
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
			b = append(binary.AppendUvarint(b, uint64(len(s.Name))), s.Name...)
		}
		b = binary.AppendUvarint(b, number[c])
	})
	return b
}

// valid reports whether a name can be one of an attribute.
func valid(name string) bool { return name != "" && utf8.ValidString(name) }
