package btree

import (
	"fmt"
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTreeBehavesLikeASortedMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tree Tree[int]
		model := map[string]int{}
		key := rapid.Map(rapid.IntRange(0, 2000), func(i int) string { return fmt.Sprintf("%04d", i) })
		steps := rapid.IntRange(1, 3000).Draw(t, "steps")
		seed := rapid.Uint64().Draw(t, "seed")
		next := func() int {
			seed = seed*6364136223846793005 + 1442695040888963407
			return int(seed >> 33)
		}
		for range steps {
			k := fmt.Sprintf("%04d", next()%2000)
			if next()%3 > 0 {
				v := next()
				old, had := tree.Set(k, v)
				want, wantHad := model[k]
				if had != wantHad || old != want {
					t.Fatalf("Set(%s) = %d, %t, want %d, %t", k, old, had, want, wantHad)
				}
				model[k] = v
				continue
			}
			old, had := tree.Delete(k)
			want, wantHad := model[k]
			if had != wantHad || old != want {
				t.Fatalf("Delete(%s) = %d, %t, want %d, %t", k, old, had, want, wantHad)
			}
			delete(model, k)
		}
		check(t, &tree, model, key.Draw(t, "from"))
	})
}

func TestDeletingEverything(t *testing.T) {
	var tree Tree[int]
	for i := range 10000 {
		tree.Set(fmt.Sprintf("%05d", i*7919%10000), i)
	}
	for i := range 10000 {
		if _, ok := tree.Delete(fmt.Sprintf("%05d", i*6113%10000)); !ok {
			t.Fatalf("key %d was lost", i)
		}
	}
	if tree.Len() != 0 || tree.root != nil {
		t.Fatalf("length %d after deleting everything", tree.Len())
	}
}

func check(t *rapid.T, tree *Tree[int], model map[string]int, from string) {
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
