package policy

import "github.com/dystore/dystore/internal/attr"

// Admits reports whether a list, or else a struct or map, may be assembled at
// path from more than one item. The record that says so is not encrypted. It
// must neither reach into a sealed value, nor replace a value that holds sealed
// values by one that holds none. Open checks the items one by one and does not
// see the result.
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
