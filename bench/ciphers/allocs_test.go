//go:build !race

package ciphers_test

import (
	"testing"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/bench/ciphers"
)

// allocs is how often each way to encrypt a value allocates, to seal and to
// open, whatever its size. dystore's cipher needs AES, GCM and the result.
var allocs = map[string][2]float64{
	ciphers.RawGCM:    {1, 1},
	ciphers.Tink:      {1, 1},
	ciphers.OldScheme: {4, 5},
	ciphers.Dystore:   {3, 3},
}

func TestAllocations(t *testing.T) {
	for i, w := range ciphers.Workloads() {
		for _, c := range w.Contenders {
			op, err := c.Prepare(t.Context(), bench.Embedded())
			if err != nil {
				t.Fatal(err)
			}
			want := allocs[c.Name][i%2]
			if n := testing.AllocsPerRun(100, func() { err = op(t.Context()) }); err != nil || n != want {
				t.Errorf("%s, %s: %v allocations, %v, want %v", w.Name, c.Name, n, err, want)
			}
		}
	}
}
