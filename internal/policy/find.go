package policy

import (
	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
)

// State is how the value at a path relates to what is sealed.
type State uint8

const (
	Plain  State = iota // nothing at, above or below the path is sealed
	Sealed              // the value is an envelope
	Inside              // the value is part of an envelope
	Above               // the value contains envelopes
)

// At returns the state of the value at path, and the path of what is sealed:
// the same path, the one above it, or the first one below it. Steps may be
// wildcards. A nil policy has only plain paths.
func (n *Node) At(path attr.Path) (State, attr.Path) {
	at, depth := n.find(path)
	switch {
	case at == nil:
		return Plain, nil
	case depth < len(path):
		return Inside, path[:depth]
	case at.Sealed:
		return Sealed, path
	}
	nearest, _ := at.nearest(nil)
	return Above, attr.Join(path, nearest)
}

// find returns the node at path and len(path), or the sealed node above it and
// how long its path is; nil if nothing is sealed at, above or below path.
func (n *Node) find(path attr.Path) (at *Node, depth int) {
	for i, s := range path {
		if n == nil || n.Sealed {
			return n, i
		}
		n = n.child(s)
	}
	return n, len(path)
}

// Names says which attributes of what is at base are sealed, or have something sealed in
// them; nil if none is. It is false if base itself is sealed, or inside what is.
func (n *Node) Names(base attr.Path) (sealed func(name []byte) bool, ok bool) {
	at, depth := n.find(base)
	switch {
	case at == nil:
		return nil, true
	case depth < len(base) || at.Sealed:
		return nil, false
	}
	return func(name []byte) bool { return at.entry(string(name)) != nil }, true
}

// SealedBy returns the cipher of the value at a path, or of what the value is inside of, and
// the path that it is bound to; nil if it is not encrypted.
func (n *Node) SealedBy(path attr.Path) (cipher.Cipher, attr.Path) {
	at, _ := n.find(path)
	switch {
	case at == nil || !at.Sealed:
		return nil, path
	case at.As != nil:
		path = boundTo(at, path, attr.Field)
	}
	return at.Cipher, path
}

// nearest returns the path from n to the closest sealed node but one, the first in order of
// edges. It is false if there is none.
func (n *Node) nearest(except *Node) (attr.Path, bool) {
	type step struct {
		node *Node
		path attr.Path
	}
	seen := map[*Node]bool{n: true}
	for queue := []step{{n, nil}}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		switch {
		case at.node == except:
			continue
		case at.node.Sealed:
			return at.path, true
		}
		at.node.edges(func(s attr.Seg, c *Node) {
			if !seen[c] {
				seen[c] = true
				queue = append(queue, step{c, attr.Join(at.path, attr.Path{s})})
			}
		})
	}
	return nil, false
}

// Paths returns what is sealed, in order, for people to read. Where the type is
// recursive, the path at which it starts to repeat includes all below it.
func (n *Node) Paths() []attr.Path { return n.paths(func(*Node) bool { return true }) }

// PlainPaths are those of Paths where values without encryption are accepted.
func (n *Node) PlainPaths() []attr.Path {
	return n.paths(func(n *Node) bool { return n.Plain != nil })
}

func (n *Node) paths(wanted func(*Node) bool) []attr.Path {
	var paths []attr.Path
	above := map[*Node]bool{}
	var walk func(*Node, attr.Path)
	walk = func(n *Node, path attr.Path) {
		if n.Sealed || above[n] {
			if wanted(n) {
				paths = append(paths, path)
			}
			return
		}
		above[n] = true
		n.edges(func(s attr.Seg, c *Node) { walk(c, attr.Join(path, attr.Path{s})) })
		delete(above, n)
	}
	if n != nil {
		walk(n, nil)
	}
	return paths
}

// Seals reports whether everything that may be at path is in an envelope: the
// value itself, or a value around it. A wildcard means all that it may lead to.
// It is not enough that all paths of the policy below path are sealed: other
// paths are plain.
func (n *Node) Seals(path attr.Path) bool {
	for i, s := range path {
		if n == nil || n.Sealed {
			break
		}
		if s.Kind == attr.AnyValue {
			for _, name := range n.names {
				if !n.Fields[name].Seals(path[i+1:]) {
					return false
				}
			}
		}
		n = n.child(s)
	}
	return n != nil && n.Sealed
}
