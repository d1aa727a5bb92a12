package bench_test

import (
	"slices"
	"testing"

	"github.com/dystore/dystore/bench"
)

// Every contender does its workload, several times.
func TestWorkloads(t *testing.T) {
	for _, w := range slices.Concat(bench.OnEngine(), bench.Encrypted(), bench.Large()) {
		for _, c := range w.Contenders {
			t.Run(w.Name+"/"+c.Name, func(t *testing.T) {
				op, err := c.Prepare(t.Context(), bench.Embedded())
				if err != nil {
					t.Fatal(err)
				}
				for range 3 {
					if err := op(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
			})
		}
	}
}
