package policy

import (
	"bytes"
	"encoding/binary"
	"errors"

	"github.com/dystore/dystore/cipher"
)

// ErrFormat: the encoded policy is not one that this release writes.
var ErrFormat = errors.New("policy: not a policy of format 1")

const (
	maxGroups = 1 << 16 // numbers of ciphers
	minNode   = 2       // bytes: what it has, and one thing it has
)

// Decode reads what Encode wrote, and nothing else. Values of group i are
// opened with openers[i], or all with the only one there is. A group without
// an opener cannot be read: its values fail with ErrNoOpener. The policy seals
// nothing.
func Decode(b []byte, openers ...cipher.Opener) (*Node, error) {
	if len(b) == 0 || b[0] != format {
		return nil, ErrFormat
	}
	d := &decoder{rest: b[1:]}
	count := d.number()
	if d.bad || count == 0 || count > uint64(len(d.rest)/minNode) {
		return nil, ErrFormat
	}
	d.nodes = make([]Node, count)
	for i := range d.nodes {
		d.node(&d.nodes[i])
	}
	root := &d.nodes[0]
	// There are no separate checks of order, numbering, unknown bits, groups
	// out of range, numbers of more bytes than needed and bytes at the end:
	// such a text differs when it is encoded again.
	if d.bad || root.Sealed || !bytes.Equal(root.Encode(), b) {
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
		size := d.number()
		if size > uint64(len(d.rest)) {
			d.bad = true
			return
		}
		name := string(d.rest[:size])
		d.rest = d.rest[size:]
		if !valid(name) {
			d.bad = true
		}
		n.Fields[name] = d.ref()
	}
	n.order()
}
