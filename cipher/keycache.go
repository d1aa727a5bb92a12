package cipher

import (
	"container/list"
	"context"
	"errors"
	"fmt"
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
	done     chan struct{}
	value    V
	err      error
	panicked any
	stale    bool // it began before somebody has called forget
}

func newKeyCache[K comparable, V any](keep, failures time.Duration, most int) *keyCache[K, V] {
	return &keyCache[K, V]{
		keep: keep, failures: failures,
		known: newRecent[K, V](most), failed: newRecent[K, V](most), flights: map[K]*flight[V]{},
	}
}

// fetchTimeout ends a fetch for which nobody may wait any more.
const fetchTimeout = 30 * time.Second

// get returns the value of a key. fetch may run longer than ctx: others may wait for it.
func (c *keyCache[K, V]) get(ctx context.Context, key K, fetch func(context.Context) (V, error)) (V, error) {
	f, value, err := c.look(ctx, key, fetch)
	if f == nil {
		return value, err
	}
	select {
	case <-f.done:
		if f.panicked != nil {
			panic(f.panicked) // where the caller can recover
		}
		return f.value, f.err
	case <-ctx.Done():
		return value, context.Cause(ctx)
	}
}

// look returns what is known of a key, or the flight to wait for.
func (c *keyCache[K, V]) look(ctx context.Context, key K, fetch func(context.Context) (V, error)) (f *flight[V], value V, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if e := c.known.get(key, now); e != nil {
		if !now.Before(e.renew) && c.flights[key] == nil {
			c.start(ctx, key, fetch)
		}
		return nil, e.value, nil
	}
	if e := c.failed.get(key, now); e != nil {
		return nil, value, e.err
	}
	if f = c.flights[key]; f == nil {
		f = c.start(ctx, key, fetch)
	}
	return f, value, nil
}

// start begins a fetch.
func (c *keyCache[K, V]) start(ctx context.Context, key K, fetch func(context.Context) (V, error)) *flight[V] {
	f := &flight[V]{done: make(chan struct{})}
	c.flights[key] = f
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
		defer cancel()
		defer func() {
			if f.panicked = recover(); f.panicked != nil {
				f.err = fmt.Errorf("panic: %v", f.panicked)
			}
			c.land(key, f)
		}()
		f.value, f.err = fetch(ctx)
	}()
	return f
}

// land takes in what was fetched.
func (c *keyCache[K, V]) land(key K, f *flight[V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer close(f.done)
	if f.stale {
		return
	}
	delete(c.flights, key)
	now := time.Now()
	if f.err == nil {
		c.failed.drop(key)
		c.known.put(key, &cached[V]{value: f.value, renew: now.Add(c.keep / 4 * 3), end: now.Add(c.keep)})
		return
	}
	if e := c.known.get(key, now); e != nil && !told(f.err) {
		e.renew = now.Add(c.failures) // it says nothing about the key, which is used to its end
		return
	}
	c.known.drop(key)
	c.failed.put(key, &cached[V]{err: f.err, end: now.Add(c.failures)})
}

// told reports whether an error is what the store says of a key.
func told(err error) bool {
	return errors.Is(err, ErrUnknownKey) || errors.Is(err, ErrKeyDisabled) || errors.Is(err, ErrKeyDestroyed)
}

// forget drops what is known, or being fetched, of some keys.
func (c *keyCache[K, V]) forget(some func(K) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known.dropAll(some)
	c.failed.dropAll(some)
	for key, f := range c.flights {
		if some(key) {
			f.stale = true
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
	if !now.Before(e.end) {
		r.drop(key)
		return nil
	}
	r.used.MoveToFront(at)
	return e
}

func (r *recent[K, V]) put(key K, e *cached[V]) {
	r.drop(key)
	r.at[key] = r.used.PushFront(entryOf[K, V]{key, e})
	if len(r.at) > r.most {
		r.drop(r.used.Back().Value.(entryOf[K, V]).key)
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
