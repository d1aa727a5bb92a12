// Package meter keeps requests within a rate of capacity units.
package meter

import (
	"context"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/dystore/dystore/internal/traced"
	"github.com/dystore/dystore/trace"
)

// Meter holds requests back until the capacity units of those before them are paid for.
// What a request costs is known afterwards, so it may go into debt, and the next one
// waits. It is a tracer: each attempt counts, also those that the SDK repeats.
type Meter struct {
	read, write *bucket // nil: no limit

	mu                    sync.Mutex
	readUnits, writeUnits float64
}

// New returns a meter of capacity units a second; 0 is no limit.
func New(read, write float64) *Meter { return &Meter{read: newBucket(read), write: newBucket(write)} }

// Units is what all requests have consumed.
func (m *Meter) Units() (read, write float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.readUnits, m.writeUnits
}

// StartVerb does nothing.
func (*Meter) StartVerb(ctx context.Context, _ trace.VerbStart) (context.Context, func(trace.VerbEnd)) {
	return ctx, nil
}

// WantsCapacity asks DynamoDB for what requests consume.
func (*Meter) WantsCapacity() bool { return true }

// StartRequest waits until there is capacity, or the context ends.
func (m *Meter) StartRequest(ctx context.Context, s trace.RequestStart) (context.Context, func(trace.RequestEnd)) {
	if traced.Writes(s.Operation) {
		m.write.wait(ctx)
	} else {
		m.read.wait(ctx)
	}
	return ctx, func(e trace.RequestEnd) {
		for _, c := range e.Capacity {
			m.read.pay(c.Read)
			m.write.pay(c.Write)
			m.mu.Lock()
			m.readUnits += c.Read
			m.writeUnits += c.Write
			m.mu.Unlock()
		}
	}
}

// bucket is one of the two limits.
type bucket struct {
	limiter *rate.Limiter

	mu   sync.Mutex
	part float64 // units that are not yet paid; below 0: paid in advance
}

func newBucket(perSecond float64) *bucket {
	if perSecond <= 0 {
		return nil
	}
	// A second's worth at once: DynamoDB itself allows bursts of up to 300 seconds.
	return &bucket{limiter: rate.NewLimiter(rate.Limit(perSecond), max(1, int(math.Ceil(perSecond))))}
}

// wait waits until all debts are paid. It takes a unit in advance, if none is left of
// those that cheaper requests have not used.
func (b *bucket) wait(ctx context.Context) {
	if b == nil {
		return
	}
	b.mu.Lock()
	left := b.part <= -1
	b.mu.Unlock()
	if left {
		return
	}
	if b.limiter.WaitN(ctx, 1) != nil {
		// It returns at once if the context would end first. The request must not go out.
		<-ctx.Done()
		return
	}
	b.mu.Lock()
	b.part--
	b.mu.Unlock()
}

// pay takes units, which may be more than there are.
func (b *bucket) pay(units float64) {
	if b == nil || units <= 0 {
		return
	}
	b.mu.Lock()
	b.part += units
	n := int(max(0, math.Floor(b.part)))
	b.part -= float64(n)
	b.mu.Unlock()
	for burst := b.limiter.Burst(); n > 0; n -= burst {
		b.limiter.ReserveN(time.Now(), min(n, burst))
	}
}
