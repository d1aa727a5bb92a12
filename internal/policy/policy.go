// Package policy says which values of a logical document are encrypted, with
// which cipher, and encrypts and decrypts them.
//
// A policy is a graph of nodes that mirrors the shape of documents. For a
// recursive type the graph has cycles, so that one policy covers every depth.
// It is built from the declarations of a model, or decoded from what is stored
// with an object, and then reads that object as strictly without its Go type.
package policy

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
)

// Node is the policy of one place in a document. The root node is the policy
// of the document; a nil root encrypts nothing.
//
// A node is either sealed, or has children, and then something at or below
// each of them is sealed. Nodes are immutable once built.
type Node struct {
	Sealed   bool                          // the whole value is one envelope
	Cipher   cipher.Cipher                 // of a sealed node
	Group    int                           // of a sealed node: the number of its cipher, in order of declaration
	As       attr.Path                     // of a sealed node: what its values are bound to; nil: to their own path
	Fields   map[string]*Node              // attributes of a struct
	Elem     *Node                         // elements of a list
	Values   *Node                         // values of a map
	Plain    *atomic.Int64                 // of a sealed node: a value that is not encrypted is accepted, and counted; nil: it is refused
	Unsealed *atomic.Int64                 // of a sealed node: a value is written as it is, and one that is encrypted is read, and counted; nil: it is sealed
	Erased   func(context.Context, string) // of a sealed node: a value whose key is destroyed is absent, and reported with its path; nil: it is refused
	OneOf    bool                          // of the attributes a value has one: none is added to it

	names []string // of Fields, sorted: errors and encodings do not depend on map order
	wild  []int    // of a node with As: where the elements and entries are in the path of its place
}

// child returns the node that a step leads to, nil if nothing is sealed there.
// Structs and maps look alike in DynamoDB, and a layout read from an item may
// name an entry where the policy knows an attribute.
func (n *Node) child(s attr.Seg) *Node {
	switch s.Kind {
	case attr.Name, attr.Key:
		return n.entry(s.Name)
	case attr.AnyValue:
		return n.Values
	default:
		return n.Elem
	}
}

// entry returns the node of an entry of a stored map.
func (n *Node) entry(name string) *Node {
	if c, ok := n.Fields[name]; ok {
		return c
	}
	return n.Values
}

// order fills in names, in new memory: n may be a copy.
func (n *Node) order() {
	n.names = make([]string, 0, len(n.Fields))
	for name := range n.Fields {
		n.names = append(n.names, name)
	}
	slices.Sort(n.names)
}

// Ciphers returns the ciphers of sealed nodes by their numbers.
func (n *Node) Ciphers() (ciphers []cipher.Cipher) {
	seen := map[*Node]bool{}
	var visit func(attr.Seg, *Node)
	visit = func(_ attr.Seg, n *Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if n.Sealed {
			for len(ciphers) <= n.Group {
				ciphers = append(ciphers, nil)
			}
			ciphers[n.Group] = n.Cipher
		}
		n.edges(visit)
	}
	visit(attr.Seg{}, n)
	return ciphers
}

// edges visits the children of n in a fixed order: attributes by name, then
// elements, then values.
func (n *Node) edges(visit func(attr.Seg, *Node)) {
	for _, name := range n.names {
		visit(attr.Field(name), n.Fields[name])
	}
	if n.Elem != nil {
		visit(attr.Elem, n.Elem)
	}
	if n.Values != nil {
		visit(attr.Value, n.Values)
	}
}
