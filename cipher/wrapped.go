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
// reads them. Both methods may block, and should give up when ctx ends. A fetch is for all who
// wait for it: its context has the values of whoever came first, and ends after 30 seconds and not
// with that of a caller. An error that wraps one of those named below says something about the
// key; any other is reported as [ErrKeySource]. A KeyStore is used concurrently.
type KeyStore interface {
	// Primary returns the id of the key that new values of a scope are sealed with, or
	// ErrUnknownKey, ErrKeyDisabled or ErrKeyDestroyed if the scope has none, none for now,
	// or none any more.
	Primary(ctx context.Context, scope string) (KeyID, error)
	// ByID returns a key of a scope as it was wrapped, or ErrUnknownKey, ErrKeyDisabled or
	// ErrKeyDestroyed. The result is not changed.
	ByID(ctx context.Context, scope string, id KeyID) (wrapped []byte, err error)
}

// KeyName names a key: ids are those of a scope.
type KeyName struct {
	Scope string
	ID    KeyID
}

// KeyWrapper encrypts keys with a key that never leaves where it is, as a KMS does. It has
// to bind what it wraps to the name, so that a key which was copied under another name does
// not unwrap. A failure that lasts should say so in its text. Every failure is reported as
// [ErrKeySource]: only the store says what has become of a key. A KeyWrapper is used
// concurrently.
type KeyWrapper interface {
	// Wrap encrypts the 32 bytes of a key. It may change secret, and must not keep it: the
	// caller clears it.
	Wrap(ctx context.Context, secret []byte, name KeyName) (wrapped []byte, err error)
	// Unwrap decrypts what Wrap returned for the same name. It may use the memory of
	// wrapped. The caller owns the result, and clears it.
	Unwrap(ctx context.Context, wrapped []byte, name KeyName) (secret []byte, err error)
}

// Wrapped is a [KeySource] over keys that are wrapped. It unwraps a key when it is first
// needed, and keeps it in memory for a time: see [KeepKeys]. So a warm service asks neither
// store nor wrapper for an object.
//
// Many callers who need one key at once cause one request. Each of them gives up when its
// own context ends. While store or wrapper do not answer, keys that are in memory are used
// to the end of their time, and what needs another fails. A request is given up after 30
// seconds. At most 1,000 for keys, and as many for the choice of one, are under way at once;
// what needs one more fails at once.
//
// An error of [Wrapped.Primary] and [Wrapped.ByID] is ErrUnknownKey, ErrKeyDisabled or
// ErrKeyDestroyed if the store says so, and otherwise [ErrKeySource], also for a caller whose
// context has ended. It is never both. A panic of store or wrapper reaches each caller who waits.
//
// A key whose time has ended is dropped when it is asked for again. If it never is, it is dropped
// when another key is fetched, once as much time again has passed.
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

// KeepKeys says for how long a key is used after it was asked for, 5 minutes by default, and
// the choice of a scope's primary key, 1 minute. Both ends are hard: a key that is disabled
// or destroyed, or whose unwrapping is no longer allowed, is used for no longer by any
// process. An answer that took longer than this to come serves those who waited for it, and is
// not kept. When five to six eighths of the time have passed, a key that is in use is fetched
// again, beside its use. Each time is at least 1 second, and the second not longer than the first.
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
	if w.isZero() {
		return nil, errZeroWrapped
	}
	id, err := w.primaries.get(ctx, scope, func(ctx context.Context) (KeyID, error) {
		id, err := w.store.Primary(ctx, scope)
		switch {
		case err != nil:
			return 0, storeError(err)
		case id == 0:
			return 0, fmt.Errorf("%w: the store names no key", ErrKeySource)
		}
		return id, nil
	})
	if err != nil {
		return nil, err
	}
	return w.ByID(ctx, scope, id)
}

// ByID implements [KeySource].
func (w *Wrapped) ByID(ctx context.Context, scope string, id KeyID) (*Key, error) {
	if w.isZero() {
		return nil, errZeroWrapped
	}
	name := KeyName{scope, id}
	return w.keys.get(ctx, name, func(ctx context.Context) (*Key, error) {
		wrapped, err := w.store.ByID(ctx, scope, id)
		if err != nil {
			return nil, storeError(err)
		}
		// A copy, since the store may keep what it returns, and the wrapper may overwrite it.
		secret, err := w.wrapper.Unwrap(ctx, bytes.Clone(wrapped), name)
		defer clear(secret)
		if err != nil {
			return nil, sourceError(err)
		}
		key, err := NewKey(id, secret)
		if err != nil {
			return nil, sourceError(err)
		}
		return key, nil
	})
}

func (w *Wrapped) isZero() bool { return w == nil || w.keys == nil }

var errZeroWrapped = fmt.Errorf("%w: a zero Wrapped has no store; make one with NewWrapped", ErrKeySource)

// storeError is an error of a store: a verdict on a key, or a failure.
func storeError(err error) error {
	if isVerdict(err) {
		return err
	}
	return sourceError(err)
}

// isVerdict reports whether an error is what a store says of a key. An ErrKeySource that has a
// verdict in its chain is about another key, such as that of the store's own fields.
func isVerdict(err error) bool {
	return hasVerdict(err) && !errors.Is(err, ErrKeySource)
}

func hasVerdict(err error) bool {
	return errors.Is(err, ErrUnknownKey) || errors.Is(err, ErrKeyDisabled) || errors.Is(err, ErrKeyDestroyed)
}

// sourceError is a failure that says nothing about the key. A verdict in its chain is about another
// key, such as that which the wrapper wraps with, and becomes text.
func sourceError(err error) error {
	switch {
	case hasVerdict(err):
		return fmt.Errorf("%w: %v", ErrKeySource, err)
	case errors.Is(err, ErrKeySource):
		return err
	}
	return fmt.Errorf("%w: %w", ErrKeySource, err)
}

// GenerateWrapped makes a key of 32 random bytes and returns it wrapped, for a [KeyStore] to keep
// under the name. It unwraps the key once, so that one which could never be read is not
// stored: a KMS has to allow both.
func GenerateWrapped(ctx context.Context, w KeyWrapper, name KeyName) (wrapped []byte, err error) {
	if model.IsNil(w) || name.ID == 0 {
		return nil, errors.New("cipher: GenerateWrapped: it needs a wrapper, and an id other than 0")
	}
	secret := make([]byte, secretSize)
	rand.Read(secret) // never fails: the program ends instead
	defer clear(secret)
	given := bytes.Clone(secret) // which the wrapper may change
	defer clear(given)
	if wrapped, err = w.Wrap(ctx, given, name); err != nil {
		return nil, fmt.Errorf("cipher: GenerateWrapped: key %d: %w", name.ID, sourceError(err))
	}
	wrapped = bytes.Clone(wrapped) // it may be in the memory of what was given
	again, err := w.Unwrap(ctx, bytes.Clone(wrapped), name)
	defer clear(again)
	switch {
	case err != nil:
		return nil, fmt.Errorf("cipher: GenerateWrapped: key %d was wrapped, and does not unwrap: %w", name.ID, sourceError(err))
	case subtle.ConstantTimeCompare(again, secret) != 1:
		return nil, fmt.Errorf("cipher: GenerateWrapped: key %d was wrapped, and unwraps to another: %w", name.ID, ErrKeySource)
	}
	return wrapped, nil
}

// Format writes how many keys are in memory, for every verb.
func (w *Wrapped) Format(f fmt.State, _ rune) {
	if w.isZero() {
		_, _ = io.WriteString(f, "cipher.Wrapped(none)")
		return
	}
	_, _ = fmt.Fprintf(f, "cipher.Wrapped(%d keys in memory)", w.keys.len())
}

// Forget drops what is in memory of a scope, so that the next use of each of its keys asks
// again. A process calls it after it has changed the keys of the scope.
func (w *Wrapped) Forget(scope string) {
	if w.isZero() {
		return
	}
	w.primaries.forget(func(s string) bool { return s == scope })
	w.keys.forget(func(n KeyName) bool { return n.Scope == scope })
}
