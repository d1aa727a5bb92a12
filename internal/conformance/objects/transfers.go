package objects

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// transfers moves numbers between a root and the part of another object, from several
// sides at once. Whoever reads both at one moment finds the same sum.
func transfers(t *testing.T, x *kit.World) {
	const sum, writers, rounds = 100, 4, 6
	ctx, r, boxes := t.Context(), openNotes(t, x), kit.Open(t, x, boxIn("Box", ""))
	_, err := r.Create(ctx, &note{ID: "n", N: sum})
	kit.Must(t, err)
	_, err = boxes.Create(ctx, &box{ID: "b"})
	kit.Must(t, err)
	n, b := noteID.Of("n"), boxID.Of("b")
	partN := lens.Join(xPart, lN)
	both := func() (*note, *box, error) {
		var from *note
		var to *box
		err := repo.TransactGet(ctx, r.GetOp(n, &from), boxes.GetOp(b, &to))
		if err == nil && from.N+to.Part.N != sum {
			err = fmt.Errorf("%d and %d are not %d together", from.N, to.Part.N, sum)
		}
		return from, to, err
	}
	moved := make([]int, writers)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			for range rounds {
				done, err := transfer(ctx, i%2 == 0, both, func(from *note, to *box) []repo.Op {
					if from == nil {
						return []repo.Op{r.UpdateOp(n, lens.Add(nN, -1)), boxes.UpdateOp(b, lens.Add(partN, 1))}
					}
					from.N--
					to.Part.N++
					return []repo.Op{boxes.PutOp(to), r.PutOp(from)}
				})
				if err != nil {
					t.Errorf("writer %d: %v", i, err)
				}
				if done {
					moved[i]++
				}
			}
		})
	}
	wg.Wait()
	total := 0
	for _, m := range moved {
		total += m
	}
	from, to, err := both()
	kit.Must(t, err)
	kit.Equal(t, "moved", []int{from.N, to.Part.N}, []int{sum - total, total})
	kit.Equal(t, "versions", []int64{from.Meta.Version, to.Meta.Version}, []int64{int64(1 + total), int64(1 + total)})
	if total == 0 {
		t.Error("nobody could move anything")
	}
}

// transfer moves one, blind or over the versions that it reads, and reports whether
// it did. Others may be in the way.
func transfer(ctx context.Context, blind bool, both func() (*note, *box, error), ops func(*note, *box) []repo.Op) (bool, error) {
	from, to, err := both()
	if err == nil {
		if blind {
			from, to = nil, nil
		}
		err = repo.Transact(ctx, ops(from, to))
	}
	for _, inTheWay := range []error{repo.ErrConflict, repo.ErrContention, repo.ErrBusy} {
		if errors.Is(err, inTheWay) {
			return false, nil
		}
	}
	return err == nil, err
}
