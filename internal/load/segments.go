package load

import (
	"context"
	"slices"
	"sync"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/parallel"
)

// Segments reads all objects in n segments at once, and yields them as they come,
// in no order. Each segment holds one page and what its objects wait for; a
// segment goes on when the taker has taken its object.
func (t *Typed) Segments(ctx context.Context, r *keys.Range, l Listing, n int, yield func(Result) bool) {
	segments, err := t.segments(ctx, r, l, n)
	if err != nil {
		yield(Result{Err: err})
		return
	}
	running, cancel := context.WithCancel(ctx)
	results := make(chan Result)
	var all sync.WaitGroup
	var panicked parallel.Panic // of a decoder: the caller could not recover in its goroutine
	for _, s := range segments {
		all.Go(func() {
			defer panicked.Keep(cancel)
			t.Objects(running, s, func(res Result) bool {
				res.Key.Parts = slices.Clone(res.Key.Parts) // its memory is that of the next object
				if running.Err() != nil && ctx.Err() == nil {
					return false // the taker wants no more, or another segment has panicked
				}
				results <- res // which is taken, or thrown away at the end
				return true
			})
		})
	}
	go func() {
		all.Wait()
		close(results)
	}()
	defer func() {
		cancel()
		for range results { // until all segments have ended
		}
	}()
	handed := 0
	for res := range results {
		handed++
		if !yield(res) || res.Ends() || l.Limit > 0 && handed == l.Limit {
			return
		}
	}
	panicked.Again()
}

// segments are the sources of a parallel scan.
func (t *Typed) segments(ctx context.Context, r *keys.Range, l Listing, n int) ([]*Source, error) {
	in, err := t.open(ctx, r)
	if err == nil && !r.Everything() {
		err = fail.Withf(fail.ErrInvalid, "Segments is for a scan of everything, repo.All; a range is read in its order")
	}
	if err != nil {
		return nil, err
	}
	l.OnDemand = true // they overlap each other
	all := make([]*Source, n)
	for i := range all {
		l.Segment = &Segment{int32(i), int32(n)}
		if all[i], err = in.source(l); err != nil {
			return nil, err
		}
	}
	return all, nil
}
