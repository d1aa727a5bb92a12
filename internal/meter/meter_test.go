package meter

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dystore/dystore/trace"
)

// send makes requests one after the other, each of a cost, and returns the time that they
// took.
func send(ctx context.Context, m *Meter, operation string, n int, cost trace.Capacity) time.Duration {
	began := time.Now()
	for range n {
		_, end := m.StartRequest(ctx, trace.RequestStart{Operation: operation})
		end(trace.RequestEnd{Capacity: []trace.Capacity{cost}})
	}
	return time.Since(began)
}

// What requests consume stays within the rate, whatever they cost.
func TestRate(t *testing.T) {
	for _, c := range []struct {
		name      string
		rate      float64
		operation string
		n         int
		units     float64 // of each request
	}{
		{"small", 10, "GetItem", 200, 0.5},
		{"units", 10, "TransactWriteItems", 100, 2},
		{"more than a second's worth", 10, "PutItem", 20, 35},
		{"less than one a second", 0.5, "PutItem", 10, 3},
		{"fractions", 7, "Query", 300, 1.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := New(c.rate, c.rate)
				cost := trace.Capacity{Read: c.units}
				if c.operation[0] == 'P' || c.operation[0] == 'T' {
					cost = trace.Capacity{Write: c.units}
				}
				took := send(t.Context(), m, c.operation, c.n, cost).Seconds()
				total := c.units * float64(c.n)
				// The first second's worth and the last request are free of waiting.
				least := (total-c.units-max(1, c.rate))/c.rate - 2
				most := total/c.rate + 2
				if took < least || took > most {
					t.Errorf("%v units at %v a second took %v s, want %v to %v", total, c.rate, took, least, most)
				}
				read, write := m.Units()
				if read+write != total {
					t.Errorf("counted %v and %v", read, write)
				}
			})
		})
	}
}

// Reads do not wait for writes, and without a rate nothing waits.
func TestRatesAreApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := New(0, 1)
		send(t.Context(), m, "PutItem", 1, trace.Capacity{Write: 100})
		if took := send(t.Context(), m, "Scan", 100, trace.Capacity{Read: 100}); took != 0 {
			t.Errorf("reads have waited %v", took)
		}
		if took := send(t.Context(), New(0, 0), "PutItem", 100, trace.Capacity{Write: 100}); took != 0 {
			t.Errorf("without a rate: %v", took)
		}
	})
}

// A wait ends with its context.
func TestWaitEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := New(1, 1)
		send(t.Context(), m, "PutItem", 1, trace.Capacity{Write: 1000})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		// It does not go out before, though the wait would be longer than the context.
		if took := send(ctx, m, "PutItem", 1, trace.Capacity{}); took != time.Second {
			t.Errorf("it has waited %v", took)
		}
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			t.Error(ctx.Err())
		}
	})
}
