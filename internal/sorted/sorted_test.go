package sorted_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/sorted"
)

func TestKeys(t *testing.T) {
	type names map[string]int
	if d := cmp.Diff([]string{"", "B", "a", "b", "ä"}, sorted.Keys(names{"b": 1, "": 2, "ä": 3, "a": 4, "B": 5})); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int{-1, 2, 10}, sorted.Keys(map[int]bool{10: true, -1: false, 2: true})); d != "" {
		t.Error(d)
	}
	for _, m := range []map[string]int{nil, {}} {
		if got := sorted.Keys(m); got != nil {
			t.Errorf("%v of an empty map", got)
		}
	}
}
