// Package backoff waits between attempts.
package backoff

import (
	"context"
	"math/rand/v2"
	"time"
)

// Backoff is how long pauses are at most: Base at first, doubled with each
// attempt up to Cap. Each is of random length (full jitter; AWS Architecture
// Blog, "Exponential Backoff And Jitter"), so that writers which met once do not
// meet again.
type Backoff struct{ Base, Cap time.Duration }

// Read is for requests that no answer was complete for, and for objects that
// others are writing.
var Read = Backoff{Base: 10 * time.Millisecond, Cap: 2 * time.Second}

// Wait waits after attempt n, which counts from 0. The error is the context's.
func (b Backoff) Wait(ctx context.Context, n int) error { return b.WaitAtLeast(ctx, n, 0) }

// WaitAtLeast is Wait, but for no less than least.
func (b Backoff) WaitAtLeast(ctx context.Context, n int, least time.Duration) error {
	d := rand.N(min(b.Cap, b.Base<<min(n, 16))) + time.Millisecond
	timer := time.NewTimer(max(d, least))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
