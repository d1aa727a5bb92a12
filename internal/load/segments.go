package load

import (
	"context"
	"slices"
	"sync"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/keys"
)

// Segments reads all objects in n segments at once, and yields them as they come,
// in no order. Each segment holds one page and what its objects wait for; a
// segment goes on when the taker has taken its object.
func (t *Typed) Segments(ctx context.Context, r *keys.Range, l Listing, n int, yield func(Result) bool) {
	segments, err := t.segments(r, l, n)
	if err != nil {
		yield(Result{Err: err})
		return
	}
	running, cancel := context.WithCancel(ctx)
	results := make(chan Result)
	var all sync.WaitGroup
	var panicked failure // of a decoder: the caller could not recover in its goroutine
	for _, s := range segments {
		all.Go(func() {
			defer panicked.keep(cancel)
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
	panicked.again()
}

// failure is the first panic of several goroutines.
type failure struct {
	once  sync.Once
	value any
}

// keep, deferred, keeps a panic and ends the others.
func (f *failure) keep(end func()) {
	if p := recover(); p != nil {
		f.once.Do(func() { f.value = p })
		end()
	}
}

// again panics with what was kept, when the goroutines have ended.
func (f *failure) again() {
	if f.value != nil {
		panic(f.value)
	}
}

// segments are the sources of a parallel scan.
func (t *Typed) segments(r *keys.Range, l Listing, n int) ([]*Source, error) {
	in, err := t.open(r)
	if err == nil && !r.Everything() {
		err = fail.Withf(fail.ErrInvalid, "Segments is for a scan of everything, repo.All; a range is read in its order")
	}
	if err != nil {
		return nil, err
	}
	l.OnDemand = true // they overlap each other
	all := make([]*Source, n)
	for i := range all {
		if all[i], err = in.source(l, &Segment{int32(i), int32(n)}); err != nil {
			return nil, err
		}
	}
	return all, nil
}
