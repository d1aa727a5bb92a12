package policy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
)

// ErrFormat: the encoded policy is not one that this release writes.
var ErrFormat = errors.New("policy: not a policy of format 1 or 2")

const (
	maxGroups = 1 << 16 // numbers of ciphers
	minNode   = 2       // bytes: what it has, and one thing it has
)

// Decode reads what Encode wrote, and nothing else. Values of group i are
// opened with openers[i], or all with the only one there is. A group without
// an opener cannot be read: its values fail with ErrNoOpener. The policy seals
// nothing.
func Decode(b []byte, openers ...cipher.Opener) (*Node, error) {
	if len(b) == 0 {
		return nil, ErrFormat
	}
	d := &decoder{rest: b[1:]}
	count := d.number()
	if count == 0 || count > uint64(len(d.rest)/minNode) {
		return nil, ErrFormat
	}
	d.nodes = make([]Node, count)
	for i := range d.nodes {
		d.node(&d.nodes[i])
	}
	root := &d.nodes[0]
	// There are no separate checks of the format, order, numbering, unknown bits,
	// groups out of range, numbers of more bytes than needed and bytes at the end:
	// such a text differs when it is encoded again.
	if d.bad || root.Sealed || !bytes.Equal(root.Encode(), b) || !d.bind() {
		return nil, ErrFormat
	}
	for i := range d.nodes {
		if n := &d.nodes[i]; n.Sealed {
			n.Cipher = opener(openers, n.Group)
		}
	}
	return root, nil
}

func opener(openers []cipher.Opener, group int) cipher.Cipher {
	switch {
	case len(openers) == 1:
		return cipher.OpenOnly(openers[0])
	case group < len(openers):
		return cipher.OpenOnly(openers[group])
	}
	return nil
}

// decoder reads from the front of rest. After a fault bad is set and what it
// returns is meaningless.
type decoder struct {
	rest  []byte
	nodes []Node
	bad   bool
}

func (d *decoder) number() uint64 {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 {
		d.rest, d.bad = nil, true
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

// ref reads the number of a node.
func (d *decoder) ref() *Node {
	n := d.number()
	if n >= uint64(len(d.nodes)) {
		d.bad = true
		return nil
	}
	return &d.nodes[n]
}

func (d *decoder) node(n *Node) {
	bits := d.number()
	switch bits {
	case 0: // nothing is sealed at or below it
		d.bad = true
		return
	case uint64(hasGroup):
		n.Sealed, n.Group = true, int(d.number()%maxGroups)
		return
	case uint64(hasGroup | hasAs):
		n.Sealed, n.Group = true, int(d.number()%maxGroups)
		n.As = d.as()
		return
	}
	if bits&uint64(hasFields) != 0 {
		d.fields(n)
	}
	if bits&uint64(hasElem) != 0 {
		n.Elem = d.ref()
	}
	if bits&uint64(hasValues) != 0 {
		n.Values = d.ref()
	}
}

func (d *decoder) fields(n *Node) {
	n.Fields = map[string]*Node{}
	for count := d.number(); count > 0 && !d.bad; count-- {
		name := d.name()
		n.Fields[name] = d.ref()
	}
	n.order()
}

func (d *decoder) name() string {
	size := d.number()
	if size > uint64(len(d.rest)) {
		d.bad = true
		return ""
	}
	name := string(d.rest[:size])
	d.rest = d.rest[size:]
	if !valid(name) {
		d.bad = true
	}
	return name
}

// as reads what values are bound to, which begins with a name.
func (d *decoder) as() attr.Path {
	path := attr.Path{}
	for count := d.number(); count > 0 && !d.bad; count-- {
		switch d.number() {
		case uint64(asName):
			path = append(path, attr.Field(d.name()))
		case uint64(asElem):
			path = append(path, attr.Elem)
		case uint64(asValue):
			path = append(path, attr.Value)
		default:
			d.bad = true
		}
	}
	if len(path) == 0 || path[0].Kind != attr.Name {
		d.bad = true
	}
	return path
}

// bind binds the nodes that have an As. Each is at one place, whose elements and entries the As
// has: so is what Encode is given. It is false if that does not hold.
func (d *decoder) bind() bool {
	if !slices.ContainsFunc(d.nodes, func(n Node) bool { return n.As != nil }) {
		return true
	}
	type mention struct {
		by    *Node
		step  attr.Seg
		times int
	}
	mentions := map[*Node]mention{}
	for i := range d.nodes {
		by := &d.nodes[i]
		by.edges(func(s attr.Seg, n *Node) { mentions[n] = mention{by, s, mentions[n].times + 1} })
	}
	for i := range d.nodes {
		n := &d.nodes[i]
		if n.As == nil {
			continue
		}
		var place attr.Path
		for at := n; at != &d.nodes[0]; at = mentions[at].by {
			if mentions[at].times != 1 {
				return false
			}
			place = append(place, mentions[at].step)
		}
		slices.Reverse(place)
		if mentions[&d.nodes[0]].times > 0 || !n.bind(place, n.As) {
			return false
		}
	}
	return true
}
