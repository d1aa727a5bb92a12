//go:build !race

package growth_test

import (
	"testing"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/bench/growth"
)

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
		if got != want {
			t.Errorf("Put, Get and Query in a table of %d items allocate %v, in a small one %v", n, got, want)
		}
	}
}
