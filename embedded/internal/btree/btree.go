// Package btree is an ordered map from byte strings to values that is never
// changed.
//
// A change makes another tree, which shares all nodes but those on the way to
// the changed entry. So who has a tree reads one moment of it, as long as he
// likes and without a lock, while others make the next ones. Lookups and
// changes cost O(log n). So does the start of a walk, at any key.
package btree

import (
	"slices"
	"strings"
)

// maxItems is the capacity of a node. It is odd so that a split leaves two
// nodes of equal size around the median. Larger nodes make trees flatter, and
// each change copy more.
const (
	maxItems = 15
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

// node is never changed once it is part of a tree. Its slices have no room to
// spare.
type node[V any] struct {
	entries  []entry[V]
	children []*node[V]
}

// Len is the number of entries.
func (t Tree[V]) Len() int { return t.length }

// Get returns the value stored under key.
func (t Tree[V]) Get(key string) (V, bool) {
	for n := t.root; n != nil; {
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

// Set is the tree with value under key.
func (t Tree[V]) Set(key string, value V) Tree[V] {
	if t.root == nil {
		return Tree[V]{&node[V]{entries: []entry[V]{{key, value}}}, 1}
	}
	n, added := t.root.set(entry[V]{key, value})
	if len(n.entries) > maxItems {
		left, median, right := n.split()
		n = &node[V]{[]entry[V]{median}, []*node[V]{left, right}}
	}
	if added {
		t.length++
	}
	return Tree[V]{n, t.length}
}

func (n *node[V]) leaf() bool { return len(n.children) == 0 }

// find is the index of the first entry that is not below key, and whether it
// is key itself.
func (n *node[V]) find(key string) (int, bool) {
	from, to := 0, len(n.entries)
	for from < to {
		middle := (from + to) / 2
		switch c := strings.Compare(n.entries[middle].key, key); {
		case c == 0:
			return middle, true
		case c < 0:
			from = middle + 1
		default:
			to = middle
		}
	}
	return from, false
}

// set is the node with an entry, which may be one too many for it.
func (n *node[V]) set(e entry[V]) (changed *node[V], added bool) {
	i, found := n.find(e.key)
	if found {
		return &node[V]{replaced(n.entries, i, e), n.children}, false
	}
	if n.leaf() {
		return &node[V]{entries: inserted(n.entries, i, e)}, true
	}
	child, added := n.children[i].set(e)
	if len(child.entries) <= maxItems {
		return &node[V]{n.entries, replaced(n.children, i, child)}, added
	}
	left, median, right := child.split()
	children := inserted(n.children, i+1, right)
	children[i] = left
	return &node[V]{inserted(n.entries, i, median), children}, added
}

// split cuts a node that has one entry too many in two halves around the
// median. The halves do not keep the memory of the whole.
func (n *node[V]) split() (left *node[V], median entry[V], right *node[V]) {
	const middle = (maxItems + 1) / 2
	left = &node[V]{entries: slices.Clone(n.entries[:middle])}
	right = &node[V]{entries: slices.Clone(n.entries[middle+1:])}
	if !n.leaf() {
		left.children = slices.Clone(n.children[:middle+1])
		right.children = slices.Clone(n.children[middle+1:])
	}
	return left, n.entries[middle], right
}

// replaced, inserted and without are copies of a slice with one change.
func replaced[E any](s []E, i int, e E) []E {
	c := make([]E, len(s))
	copy(c, s)
	c[i] = e
	return c
}

func inserted[E any](s []E, i int, e E) []E {
	c := make([]E, len(s)+1)
	copy(c, s[:i])
	c[i] = e
	copy(c[i+1:], s[i:])
	return c
}

func without[E any](s []E, i int) []E {
	c := make([]E, len(s)-1)
	copy(c, s[:i])
	copy(c[i:], s[i+1:])
	return c
}
