package faulttest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// TestEndedContext gives every verb a context that has ended: it returns the
// context's error, and nothing is sent.
func TestEndedContext(t *testing.T) {
	w := newFaultWorld(t)
	cancelled, cancel := context.WithCancel(background)
	cancel()
	late, cancel := context.WithDeadline(background, time.Now().Add(-time.Second))
	defer cancel()
	check := func(name string, run func(context.Context) error) {
		t.Helper()
		for want, ctx := range map[error]context.Context{context.Canceled: cancelled, context.DeadlineExceeded: late} {
			w.asked.Store(0)
			err := run(ctx)
			if !errors.Is(err, want) || errors.Is(err, repo.ErrOutcomeUnknown) {
				t.Errorf("%s: %v; want %v", name, err, want)
			}
			var e *repo.Error
			if !errors.As(err, &e) || e.Op == "" || e.Table == "" != (e.Op == "Transact" || e.Op == "TransactGet") {
				t.Errorf("%s: %#v is no *repo.Error with its place", name, err)
			}
			if n := w.asked.Load(); n > 0 {
				t.Errorf("%s: %d requests", name, n)
			}
		}
	}
	for _, v := range allWrites {
		w.wipe()
		call := v.begin(w)
		before, value := w.digest(), remember(call.value)
		check(v.name, call.run)
		if w.digest() != before || remember(call.value) != value {
			t.Errorf("%s has changed what is stored, or the caller's value", v.name)
		}
	}
	for _, v := range docReads {
		check(v.name, func(ctx context.Context) error { _, err := v.run(ctx, w); return err })
	}
	check("delete by metadata", func(ctx context.Context) error { return w.open().Delete(ctx, "d/1") })
	check("scan by metadata", func(ctx context.Context) error {
		for _, err := range w.open().Scan(ctx) {
			return err
		}
		return nil
	})
}

// TestContextEndsBetweenAttempts: the context ends while a write waits for its
// next attempt. The write ends at once. Its outcome is known if the outcome of the
// last attempt is.
func TestContextEndsBetweenAttempts(t *testing.T) {
	const patience = 100 * time.Millisecond // the pauses are random, but never all so short
	for _, c := range []struct {
		name  string
		fault fault.Fault
		want  outcome
	}{
		{"throttle", fault.Throttle(), isCancelled},
		{"conflict", fault.Conflict(), isCancelled},
		{"unreachable", unreachable, isCancelled},
		{"reply lost", fault.ReplyLost(), isCancelledUnsure},
		{"server error", fault.ServerError(), isCancelledUnsure},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for _, v := range slices.Concat(docWrites, singleWrites) {
					if v.blind {
						continue // it is sent once
					}
					w := newFaultWorld(t)
					call := v.begin(w)
					ctx, cancel := context.WithCancel(background)
					time.AfterFunc(patience, cancel)
					w.net.Reset(fault.Inject(c.fault, fault.Op(writeOps...)))
					begin := time.Now()
					err := call.run(ctx)
					if !c.want.matches(err, nil) {
						t.Errorf("%s: %v; want outcome %v", v.name, err, c.want)
					}
					if took := time.Since(begin); took != patience {
						t.Errorf("%s took %v; the context ended after %v", v.name, took, patience)
					}
					cancel()
				}
			})
		})
	}
}

// TestPatience: the context does not end, and a write gives up after its policy.
// It never uses a token that the engine may have forgotten.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFaultWorld(t)
		w.storeDoc()
		add := func(ctx context.Context) error { return w.docs.faulty.Update(ctx, fDocKey, fName.Set("new")) }
		w.net.Reset(fault.Inject(fault.Throttle()))
		begin := time.Now()
		if err := add(background); !errors.Is(err, repo.ErrThrottled) {
			t.Error(err)
		}
		if took, n := time.Since(begin), w.net.Count(); took > 30*time.Second || n != 12 {
			t.Errorf("gave up after %d requests and %v", n, took)
		}
		// Each answer is lost after two minutes.
		w.net.Reset(fault.Inject(slowLoss))
		begin = time.Now()
		if err := add(background); !errors.Is(err, repo.ErrOutcomeUnknown) {
			t.Error(err)
		}
		requests := w.net.Requests()
		if took := time.Since(begin); took > 7*time.Minute || len(requests) != 3 {
			t.Errorf("gave up after %d requests and %v", len(requests), took)
		}
	})
}

// slowLoss loses a reply, and the sender notices after two minutes.
var slowLoss = fault.Custom("slow loss", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
	res, err := next.Do(req)
	if err != nil {
		return nil, err
	}
	res.Body.Close()
	time.Sleep(2 * time.Minute)
	return nil, errors.New("the connection timed out")
})

// TestSameRequestAgain: every attempt sends the same bytes under the same token.
// Values that were encrypted anew would be other parameters, which the service
// refuses.
func TestSameRequestAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFaultWorld(t)
		for _, v := range slices.Concat(docWrites, singleWrites) {
			if v.blind {
				continue
			}
			w.wipe()
			call := v.begin(w)
			w.net.Reset(fault.Inject(fault.SendError(), fault.Op(writeOps...), fault.Times(2)))
			w.must(call.run(background))
			var bodies []any
			for _, r := range w.net.Requests() {
				if isWrite(r.Operation) {
					var body any
					w.must(json.Unmarshal(r.Body, &body))
					bodies = append(bodies, body)
				}
			}
			if len(bodies) != 3 || !reflect.DeepEqual(bodies[0], bodies[1]) || !reflect.DeepEqual(bodies[0], bodies[2]) {
				t.Errorf("%s: %d attempts, not all the same", v.name, len(bodies))
			}
			token, has := bodies[0].(map[string]any)["ClientRequestToken"].(string)
			if has && len(token) > 36 {
				t.Errorf("%s: token %q has %d characters", v.name, token, len(token))
			}
		}
	})
}
