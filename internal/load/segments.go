package load

import (
	"context"
	"slices"
	"sync"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/schema"
)

// MaxSegments is DynamoDB's limit for a parallel scan.
const MaxSegments = 1_000_000

// Segments reads all objects in n segments at once, and yields them as they come,
// in no order. Each segment holds one page and what its objects wait for; a
// segment goes on when the taker has taken its object.
func (t *Typed) Segments(ctx context.Context, r *schema.KeyRange, l Listing, n int, yield func(Result) bool) {
	segments, err := t.segments(r, l, n)
	if err != nil {
		yield(Result{Err: err})
		return
	}
	running, cancel := context.WithCancel(ctx)
	results := make(chan Result)
	var all sync.WaitGroup
	for _, s := range segments {
		all.Go(func() {
			t.Objects(running, s, func(res Result) bool {
				res.Key.Parts = slices.Clone(res.Key.Parts) // its memory is that of the next object
				select {
				case results <- res:
					return true
				case <-running.Done():
					return false
				}
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
	if err := ctx.Err(); err != nil { // the segments have ended before the last object
		yield(Result{Err: err})
	}
}

// segments are the sources of a parallel scan.
func (t *Typed) segments(r *schema.KeyRange, l Listing, n int) ([]*Source, error) {
	in, err := t.open(r)
	if err == nil && !r.Everything() {
		err = fail.Withf(fail.ErrInvalid, "Segments is for a scan of everything, repo.All; a range is read in its order")
	}
	if err != nil {
		return nil, err
	}
	all := make([]*Source, n)
	for i := range all {
		if all[i], err = t.Source(r, l); err != nil {
			return nil, err
		}
		all[i].Ahead = false
		all[i].Pages = in.pages(in.strong(l.Options), &request{segment: &Segment{int32(i), int32(n)}})
	}
	return all, nil
}
