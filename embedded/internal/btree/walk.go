package btree

// Ascend calls visit for every entry with key >= from in ascending order until
// visit returns false.
func (t Tree[V]) Ascend(from string, visit func(key string, value V) bool) {
	if t.root != nil {
		t.root.ascend(from, true, visit)
	}
}

// Descend calls visit for every entry with key < before in descending order
// until visit returns false.
func (t Tree[V]) Descend(before string, visit func(key string, value V) bool) {
	if t.root != nil {
		t.root.descend(before, true, visit)
	}
}

func (n *node[V]) ascend(from string, bounded bool, visit func(string, V) bool) bool {
	i := 0
	if bounded {
		i, _ = n.find(from)
	}
	for ; i < len(n.entries); i++ {
		// Only the first child on the way can hold keys below the bound.
		if !n.leaf() && !n.children[i].ascend(from, bounded, visit) {
			return false
		}
		bounded = false
		if !visit(n.entries[i].key, n.entries[i].value) {
			return false
		}
	}
	return n.leaf() || n.children[i].ascend(from, bounded, visit)
}

func (n *node[V]) descend(before string, bounded bool, visit func(string, V) bool) bool {
	i := len(n.entries)
	if bounded {
		i, _ = n.find(before)
	}
	if !n.leaf() && !n.children[i].descend(before, bounded, visit) {
		return false
	}
	for i--; i >= 0; i-- {
		if !visit(n.entries[i].key, n.entries[i].value) {
			return false
		}
		if !n.leaf() && !n.children[i].descend(before, false, visit) {
			return false
		}
	}
	return true
}
