package btree

import (
	"fmt"
	"maps"
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTreeBehavesLikeASortedMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tree, old Tree[int]
		model, oldModel := map[string]int{}, map[string]int{}
		key := rapid.Map(rapid.IntRange(0, 2000), func(i int) string { return fmt.Sprintf("%04d", i) })
		steps := rapid.IntRange(1, 3000).Draw(t, "steps")
		kept := rapid.IntRange(0, steps).Draw(t, "kept")
		seed := rapid.Uint64().Draw(t, "seed")
		next := func() int {
			seed = seed*6364136223846793005 + 1442695040888963407
			return int(seed >> 33)
		}
		for step := range steps {
			if step == kept {
				old, oldModel = tree, maps.Clone(model)
			}
			k := fmt.Sprintf("%04d", next()%2000)
			if next()%3 > 0 {
				model[k] = next()
				tree = tree.Set(k, model[k])
				continue
			}
			tree = tree.Delete(k)
			delete(model, k)
		}
		check(t, tree, model, key.Draw(t, "from"))
		// The changes since then have not changed the tree of that moment.
		check(t, old, oldModel, key.Draw(t, "from"))
		balanced(t, tree.root, true)
	})
}

// balanced checks the sizes of all nodes below n and returns their height.
func balanced(t *rapid.T, n *node[int], root bool) int {
	if n == nil {
		return 0
	}
	if size := len(n.entries); size > maxItems || size < minItems && !root || size == 0 {
		t.Fatalf("a node of %d entries", size)
	}
	if n.leaf() {
		return 1
	}
	if len(n.children) != len(n.entries)+1 {
		t.Fatalf("%d children of %d entries", len(n.children), len(n.entries))
	}
	height := balanced(t, n.children[0], false)
	for _, c := range n.children[1:] {
		if h := balanced(t, c, false); h != height {
			t.Fatalf("children of heights %d and %d", height, h)
		}
	}
	return height + 1
}

func TestDeletingEverything(t *testing.T) {
	var tree Tree[int]
	for i := range 10000 {
		tree = tree.Set(fmt.Sprintf("%05d", i*7919%10000), i)
	}
	for i := range 10000 {
		k := fmt.Sprintf("%05d", i*6113%10000)
		if _, ok := tree.Get(k); !ok {
			t.Fatalf("key %s was lost", k)
		}
		tree = tree.Delete(k)
	}
	if tree != (Tree[int]{}) {
		t.Fatalf("length %d after deleting everything", tree.Len())
	}
}

func check(t *rapid.T, tree Tree[int], model map[string]int, from string) {
	keys := make([]string, 0, len(model))
	for k := range model {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	if tree.Len() != len(keys) {
		t.Fatalf("Len = %d, want %d", tree.Len(), len(keys))
	}
	at := sort.SearchStrings(keys, from)
	up := []string{}
	tree.Ascend(from, func(k string, v int) bool {
		if v != model[k] {
			t.Fatalf("%s = %d, want %d", k, v, model[k])
		}
		up = append(up, k)
		return true
	})
	if diff := cmp.Diff(append([]string{}, keys[at:]...), up); diff != "" {
		t.Fatalf("Ascend(%s): %s", from, diff)
	}
	down := []string{}
	tree.Descend(from, func(k string, _ int) bool {
		down = append(down, k)
		return true
	})
	want := append([]string{}, keys[:at]...)
	sort.Sort(sort.Reverse(sort.StringSlice(want)))
	if diff := cmp.Diff(want, down); diff != "" {
		t.Fatalf("Descend(%s): %s", from, diff)
	}
	for _, k := range keys {
		if v, ok := tree.Get(k); !ok || v != model[k] {
			t.Fatalf("Get(%s) = %d, %t, want %d", k, v, ok, model[k])
		}
	}
}
