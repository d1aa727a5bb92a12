package backoff_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dystore/dystore/internal/backoff"
)

func TestWait(t *testing.T) {
	b := backoff.Backoff{Base: time.Nanosecond, Cap: 2 * time.Nanosecond}
	for _, n := range []int{0, 1, 100} { // a great number of attempts does not overflow the pause
		if err := b.Wait(t.Context(), n); err != nil {
			t.Error(n, err)
		}
	}
	start := time.Now()
	if err := b.WaitAtLeast(t.Context(), 0, 20*time.Millisecond); err != nil || time.Since(start) < 20*time.Millisecond {
		t.Errorf("waited %v, less than was asked for; error %v", time.Since(start), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.WaitAtLeast(ctx, 0, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
