package btree

// remove deletes key below n. Every node that it descends into has more than
// the minimum, so that a deletion never has to climb back.
func (n *node[V]) remove(key string) (entry[V], bool) {
	i, found := n.find(key)
	if n.leaf() {
		if !found {
			return entry[V]{}, false
		}
		var removed entry[V]
		n.entries, removed = removeAt(n.entries, i)
		return removed, true
	}
	if len(n.children[i].entries) <= minItems {
		n.grow(i)
		// Growing has moved entries: look again from here.
		return n.remove(key)
	}
	if !found {
		return n.children[i].remove(key)
	}
	removed := n.entries[i]
	n.entries[i] = n.children[i].removeMax()
	return removed, true
}

func (n *node[V]) removeMax() entry[V] {
	if n.leaf() {
		last := len(n.entries) - 1
		removed := n.entries[last]
		clear(n.entries[last:])
		n.entries = n.entries[:last]
		return removed
	}
	i := len(n.entries)
	if len(n.children[i].entries) <= minItems {
		n.grow(i)
		return n.removeMax()
	}
	return n.children[i].removeMax()
}

// grow gives child i more than the minimum: an entry of a sibling that can
// spare one, or the whole sibling.
func (n *node[V]) grow(i int) {
	child := n.children[i]
	switch {
	case i > 0 && len(n.children[i-1].entries) > minItems:
		left := n.children[i-1]
		last := len(left.entries) - 1
		child.entries = insertAt(child.entries, 0, n.entries[i-1])
		n.entries[i-1] = left.entries[last]
		clear(left.entries[last:])
		left.entries = left.entries[:last]
		if !left.leaf() {
			var moved *node[V]
			left.children, moved = removeAt(left.children, len(left.children)-1)
			child.children = insertAt(child.children, 0, moved)
		}
	case i < len(n.entries) && len(n.children[i+1].entries) > minItems:
		right := n.children[i+1]
		child.entries = append(child.entries, n.entries[i])
		right.entries, n.entries[i] = removeAt(right.entries, 0)
		if !right.leaf() {
			var moved *node[V]
			right.children, moved = removeAt(right.children, 0)
			child.children = append(child.children, moved)
		}
	default:
		if i >= len(n.entries) {
			i--
			child = n.children[i]
		}
		var separator entry[V]
		var right *node[V]
		n.entries, separator = removeAt(n.entries, i)
		n.children, right = removeAt(n.children, i+1)
		child.entries = append(append(child.entries, separator), right.entries...)
		child.children = append(child.children, right.children...)
	}
}
