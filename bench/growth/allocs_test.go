//go:build !race

package growth_test

import (
	"testing"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/bench/growth"
)

// deeper is how many more levels the tree of the larger table may have. A write
// copies the nodes on its way, with two allocations each.
const deeper = 2

// The embedded engine does not work more in a full table.
func TestEngineDoesNotGrow(t *testing.T) {
	var want [3]float64
	for i, n := range []int{2_000, 50_000} {
		f, err := growth.Fill(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		var got [3]float64
		for j, op := range []bench.Op{f.Put(), f.Get(), f.Query()} {
			got[j] = testing.AllocsPerRun(200, func() { err = op(t.Context()) })
			if err != nil {
				t.Fatal(err)
			}
		}
		if i == 0 {
			want = got
		}
		if got[0] > want[0]+2*deeper || got[1] != want[1] || got[2] != want[2] {
			t.Errorf("Put, Get and Query in a table of %d items allocate %v, in a small one %v", n, got, want)
		}
	}
}
