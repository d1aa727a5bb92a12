package cipher

import (
	"container/list"
	"context"
	"fmt"
	"hash/fnv"
	"sync"
	"time"
)

// keyCache keeps what was fetched for a time, and fetches each thing once for all who wait
// for it.
type keyCache[K comparable, V any] struct {
	keep, failures time.Duration

	mu      sync.Mutex
	known   recent[K, V]
	failed  recent[K, V] // apart, so that ids which somebody has invented drive out no key
	flights map[K]*flight[V]
}

// cached is a value, or why there is none.
type cached[V any] struct {
	value V
	err   error
	renew time.Time // from then on it is fetched again beside its use
	end   time.Time // from then on it is not used
}

// flight is a fetch that is under way.
type flight[V any] struct {
	asked  time.Time // the answer may be as old as this
	done   chan struct{}
	landed bool
	value  V
	err    error
}

func newKeyCache[K comparable, V any](keep, failures time.Duration, most int) *keyCache[K, V] {
	return &keyCache[K, V]{
		keep: keep, failures: failures,
		known: newRecent[K, V](most), failed: newRecent[K, V](most), flights: map[K]*flight[V]{},
	}
}

const (
	// fetchTimeout is how long a fetch is waited for. One that ignores its context is left
	// to itself then, and does not keep its key from being fetched again.
	fetchTimeout = 30 * time.Second
	// mostFlights is how many fetches are waited for at once. It bounds what callers leave
	// behind who have given up. It does not depend on KeepAtMost: few keys in memory are no
	// reason to refuse many who come at once.
	mostFlights = 1000
)

// get returns the value of a key. fetch may run longer than ctx: others may wait for it.
func (c *keyCache[K, V]) get(ctx context.Context, key K, fetch func(context.Context) (V, error)) (V, error) {
	f, value, err := c.look(ctx, key, fetch)
	if f == nil {
		return value, err
	}
	select {
	case <-f.done:
		if p, ok := f.err.(*panicError); ok {
			panic(p.value) // where the caller can recover
		}
		return f.value, f.err
	case <-ctx.Done():
		return value, gaveUp(ctx)
	}
}

// gaveUp is the error of a caller whose context has ended. The cause is text only: it may be
// any error, and one that is ErrKeyDestroyed says nothing about this key.
func gaveUp(ctx context.Context) error {
	err := ctx.Err()
	if cause := context.Cause(ctx).Error(); cause != err.Error() {
		return fmt.Errorf("%w: %w: %s", ErrKeySource, err, cause)
	}
	return fmt.Errorf("%w: %w", ErrKeySource, err)
}

// look returns what is known of a key, or the flight to wait for.
func (c *keyCache[K, V]) look(ctx context.Context, key K, fetch func(context.Context) (V, error)) (f *flight[V], value V, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	f = c.flights[key]
	if e := c.known.get(key, now); e != nil {
		if passed(e.renew, now) && f == nil {
			_, _ = c.start(ctx, key, now, fetch) // where it may not start, the key is used to its end
		}
		return nil, e.value, nil
	}
	if e := c.failed.get(key, now); e != nil {
		return nil, value, e.err
	}
	if f == nil {
		f, err = c.start(ctx, key, now, fetch)
	}
	return f, value, err
}

// start begins a fetch.
func (c *keyCache[K, V]) start(ctx context.Context, key K, now time.Time, fetch func(context.Context) (V, error)) (*flight[V], error) {
	switch {
	case ctx.Err() != nil:
		return nil, gaveUp(ctx)
	case len(c.flights) >= mostFlights:
		return nil, fmt.Errorf("%w: %d requests are under way; this one was not sent", ErrKeySource, mostFlights)
	}
	f := &flight[V]{asked: now, done: make(chan struct{})}
	c.flights[key] = f
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	stop := context.AfterFunc(ctx, func() {
		var none V
		c.land(key, f, none, fmt.Errorf("%w: no answer in %s", ErrKeySource, fetchTimeout))
	})
	go func() {
		var value V
		err := fmt.Errorf("%w: the request was left by runtime.Goexit", ErrKeySource) // unless it returns
		defer func() {
			if r := recover(); r != nil {
				err = &panicError{r}
			}
			c.land(key, f, value, err)
			stop()
			cancel()
		}()
		value, err = fetch(ctx)
	}()
	return f, nil
}

// panicError is the end of a fetch that panicked.
type panicError struct{ value any }

func (p *panicError) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// land takes in the end of a fetch. Only the first one counts: a fetch whose time was over may
// return later.
func (c *keyCache[K, V]) land(key K, f *flight[V], value V, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.landed {
		return
	}
	f.landed, f.value, f.err = true, value, err
	close(f.done)
	if c.flights[key] != f {
		return // it began before somebody has called forget
	}
	delete(c.flights, key)
	now := time.Now()
	if err == nil {
		// The time counts from when it was asked for: what was true then may have changed
		// while the answer was on its way.
		c.known.put(key, &cached[V]{value: value, renew: f.asked.Add(early(key, c.keep)), end: f.asked.Add(c.keep)}, now)
		return
	}
	if e := c.known.get(key, now); e != nil && !isVerdict(err) {
		e.renew = now.Add(c.failures) // it says nothing about the key, which is used to its end
		return
	}
	c.known.drop(key)
	if _, panicked := err.(*panicError); !panicked { // a mistake in a program shows each time
		c.failed.put(key, &cached[V]{err: err, end: now.Add(c.failures)}, now)
	}
}

// early is after how much of its time a key is renewed: 5/8 to 6/8. It differs from key to key,
// so that keys which were needed at one time are not renewed at one time for ever.
func early[K comparable](key K, keep time.Duration) time.Duration {
	h := fnv.New32a()
	_, _ = fmt.Fprint(h, key)
	return keep/8*5 + time.Duration(float64(keep/8)*float64(h.Sum32())/(1<<32))
}

// passed reports whether t has come by one of two clocks. The monotonic one is right when the
// wall clock is put back; it stands still while the machine sleeps.
func passed(t, now time.Time) bool {
	return !now.Before(t) || !now.Round(0).Before(t.Round(0))
}

// forget drops what is known, or being fetched, of some keys.
func (c *keyCache[K, V]) forget(some func(K) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known.dropAll(some)
	c.failed.dropAll(some)
	for key := range c.flights {
		if some(key) {
			delete(c.flights, key)
		}
	}
}

func (c *keyCache[K, V]) len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.known.at)
}

// recent keeps the entries that were used last.
type recent[K comparable, V any] struct {
	most int
	at   map[K]*list.Element // of entry
	used *list.List          // the one that was used last in front
}

type entryOf[K comparable, V any] struct {
	key K
	*cached[V]
}

func newRecent[K comparable, V any](most int) recent[K, V] {
	return recent[K, V]{most, map[K]*list.Element{}, list.New()}
}

// get returns an entry that has not come to its end, nil if there is none.
func (r *recent[K, V]) get(key K, now time.Time) *cached[V] {
	at := r.at[key]
	if at == nil {
		return nil
	}
	e := at.Value.(entryOf[K, V]).cached
	if passed(e.end, now) {
		r.drop(key)
		return nil
	}
	r.used.MoveToFront(at)
	return e
}

// put adds an entry, unless its end has come, and drops those at the back that are too many or
// have ended. An ended entry stays for at most as long again as entries are kept: those behind it
// were used before its end, so that they have ended by then.
func (r *recent[K, V]) put(key K, e *cached[V], now time.Time) {
	r.drop(key)
	if !passed(e.end, now) {
		r.at[key] = r.used.PushFront(entryOf[K, V]{key, e})
	}
	for at := r.used.Back(); at != nil; at = r.used.Back() {
		last := at.Value.(entryOf[K, V])
		if len(r.at) <= r.most && !passed(last.end, now) {
			return
		}
		r.drop(last.key)
	}
}

func (r *recent[K, V]) drop(key K) {
	if at := r.at[key]; at != nil {
		r.used.Remove(at)
		delete(r.at, key)
	}
}

func (r *recent[K, V]) dropAll(some func(K) bool) {
	for key := range r.at {
		if some(key) {
			r.drop(key)
		}
	}
}
