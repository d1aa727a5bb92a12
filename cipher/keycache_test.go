package cipher_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"github.com/dystore/dystore/cipher"
)

// over is a source over a store that does something before it returns a key.
func over(t *testing.T, v *vault, byID func(context.Context) error, opts ...cipher.CacheOption) *cipher.Wrapped {
	t.Helper()
	w, err := cipher.NewWrapped(store{vault: v, byID: byID}, v, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// first does something the first time only.
func first(do func()) func(context.Context) error {
	var calls atomic.Int32
	return func(context.Context) error {
		if calls.Add(1) == 1 {
			do()
		}
		return nil
	}
}

// Why a caller has given up says nothing about the key.
func TestCauseIsNoVerdict(t *testing.T) {
	v := newVault(t, cipher.KeyName{ID: 1})
	synctest.Test(t, func(t *testing.T) {
		v.slow = time.Second
		w := wrapped(t, v)
		ctx, cancel := context.WithCancelCause(t.Context())
		ask := func(when string) {
			_, err := w.ByID(ctx, "", 1)
			if !errors.Is(err, cipher.ErrKeySource) || !errors.Is(err, context.Canceled) || errors.Is(err, cipher.ErrKeyDestroyed) || !strings.Contains(err.Error(), "another object") {
				t.Errorf("%s: %v", when, err)
			}
		}
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := w.ByID(gone, "", 1); !errors.Is(err, context.Canceled) || strings.Count(err.Error(), context.Canceled.Error()) != 1 {
			t.Errorf("without a cause: %v", err)
		}
		time.AfterFunc(time.Millisecond, func() { cancel(fmt.Errorf("another object: %w", cipher.ErrKeyDestroyed)) })
		ask("while it waits")
		time.Sleep(time.Minute)
		w.Forget("")
		v.calls()
		ask("before it asks")
		called(t, v, "for an ended context", "")
	})
}

// The time of a key, and of the choice of one, counts from when it was asked for. An answer that
// takes longer than that is not kept.
func TestTimeOfSlowAnswers(t *testing.T) {
	one, two := cipher.KeyName{ID: 1}, cipher.KeyName{ID: 2}
	v := newVault(t, one, two)
	for what, old := range map[string]func(context.Context, *cipher.Wrapped) bool{
		"key": func(ctx context.Context, w *cipher.Wrapped) bool {
			_, err := w.ByID(ctx, "", 1)
			return err == nil
		},
		"choice": func(ctx context.Context, w *cipher.Wrapped) bool {
			k, err := w.Primary(ctx, "")
			return err == nil && k.ID() == 1
		},
	} {
		for slow, kept := range map[time.Duration]bool{3 * time.Second: true, 12 * time.Second: false} {
			synctest.Test(t, func(t *testing.T) {
				v.primaries[""], v.states[one], v.slow = 1, nil, slow
				w := wrapped(t, v, cipher.KeepKeys(10*time.Second, 10*time.Second))
				begin := time.Now()
				if !old(t.Context(), w) {
					t.Errorf("%s, %s: who waits gets no answer", what, slow)
				}
				v.set(func() { v.primaries[""], v.states[one] = 2, cipher.ErrKeyDisabled })
				if kept {
					time.Sleep(time.Until(begin.Add(10*time.Second)) - 1)
					if !old(t.Context(), w) {
						t.Errorf("%s, %s: it ends too soon", what, slow)
					}
					time.Sleep(time.Nanosecond)
				}
				if old(t.Context(), w) {
					t.Errorf("%s, %s: used %s after it was asked for", what, slow, time.Since(begin))
				}
			})
		}
	}
}

// An answer that takes longer than keys are kept is not in memory, whatever else is.
func TestLateAnswersAreNotKept(t *testing.T) {
	v := newVault(t, cipher.KeyName{ID: 1}, cipher.KeyName{ID: 2})
	synctest.Test(t, func(t *testing.T) {
		w := over(t, v, first(func() { time.Sleep(20 * time.Second) }), cipher.KeepKeys(10*time.Second, time.Second))
		var all sync.WaitGroup
		all.Go(func() { w.ByID(t.Context(), "", 1) })
		time.Sleep(15 * time.Second)
		w.ByID(t.Context(), "", 2)
		all.Wait()
		if got := fmt.Sprint(w); got != "cipher.Wrapped(1 keys in memory)" {
			t.Error(got)
		}
	})
}

// A store that hangs and ignores its context takes a key away for 30 seconds. What it answers
// later counts for nothing.
func TestHangingStore(t *testing.T) {
	name := cipher.KeyName{ID: 1}
	v := newVault(t, name)
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		w := over(t, v, first(func() { <-release }))
		begin := time.Now()
		if _, err := w.ByID(t.Context(), "", 1); !errors.Is(err, cipher.ErrKeySource) || time.Since(begin) != 30*time.Second {
			t.Errorf("%v after %s", err, time.Since(begin))
		}
		time.Sleep(time.Second)
		if _, err := w.ByID(t.Context(), "", 1); err != nil {
			t.Error(err)
		}
		v.set(func() { v.states[name] = cipher.ErrKeyDestroyed })
		close(release)
		synctest.Wait()
		if _, err := w.ByID(t.Context(), "", 1); err != nil {
			t.Errorf("after a late answer: %v", err)
		}
	})
}

// A store that panics does so for all who wait, and again the next time. A mistake in a program is
// not hidden behind an error.
func TestPanickingStore(t *testing.T) {
	v := newVault(t, cipher.KeyName{ID: 1})
	synctest.Test(t, func(t *testing.T) {
		w := over(t, v, func(context.Context) error {
			time.Sleep(time.Second)
			panic("no store")
		})
		for range 2 {
			var all sync.WaitGroup
			for range 3 {
				all.Go(func() {
					defer func() {
						if r := recover(); r != "no store" {
							t.Errorf("panic %v", r)
						}
					}()
					w.ByID(t.Context(), "", 1)
				})
			}
			all.Wait()
		}
	})
}

// A fetch that ends its goroutine, as t.FailNow in a store does, gives no key.
func TestExitingStore(t *testing.T) {
	v := newVault(t, cipher.KeyName{ID: 1})
	synctest.Test(t, func(t *testing.T) {
		w := over(t, v, first(runtime.Goexit))
		if k, err := w.ByID(t.Context(), "", 1); k != nil || !errors.Is(err, cipher.ErrKeySource) {
			t.Errorf("%v, %v", k, err)
		}
		time.Sleep(time.Second)
		if k, err := w.ByID(t.Context(), "", 1); k == nil || err != nil {
			t.Errorf("%v, %v", k, err)
		}
	})
}

// A fetch has the values of the first context, and an end of its own.
func TestContextOfFetch(t *testing.T) {
	type user struct{}
	v := newVault(t, cipher.KeyName{ID: 1})
	synctest.Test(t, func(t *testing.T) {
		w := over(t, v, func(ctx context.Context) error {
			end, _ := ctx.Deadline()
			if ctx.Value(user{}) != "first" || time.Until(end) != 30*time.Second {
				t.Errorf("of %v, for %s", ctx.Value(user{}), time.Until(end))
			}
			time.Sleep(time.Second)
			return nil
		})
		ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), user{}, "first"), time.Millisecond)
		defer cancel()
		w.ByID(ctx, "", 1)
		if _, err := w.ByID(context.WithValue(t.Context(), user{}, "second"), "", 1); err != nil {
			t.Error(err)
		}
	})
}

// Those who give up leave at most 1,000 requests behind. Keys in memory are used beside them.
func TestRequestsAreBounded(t *testing.T) {
	v := newVault(t, cipher.KeyName{ID: 1}, cipher.KeyName{Scope: "b", ID: 1})
	synctest.Test(t, func(t *testing.T) {
		w := wrapped(t, v)
		if _, err := w.ByID(t.Context(), "", 1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(4 * time.Minute) // the key is to be renewed
		v.calls()
		v.set(func() { v.slow = time.Second })
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		var all sync.WaitGroup
		for id := range cipher.KeyID(1000) {
			all.Go(func() { w.ByID(ctx, "", id+2) })
		}
		all.Wait()
		if _, err := w.ByID(t.Context(), "b", 1); !errors.Is(err, cipher.ErrKeySource) || !strings.Contains(err.Error(), "1000 requests are under way") {
			t.Errorf("one more: %v", err)
		}
		if _, err := w.ByID(t.Context(), "", 1); err != nil {
			t.Errorf("a key in memory: %v", err)
		}
		called(t, v, "those who gave up", "key 1000")
		time.Sleep(time.Second)
		if _, err := w.ByID(t.Context(), "b", 1); err != nil {
			t.Errorf("after the requests: %v", err)
		}
	})
}

// A key that nobody asks for leaves memory when another is fetched, at the latest when twice its
// time has passed.
func TestEndedKeysAreDropped(t *testing.T) {
	var names []cipher.KeyName
	for _, scope := range "abcd" {
		names = append(names, cipher.KeyName{Scope: string(scope), ID: 1})
	}
	v := newVault(t, names...)
	synctest.Test(t, func(t *testing.T) {
		w := wrapped(t, v, cipher.KeepKeys(10*time.Second, time.Second))
		begin := time.Now()
		for _, step := range []struct {
			at    time.Duration
			scope string
			want  int
		}{
			{0, "a", 1}, {5 * time.Second, "b", 2}, {6 * time.Second, "a", 2},
			{12 * time.Second, "c", 3}, // a has ended; b was used before it, and has not
			{20 * time.Second, "d", 2}, // a and b have ended
			{time.Hour, "a", 1},
		} {
			time.Sleep(time.Until(begin.Add(step.at)))
			if _, err := w.ByID(t.Context(), step.scope, 1); err != nil {
				t.Fatal(err)
			}
			if got, want := fmt.Sprint(w), fmt.Sprintf("cipher.Wrapped(%d keys in memory)", step.want); got != want {
				t.Errorf("after %s: %s, want %s", step.at, got, want)
			}
		}
	})
}

// Keys that were fetched at one time are renewed at different times, and the same ones each time.
func TestRenewalsAreSpread(t *testing.T) {
	const keys = 20
	var names []cipher.KeyName
	for id := range cipher.KeyID(keys) {
		names = append(names, cipher.KeyName{ID: id + 1})
	}
	v := newVault(t, names...)
	renewed := func(t *testing.T) (at map[time.Duration]int) {
		synctest.Test(t, func(t *testing.T) {
			at = map[time.Duration]int{}
			begin, mu := time.Now(), sync.Mutex{}
			w := over(t, v, func(context.Context) error {
				mu.Lock()
				at[time.Since(begin)]++
				mu.Unlock()
				time.Sleep(20 * time.Second)
				return nil
			}, cipher.KeepKeys(8*time.Minute, time.Minute))
			var all sync.WaitGroup
			for _, n := range names {
				all.Go(func() { w.ByID(t.Context(), n.Scope, n.ID) })
			}
			all.Wait()
			for time.Since(begin) <= 6*time.Minute {
				for _, n := range names {
					w.ByID(t.Context(), n.Scope, n.ID)
				}
				time.Sleep(time.Second)
			}
			time.Sleep(time.Minute) // to the end of what is under way
		})
		return at
	}
	at := renewed(t)
	total := 0
	for when, n := range at {
		total += n
		if when != 0 && (when < 5*time.Minute || when > 6*time.Minute) || when != 0 && n > keys/2 {
			t.Errorf("%d keys are renewed after %s", n, when)
		}
	}
	if total != 2*keys || at[0] != keys {
		t.Errorf("%v", at)
	}
	if again := renewed(t); fmt.Sprint(again) != fmt.Sprint(at) {
		t.Errorf("%v, then %v", at, again)
	}
}

// A key ends while the machine sleeps: the monotonic clock stands still then, the wall clock
// does not. It ends as well after the wall clock was put back.
func TestClocks(t *testing.T) {
	asked := time.Now()
	end := asked.Add(time.Minute)
	for _, c := range []struct {
		title      string
		mono, wall time.Duration
		want       bool
	}{
		{"at once", 0, 0, false}, {"before the end", time.Minute - time.Second, time.Minute - time.Second, false}, {"at the end", time.Minute, time.Minute, true},
		{"asleep", 0, time.Minute, true}, {"put back", time.Minute, -time.Hour, true},
	} {
		now := asked.Add(c.mono)
		// The only way to a time of which the clocks differ: the seconds of its wall clock.
		*(*uint64)(unsafe.Pointer(&now)) += uint64((c.wall-c.mono)/time.Second) << 30
		if now.Sub(asked) != c.mono || now.Round(0).Sub(asked.Round(0)) != c.wall {
			t.Fatalf("%s: package time has another form", c.title)
		}
		if got := cipher.Passed(end, now); got != c.want {
			t.Errorf("%s: %t", c.title, got)
		}
	}
}
