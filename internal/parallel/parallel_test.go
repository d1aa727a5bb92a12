package parallel_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dystore/dystore/internal/parallel"
)

// TestEach: everything is done once, AtOnce things at a time.
func TestEach(t *testing.T) {
	for _, n := range []int{0, 1, 2, parallel.AtOnce, parallel.AtOnce + 1, 100} {
		synctest.Test(t, func(t *testing.T) {
			var now, most atomic.Int64
			var mu sync.Mutex
			var done []int
			begin := time.Now()
			err := parallel.Each(t.Context(), n, func(_ context.Context, i int) error {
				if k := now.Add(1); k > most.Load() {
					most.Store(k)
				}
				time.Sleep(time.Second)
				now.Add(-1)
				mu.Lock()
				defer mu.Unlock()
				done = append(done, i)
				return nil
			})
			slices.Sort(done)
			want := make([]int, n)
			for i := range want {
				want[i] = i
			}
			if err != nil || !slices.Equal(done, want) {
				t.Errorf("%d: %v, done %v", n, err, done)
			}
			if most := most.Load(); most > int64(min(n, parallel.AtOnce)) {
				t.Errorf("%d: %d at a time", n, most)
			}
			rounds := (n + parallel.AtOnce - 1) / parallel.AtOnce
			if took := time.Since(begin); took != time.Duration(rounds)*time.Second {
				t.Errorf("%d: it took %v", n, took)
			}
		})
	}
}

// TestEachStops: after an error nothing begins, what is under way hears of it, and
// Each waits for it.
func TestEachStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := errors.New("first")
		var begun, ended atomic.Int64
		err := parallel.Each(t.Context(), 100, func(ctx context.Context, i int) error {
			begun.Add(1)
			defer ended.Add(1)
			if i == 3 {
				time.Sleep(time.Second)
				return first
			}
			<-ctx.Done()
			return ctx.Err()
		})
		if err != first || begun.Load() != parallel.AtOnce || ended.Load() != parallel.AtOnce {
			t.Errorf("%v, %d begun, %d ended", err, begun.Load(), ended.Load())
		}
	})
}

// TestEachPanics: the caller can recover from a panic, and nothing is left behind.
func TestEachPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer func() {
			if v := recover(); v != "broken" {
				t.Errorf("recovered %v", v)
			}
		}()
		err := parallel.Each(t.Context(), 100, func(ctx context.Context, i int) error {
			if i == 0 {
				panic("broken")
			}
			<-ctx.Done()
			return ctx.Err()
		})
		t.Errorf("returned %v", err)
	})
}
