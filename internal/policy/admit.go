package policy

import "github.com/dystore/dystore/internal/attr"

// Admits reports whether a list, or else a struct or map, may be put together
// at path from more than one item. What says so is not encrypted: it must not
// reach into a sealed value, nor put in the place of something that holds
// sealed values something that holds none. Open checks each item by itself and
// does not see what comes of them.
func (n *Node) Admits(path attr.Path, list bool) bool {
	for _, s := range path {
		if n == nil {
			return true
		}
		if !n.holds(s.Kind == attr.Index || s.Kind == attr.AnyElem) {
			return false
		}
		n = n.child(s)
	}
	return n == nil || n.holds(list)
}

// holds reports whether the policy of a list, or else of a struct or map, can
// be n.
func (n *Node) holds(list bool) bool {
	if list {
		return n.Elem != nil
	}
	return n.Fields != nil || n.Values != nil
}
