package cipher

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/dystore/dystore/internal/model"
)

// KeyStore keeps keys that are encrypted themselves: wrapped, usually by a KMS. [Wrapped]
// reads them. Both methods may block, and should give up when ctx ends; a failure other than
// the errors named below is reported as [ErrKeySource]. A KeyStore is used concurrently.
type KeyStore interface {
	// Primary returns the id of the key that new values of a scope are sealed with, or
	// ErrUnknownKey or ErrKeyDestroyed if the scope has none, or none any more.
	Primary(ctx context.Context, scope string) (KeyID, error)
	// ByID returns a key of a scope as it was wrapped, or ErrUnknownKey, ErrKeyDisabled or
	// ErrKeyDestroyed.
	ByID(ctx context.Context, scope string, id KeyID) (wrapped []byte, err error)
}

// KeyName names a key: ids are those of a scope.
type KeyName struct {
	Scope string
	ID    KeyID
}

// KeyWrapper encrypts keys with a key that never leaves where it is, as a KMS does. It has
// to bind what it wraps to the name, so that a key which was copied under another name does
// not unwrap. A failure that lasts should say so in its text; it is reported as
// [ErrKeySource]. A KeyWrapper is used concurrently.
type KeyWrapper interface {
	// Wrap encrypts the 32 bytes of a key.
	Wrap(ctx context.Context, secret []byte, name KeyName) (wrapped []byte, err error)
	// Unwrap decrypts what Wrap returned for the same name. The caller owns the result.
	Unwrap(ctx context.Context, wrapped []byte, name KeyName) (secret []byte, err error)
}

// Wrapped is a [KeySource] over keys that are wrapped. It unwraps a key when it is first
// needed, and keeps it in memory for a time: see [KeepKeys]. So a warm service asks neither
// store nor wrapper for an object.
//
// Many callers who need one key at once cause one request. Each of them gives up when its
// own context ends. While store or wrapper do not answer, keys that are in memory are used
// to the end of their time, and what needs another fails with ErrKeySource.
//
// A Wrapped is safe for concurrent use. Make it with [NewWrapped].
type Wrapped struct {
	store     KeyStore
	wrapper   KeyWrapper
	primaries *keyCache[string, KeyID]
	keys      *keyCache[KeyName, *Key]
}

var _ KeySource = (*Wrapped)(nil)

// NewWrapped returns a source of the keys of a store. It asks for no key yet.
func NewWrapped(store KeyStore, w KeyWrapper, opts ...CacheOption) (*Wrapped, error) {
	switch {
	case model.IsNil(store):
		return nil, errors.New("cipher: NewWrapped: no store")
	case model.IsNil(w):
		return nil, errors.New("cipher: NewWrapped: no wrapper")
	}
	times := cacheTimes{keys: 5 * time.Minute, primaries: time.Minute, failures: time.Second, most: 10_000}
	for i, o := range opts {
		if o == nil {
			return nil, fmt.Errorf("cipher: NewWrapped: option %d is nil", i+1)
		}
		if err := o(&times); err != nil {
			return nil, fmt.Errorf("cipher: NewWrapped: %w", err)
		}
	}
	return &Wrapped{
		store: store, wrapper: w,
		primaries: newKeyCache[string, KeyID](times.primaries, times.failures, times.most),
		keys:      newKeyCache[KeyName, *Key](times.keys, times.failures, times.most),
	}, nil
}

// CacheOption is an option of [NewWrapped].
type CacheOption func(*cacheTimes) error

type cacheTimes struct {
	keys, primaries, failures time.Duration
	most                      int
}

// KeepKeys says for how long a key is used after it was unwrapped, 5 minutes by default, and
// the choice of a scope's primary key, 1 minute. Both ends are hard: a key that is disabled
// or destroyed, or whose unwrapping is no longer allowed, is used for no longer by any
// process. After three quarters of the time a key that is in use is fetched again, beside
// its use. Each is at least 1 second, and the second not longer than the first.
func KeepKeys(key, primary time.Duration) CacheOption {
	return func(t *cacheTimes) error {
		if primary < time.Second || key < primary {
			return fmt.Errorf("KeepKeys(%s, %s): at least a second each, and the primary key is chosen anew at least as often", key, primary)
		}
		t.keys, t.primaries = key, primary
		return nil
	}
}

// KeepFailures says for how long a failure is the answer without another request, 1 second by
// default, at most 1 minute. It is also for how long a key that was created remains unknown.
func KeepFailures(d time.Duration) CacheOption {
	return func(t *cacheTimes) error {
		if d < 0 || d > time.Minute {
			return fmt.Errorf("KeepFailures(%s): 0 to 1 minute", d)
		}
		t.failures = d
		return nil
	}
}

// KeepAtMost says how many keys are in memory, 10,000 by default. Those that were used longest
// ago go first. A key takes less than 1 KB.
func KeepAtMost(keys int) CacheOption {
	return func(t *cacheTimes) error {
		if keys < 1 {
			return fmt.Errorf("KeepAtMost(%d): at least one key", keys)
		}
		t.most = keys
		return nil
	}
}

// Primary implements [KeySource].
func (w *Wrapped) Primary(ctx context.Context, scope string) (*Key, error) {
	if w == nil || w.keys == nil {
		return nil, errZeroWrapped
	}
	id, err := w.primaries.get(ctx, scope, func(ctx context.Context) (KeyID, error) {
		id, err := w.store.Primary(ctx, scope)
		if err == nil && id == 0 {
			err = errors.New("the store names no key")
		}
		return id, err
	})
	if err != nil {
		return nil, err
	}
	return w.ByID(ctx, scope, id)
}

var errZeroWrapped = fmt.Errorf("%w: a zero Wrapped has no store; make one with NewWrapped", ErrKeySource)

// ByID implements [KeySource].
func (w *Wrapped) ByID(ctx context.Context, scope string, id KeyID) (*Key, error) {
	if w == nil || w.keys == nil {
		return nil, errZeroWrapped
	}
	name := KeyName{scope, id}
	return w.keys.get(ctx, name, func(ctx context.Context) (*Key, error) {
		wrapped, err := w.store.ByID(ctx, scope, id)
		if err != nil {
			return nil, err
		}
		secret, err := w.wrapper.Unwrap(ctx, wrapped, name)
		if err != nil {
			return nil, err
		}
		defer clear(secret)
		return NewKey(id, secret)
	})
}

// GenerateWrapped makes a key of 32 random bytes and returns it wrapped, for a [KeyStore] to keep
// under the name. It unwraps the key once, so that one which could never be read is not
// stored.
func GenerateWrapped(ctx context.Context, w KeyWrapper, name KeyName) (wrapped []byte, err error) {
	if model.IsNil(w) || name.ID == 0 {
		return nil, errors.New("cipher: GenerateWrapped: it needs a wrapper, and an id other than 0")
	}
	secret := make([]byte, secretSize)
	rand.Read(secret) // never fails: the program ends instead
	defer clear(secret)
	given := bytes.Clone(secret) // which the wrapper may keep or change
	defer clear(given)
	if wrapped, err = w.Wrap(ctx, given, name); err != nil {
		return nil, fmt.Errorf("cipher: GenerateWrapped: key %d: %w: %w", name.ID, ErrKeySource, err)
	}
	again, err := w.Unwrap(ctx, wrapped, name)
	defer clear(again)
	switch {
	case err != nil:
		return nil, fmt.Errorf("cipher: GenerateWrapped: key %d was wrapped, and does not unwrap: %w: %w", name.ID, ErrKeySource, err)
	case subtle.ConstantTimeCompare(again, secret) != 1:
		return nil, fmt.Errorf("cipher: GenerateWrapped: key %d was wrapped, and unwraps to another: %w", name.ID, ErrKeySource)
	}
	return wrapped, nil
}

// Format writes how many keys are in memory, for every verb.
func (w *Wrapped) Format(f fmt.State, _ rune) {
	if w == nil || w.keys == nil {
		_, _ = io.WriteString(f, "cipher.Wrapped(none)")
		return
	}
	_, _ = fmt.Fprintf(f, "cipher.Wrapped(%d keys in memory)", w.keys.len())
}

// Forget drops what is in memory of a scope, so that the next use of each of its keys asks
// again. A process calls it after it has changed the keys of the scope.
func (w *Wrapped) Forget(scope string) {
	w.primaries.forget(func(s string) bool { return s == scope })
	w.keys.forget(func(n KeyName) bool { return n.Scope == scope })
}
