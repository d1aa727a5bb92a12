// Package btree is an ordered map from byte strings to values.
//
// Lookups, insertions and deletions cost O(log n). So does the start of a walk,
// at any key. A tree is not safe for concurrent mutation: the engine locks it.
package btree

import "sort"

// maxItems is the capacity of a node. It is odd so that a split leaves two
// nodes of equal size around the median.
const (
	maxItems = 63
	minItems = maxItems / 2
)

// Tree is an ordered map. The zero value is an empty tree.
type Tree[V any] struct {
	root   *node[V]
	length int
}

type entry[V any] struct {
	key   string
	value V
}

type node[V any] struct {
	entries  []entry[V]
	children []*node[V]
}

// Len is the number of entries.
func (t *Tree[V]) Len() int { return t.length }

// Get returns the value stored under key.
func (t *Tree[V]) Get(key string) (V, bool) {
	n := t.root
	for n != nil {
		i, found := n.find(key)
		if found {
			return n.entries[i].value, true
		}
		if n.leaf() {
			break
		}
		n = n.children[i]
	}
	var zero V
	return zero, false
}

// Set stores value under key and returns what was there before.
func (t *Tree[V]) Set(key string, value V) (V, bool) {
	if t.root == nil {
		t.root = &node[V]{}
	}
	if len(t.root.entries) >= maxItems {
		median, right := t.root.split()
		t.root = &node[V]{entries: []entry[V]{median}, children: []*node[V]{t.root, right}}
	}
	old, replaced := t.root.insert(key, value)
	if !replaced {
		t.length++
	}
	return old, replaced
}

// Delete removes key and returns what was there.
func (t *Tree[V]) Delete(key string) (V, bool) {
	var zero V
	if t.root == nil {
		return zero, false
	}
	removed, ok := t.root.remove(key)
	if len(t.root.entries) == 0 {
		if t.root.leaf() {
			t.root = nil
		} else {
			t.root = t.root.children[0]
		}
	}
	if !ok {
		return zero, false
	}
	t.length--
	return removed.value, true
}

func (n *node[V]) leaf() bool { return len(n.children) == 0 }

// find is the index of the first entry that is not below key, and whether it
// is key itself.
func (n *node[V]) find(key string) (int, bool) {
	i := sort.Search(len(n.entries), func(i int) bool { return n.entries[i].key >= key })
	return i, i < len(n.entries) && n.entries[i].key == key
}

// split cuts a full node in two and returns the median and the right half.
func (n *node[V]) split() (entry[V], *node[V]) {
	median := n.entries[minItems]
	right := &node[V]{entries: append(make([]entry[V], 0, maxItems), n.entries[minItems+1:]...)}
	clear(n.entries[minItems:])
	n.entries = n.entries[:minItems]
	if !n.leaf() {
		right.children = append(make([]*node[V], 0, maxItems+1), n.children[minItems+1:]...)
		clear(n.children[minItems+1:])
		n.children = n.children[:minItems+1]
	}
	return median, right
}

// insert stores into a node that is not full.
func (n *node[V]) insert(key string, value V) (V, bool) {
	var zero V
	i, found := n.find(key)
	if found {
		old := n.entries[i].value
		n.entries[i].value = value
		return old, true
	}
	if n.leaf() {
		n.entries = insertAt(n.entries, i, entry[V]{key, value})
		return zero, false
	}
	if len(n.children[i].entries) >= maxItems {
		median, right := n.children[i].split()
		n.entries = insertAt(n.entries, i, median)
		n.children = insertAt(n.children, i+1, right)
		switch {
		case key == median.key:
			old := n.entries[i].value
			n.entries[i].value = value
			return old, true
		case key > median.key:
			i++
		}
	}
	return n.children[i].insert(key, value)
}

func insertAt[E any](s []E, i int, e E) []E {
	var zero E
	s = append(s, zero)
	copy(s[i+1:], s[i:])
	s[i] = e
	return s
}

func removeAt[E any](s []E, i int) ([]E, E) {
	removed := s[i]
	copy(s[i:], s[i+1:])
	clear(s[len(s)-1:])
	return s[:len(s)-1], removed
}
