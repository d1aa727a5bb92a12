// Package parallel does several things at a time, inside of one call.
package parallel

import (
	"context"
	"sync"
	"sync/atomic"
)

// AtOnce is how many requests one call of a verb has under way at most. It hides
// the time that requests take on their way, and keeps 8 answers of DynamoDB in
// memory at most, of 16 MB each.
const AtOnce = 8

// Each calls do for 0 to n-1, at most AtOnce at a time, and returns when all
// calls have. After an error no call begins, the contexts of the others end, and
// the result is the error that came first. A panic of do is one of Each.
func Each(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	if n == 1 {
		return do(ctx, 0)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	g := &group{cancel: cancel}
	var next atomic.Int64
	for range min(n, AtOnce) {
		g.Go(func() {
			defer g.catch()
			for i := next.Add(1) - 1; i < int64(n) && !g.stopped.Load(); i = next.Add(1) - 1 {
				if err := do(ctx, int(i)); err != nil {
					g.stop(func() { g.err = err })
				}
			}
		})
	}
	g.Wait()
	if g.panicked != nil {
		panic(g.panicked)
	}
	return g.err
}

// group is the goroutines of one Each.
type group struct {
	sync.WaitGroup
	cancel  context.CancelFunc
	stopped atomic.Bool
	first   sync.Once

	err      error
	panicked any
}

// stop ends the group for the first reason.
func (g *group) stop(note func()) {
	g.first.Do(note)
	g.stopped.Store(true)
	g.cancel()
}

// catch hands a panic to the goroutine of the caller, who may recover from it.
func (g *group) catch() {
	if v := recover(); v != nil {
		g.stop(func() { g.panicked = v })
	}
}
