package btree

// Delete is the tree without key.
func (t Tree[V]) Delete(key string) Tree[V] {
	if t.root == nil {
		return t
	}
	n, ok := t.root.remove(key)
	if !ok {
		return t
	}
	if len(n.entries) == 0 {
		// A node without entries has one child, or none.
		if n.leaf() {
			return Tree[V]{}
		}
		n = n.children[0]
	}
	return Tree[V]{n, t.length - 1}
}

// remove is the node without key, which may be one entry short of the minimum,
// and whether there was such an entry.
func (n *node[V]) remove(key string) (*node[V], bool) {
	i, found := n.find(key)
	switch {
	case n.leaf() && found:
		return &node[V]{entries: without(n.entries, i)}, true
	case n.leaf():
		return n, false
	case found:
		child, last := n.children[i].removeMax()
		return n.with(replaced(n.entries, i, last), i, child), true
	}
	child, ok := n.children[i].remove(key)
	if !ok {
		return n, false
	}
	return n.with(n.entries, i, child), true
}

// removeMax is the node without its last entry, and that entry.
func (n *node[V]) removeMax() (*node[V], entry[V]) {
	last := len(n.entries) - 1
	if n.leaf() {
		return &node[V]{entries: without(n.entries, last)}, n.entries[last]
	}
	child, e := n.children[last+1].removeMax()
	return n.with(n.entries, last+1, child), e
}

// with is the node with other entries and another child i. If that is short of
// an entry, it gets one from a sibling that can spare it, or becomes one node
// with a sibling.
func (n *node[V]) with(entries []entry[V], i int, child *node[V]) *node[V] {
	changed := &node[V]{entries, replaced(n.children, i, child)}
	switch {
	case len(child.entries) >= minItems:
	case i > 0 && len(n.children[i-1].entries) > minItems:
		changed.fromLeft(i)
	case i < len(entries) && len(n.children[i+1].entries) > minItems:
		changed.fromRight(i)
	default:
		changed.merge(min(i, len(entries)-1))
	}
	return changed
}

// fromLeft, fromRight and merge finish a node that is not part of a tree yet.
// Its children and its entries may be those of others.
func (n *node[V]) fromLeft(i int) {
	left, child := n.children[i-1], n.children[i]
	last := len(left.entries) - 1
	wider := &node[V]{entries: inserted(child.entries, 0, n.entries[i-1])}
	narrower := &node[V]{entries: without(left.entries, last)}
	if !left.leaf() {
		wider.children = inserted(child.children, 0, left.children[last+1])
		narrower.children = without(left.children, last+1)
	}
	n.entries = replaced(n.entries, i-1, left.entries[last])
	n.children[i-1], n.children[i] = narrower, wider
}

func (n *node[V]) fromRight(i int) {
	child, right := n.children[i], n.children[i+1]
	wider := &node[V]{entries: inserted(child.entries, len(child.entries), n.entries[i])}
	narrower := &node[V]{entries: without(right.entries, 0)}
	if !right.leaf() {
		wider.children = inserted(child.children, len(child.children), right.children[0])
		narrower.children = without(right.children, 0)
	}
	n.entries = replaced(n.entries, i, right.entries[0])
	n.children[i], n.children[i+1] = wider, narrower
}

// merge makes one node of the children beside entry i, and that entry.
func (n *node[V]) merge(i int) {
	left, right := n.children[i], n.children[i+1]
	both := &node[V]{entries: make([]entry[V], 0, len(left.entries)+1+len(right.entries))}
	both.entries = append(append(append(both.entries, left.entries...), n.entries[i]), right.entries...)
	if !left.leaf() {
		both.children = make([]*node[V], 0, len(left.children)+len(right.children))
		both.children = append(append(both.children, left.children...), right.children...)
	}
	n.entries = without(n.entries, i)
	n.children = without(n.children, i+1)
	n.children[i] = both
}
