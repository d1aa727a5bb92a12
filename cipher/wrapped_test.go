package cipher_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dystore/dystore/cipher"
)

// vault is a store and a wrapper in memory. It counts what it is asked.
type vault struct {
	mu        sync.Mutex
	primaries map[string]cipher.KeyID
	wrapped   map[cipher.KeyName][]byte
	states    map[cipher.KeyName]error
	away      error         // of every call
	slow      time.Duration // of every call
	asked     map[string]int
}

func newVault(t *testing.T, names ...cipher.KeyName) *vault {
	t.Helper()
	v := &vault{primaries: map[string]cipher.KeyID{}, wrapped: map[cipher.KeyName][]byte{}, states: map[cipher.KeyName]error{}, asked: map[string]int{}}
	for _, n := range names {
		w, err := cipher.GenerateWrapped(t.Context(), v, n)
		if err != nil {
			t.Fatal(err)
		}
		v.primaries[n.Scope], v.wrapped[n] = n.ID, w
	}
	clear(v.asked)
	return v
}

// vaultOf has a key 1 of a known secret.
func vaultOf(secret []byte) *vault {
	name := cipher.KeyName{ID: 1}
	v := &vault{primaries: map[string]cipher.KeyID{"": 1}, wrapped: map[cipher.KeyName][]byte{}, states: map[cipher.KeyName]error{}, asked: map[string]int{}}
	v.wrapped[name], _ = v.Wrap(context.Background(), secret, name)
	return v
}

// call counts a call, and says what is wrong with every one.
func (v *vault) call(ctx context.Context, what string) error {
	v.mu.Lock()
	slow, away := v.slow, v.away
	v.asked[what]++
	v.mu.Unlock()
	if slow > 0 {
		select {
		case <-time.After(slow):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return away
}

func (v *vault) set(change func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	change()
}

// calls are what was asked since the last time.
func (v *vault) calls() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var all []string
	for _, what := range slices.Sorted(maps.Keys(v.asked)) {
		all = append(all, fmt.Sprint(what, " ", v.asked[what]))
	}
	clear(v.asked)
	return strings.Join(all, ", ")
}

func (v *vault) Primary(ctx context.Context, scope string) (cipher.KeyID, error) {
	if err := v.call(ctx, "primary"); err != nil {
		return 0, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if id, ok := v.primaries[scope]; ok {
		return id, nil
	}
	return 0, cipher.ErrUnknownKey
}

func (v *vault) ByID(ctx context.Context, scope string, id cipher.KeyID) ([]byte, error) {
	if err := v.call(ctx, "key"); err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	name := cipher.KeyName{Scope: scope, ID: id}
	if err := v.states[name]; err != nil {
		return nil, err
	}
	if w, ok := v.wrapped[name]; ok {
		return w, nil
	}
	return nil, cipher.ErrUnknownKey
}

// mask is what a vault wraps with: no secret, but bound to the name.
func mask(name cipher.KeyName) [32]byte { return sha256.Sum256(fmt.Append(nil, name)) }

func (v *vault) Wrap(ctx context.Context, secret []byte, name cipher.KeyName) ([]byte, error) {
	m := mask(name)
	return append(m[:8:8], mixed(secret, m)...), v.call(ctx, "wrap")
}

func (v *vault) Unwrap(ctx context.Context, wrapped []byte, name cipher.KeyName) ([]byte, error) {
	if err := v.call(ctx, "unwrap"); err != nil {
		return nil, err
	}
	m := mask(name)
	if len(wrapped) < 8 || !bytes.Equal(wrapped[:8], m[:8]) {
		return nil, errors.New("the context of the key is another")
	}
	return mixed(wrapped[8:], m), nil
}

func mixed(b []byte, m [32]byte) []byte {
	out := bytes.Clone(b)
	for i := range out {
		out[i] ^= m[i%32]
	}
	return out
}

func wrapped(t *testing.T, v *vault, opts ...cipher.CacheOption) *cipher.Wrapped {
	t.Helper()
	w, err := cipher.NewWrapped(v, v, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func scoped(scope string) *cipher.Binding {
	b := city()
	b.Scope = scope
	return b
}

func called(t *testing.T, v *vault, when, want string) {
	t.Helper()
	if got := v.calls(); got != want {
		t.Errorf("%s: %s, want %s", when, got, want)
	}
}

// A warm source asks nobody.
func TestWrapped(t *testing.T) {
	v := newVault(t, cipher.KeyName{ID: 1}, cipher.KeyName{Scope: "a", ID: 1}, cipher.KeyName{Scope: "a", ID: 2})
	a := withOptions(t, wrapped(t, v))
	env := seal(t, a, "Osaka", scoped("a"))
	called(t, v, "the first value", "key 1, primary 1, unwrap 1")
	for range 1000 {
		opens(t, a, env, scoped("a"), "Osaka")
		seal(t, a, "Kobe", scoped("a"))
	}
	called(t, v, "2,000 more", "")
	if h, err := cipher.Inspect(env); err != nil || h.KeyID != 2 {
		t.Errorf("%+v, %v", h, err)
	}
	// Key 1 of one scope is not that of another.
	other := seal(t, a, "Osaka", scoped(""))
	v.set(func() { v.primaries["a"] = 1 })
	a = withOptions(t, wrapped(t, v))
	moved := seal(t, a, "Osaka", scoped("a"))
	opens(t, a, other, scoped(""), "Osaka")
	opens(t, a, moved, scoped("a"), "Osaka")
	refuses(t, a, other, scoped("a"), cipher.ErrWrongKey)
	refuses(t, a, moved, scoped(""), cipher.ErrWrongKey)
	refuses(t, a, env, scoped("none"), cipher.ErrUnknownKey)
	if _, err := a.Seal(t.Context(), nil, nil, scoped("none")); !errors.Is(err, cipher.ErrUnknownKey) {
		t.Errorf("a scope without keys: %v", err)
	}
}

// A wrapped key that was copied under the name of another does not unwrap.
func TestAttack48KeyOfAnotherScope(t *testing.T) {
	a1, b1 := cipher.KeyName{Scope: "a", ID: 1}, cipher.KeyName{Scope: "b", ID: 1}
	v := newVault(t, a1, b1)
	v.wrapped[b1] = v.wrapped[a1]
	env := seal(t, withOptions(t, wrapped(t, v)), "Osaka", scoped("a"))
	refuses(t, withOptions(t, wrapped(t, v)), env, scoped("b"), cipher.ErrKeySource)
}

// Tests in a bubble make no randomness there: with GODEBUG=fips140=only it comes of the time
// that things take, which stands still.

// Many who need one key at once cause one request.
func TestAttack45Stampede(t *testing.T) {
	v := newVault(t, cipher.KeyName{ID: 1})
	synctest.Test(t, func(t *testing.T) {
		v.slow = time.Second
		w := wrapped(t, v)
		var all sync.WaitGroup
		for range 1000 {
			all.Go(func() {
				if _, err := w.Primary(t.Context(), ""); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		called(t, v, "1,000 at once", "key 1, primary 1, unwrap 1")
	})
}

// One who gives up does not take the answer from those who wait.
func TestWaitersGiveUpAlone(t *testing.T) {
	v := newVault(t, cipher.KeyName{ID: 1})
	synctest.Test(t, func(t *testing.T) {
		v.slow = 2 * time.Second
		w := wrapped(t, v)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var all sync.WaitGroup
		all.Go(func() {
			begin := time.Now()
			if _, err := w.ByID(ctx, "", 1); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != time.Second {
				t.Errorf("%v after %s", err, time.Since(begin))
			}
		})
		synctest.Wait()
		all.Go(func() {
			if _, err := w.ByID(t.Context(), "", 1); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		called(t, v, "two who wait", "key 1, unwrap 1")
	})
}

// A key that is taken away is used to the end of its time and no longer, and less long where
// it is in use.
func TestKeysEnd(t *testing.T) {
	name := cipher.KeyName{ID: 1}
	v := newVault(t, name)
	env := seal(t, withOptions(t, wrapped(t, v)), "Osaka", city())
	synctest.Test(t, func(t *testing.T) {
		a := withOptions(t, wrapped(t, v, cipher.KeepKeys(4*time.Minute, time.Minute)))
		opens(t, a, env, city(), "Osaka")
		v.set(func() { v.states[name] = cipher.ErrKeyDisabled })
		time.Sleep(4*time.Minute - 1)
		opens(t, a, env, city(), "Osaka") // asks for it again, beside
		synctest.Wait()
		refuses(t, a, env, city(), cipher.ErrKeyDisabled)

		v.set(func() { v.states[name] = nil })
		time.Sleep(2 * time.Second)
		opens(t, a, env, city(), "Osaka")
		v.set(func() { v.states[name] = cipher.ErrKeyDestroyed })
		time.Sleep(2*time.Minute + 30*time.Second - 1)
		opens(t, a, env, city(), "Osaka")
		v.calls()
		time.Sleep(90*time.Second + 1) // nobody has used it
		refuses(t, a, env, city(), cipher.ErrKeyDestroyed)
		called(t, v, "after the end", "key 1")
	})
}

// A key in use is fetched anew before its end, so that nobody waits.
func TestKeysAreRenewed(t *testing.T) {
	v := newVault(t, cipher.KeyName{ID: 1})
	env := seal(t, withOptions(t, wrapped(t, v)), "Osaka", city())
	synctest.Test(t, func(t *testing.T) {
		a := withOptions(t, wrapped(t, v, cipher.KeepKeys(4*time.Minute, 4*time.Minute)))
		opens(t, a, env, city(), "Osaka")
		v.calls()
		v.set(func() { v.slow = time.Second })
		for range 60 {
			time.Sleep(10 * time.Second)
			begin := time.Now()
			opens(t, a, env, city(), "Osaka")
			if d := time.Since(begin); d > 0 {
				t.Errorf("waited for %s", d)
			}
		}
		synctest.Wait()
		called(t, v, "in ten minutes", "key 3, unwrap 3")
	})
}

// While nobody answers, keys in memory are used to their end, and no request is sent for each
// value.
func TestOutage(t *testing.T) {
	v := newVault(t, cipher.KeyName{ID: 1}, cipher.KeyName{Scope: "b", ID: 1})
	env := seal(t, withOptions(t, wrapped(t, v)), "Osaka", city())
	synctest.Test(t, func(t *testing.T) {
		w := wrapped(t, v, cipher.KeepKeys(4*time.Minute, 4*time.Minute))
		a := withOptions(t, w)
		opens(t, a, env, city(), "Osaka")
		primary := func(scope string) error {
			_, err := w.Primary(t.Context(), scope)
			return err
		}
		if err := primary(""); err != nil {
			t.Fatal(err)
		}
		v.calls()
		away := errors.New("away")
		v.set(func() { v.away = away })
		for range 239 {
			time.Sleep(time.Second)
			opens(t, a, env, city(), "Osaka")
			if err := primary(""); err != nil {
				t.Fatal(err)
			}
			for range 10 {
				if err := primary("b"); !errors.Is(err, away) {
					t.Fatalf("%v", err)
				}
			}
		}
		v.calls()
		time.Sleep(time.Second)
		refuses(t, a, env, city(), cipher.ErrKeySource)
		v.set(func() { v.away = nil })
		refuses(t, a, env, city(), cipher.ErrKeySource) // the failure is remembered
		time.Sleep(time.Second)
		opens(t, a, env, city(), "Osaka")
		if err := primary("b"); err != nil {
			t.Error(err)
		}
	})
}

// Ids that somebody has put into a table drive out no key, and the most recently used stay.
func TestAtMost(t *testing.T) {
	names := []cipher.KeyName{{Scope: "a", ID: 1}, {Scope: "b", ID: 1}, {Scope: "c", ID: 1}}
	v := newVault(t, names...)
	w := wrapped(t, v, cipher.KeepAtMost(2))
	get := func(scope string, id cipher.KeyID) { w.ByID(t.Context(), scope, id) }
	get("a", 1)
	get("b", 1)
	v.calls()
	for id := range cipher.KeyID(100) {
		get("a", 1000+id)
	}
	v.calls()
	get("a", 1)
	get("b", 1)
	called(t, v, "after a hundred ids", "")
	if got := fmt.Sprint(w); got != "cipher.Wrapped(2 keys in memory)" {
		t.Error(got)
	}
	get("a", 1)
	get("c", 1)
	called(t, v, "a third", "key 1, unwrap 1")
	get("a", 1)
	called(t, v, "the one used before", "")
	get("b", 1)
	called(t, v, "the one used longest ago", "key 1, unwrap 1")
}

// An error of a source is either what the store says of a key or a failure, with its cause.
func TestVerdictsAndFailures(t *testing.T) {
	name := cipher.KeyName{ID: 1}
	away := errors.New("away")
	verdicts := []error{cipher.ErrUnknownKey, cipher.ErrKeyDisabled, cipher.ErrKeyDestroyed}
	for _, c := range []struct {
		title           string
		store, unwraps  error
		verdict, caused error
	}{
		{title: "unknown", store: cipher.ErrUnknownKey, verdict: cipher.ErrUnknownKey},
		{title: "disabled", store: fmt.Errorf("row 7: %w", cipher.ErrKeyDisabled), verdict: cipher.ErrKeyDisabled},
		{title: "destroyed", store: cipher.ErrKeyDestroyed, verdict: cipher.ErrKeyDestroyed},
		{title: "store away", store: away, caused: away},
		{title: "named already", store: fmt.Errorf("%w: %w", cipher.ErrKeySource, away), caused: away},
		{title: "a key of the store", store: fmt.Errorf("of its own: %w: %w", cipher.ErrKeySource, cipher.ErrKeyDestroyed)},
		{title: "wrapper away", unwraps: away, caused: away},
		{title: "a key of the wrapper", unwraps: &cipher.FieldError{Err: cipher.ErrKeyDestroyed}},
	} {
		t.Run(c.title, func(t *testing.T) {
			v := newVault(t, name)
			w, err := cipher.NewWrapped(store{vault: v, primary: c.store, byID: func(context.Context) error { return c.store }}, unwrapper{v, c.unwraps})
			if err != nil {
				t.Fatal(err)
			}
			_, byID := w.ByID(t.Context(), "", 1)
			_, primary := w.Primary(t.Context(), "")
			for _, err := range []error{byID, primary} {
				if errors.Is(err, cipher.ErrKeySource) != (c.verdict == nil) || c.caused != nil && !errors.Is(err, c.caused) || strings.Contains(err.Error(), "key source failed: key source failed") {
					t.Errorf("%v", err)
				}
				for _, verdict := range verdicts {
					if errors.Is(err, verdict) != (verdict == c.verdict) {
						t.Errorf("%v: is it %q?", err, verdict)
					}
				}
			}
		})
	}
}

// store is a vault that does something else first.
type store struct {
	*vault
	primary error
	byID    func(context.Context) error
}

func (s store) Primary(ctx context.Context, scope string) (cipher.KeyID, error) {
	if s.primary != nil {
		return 0, s.primary
	}
	return s.vault.Primary(ctx, scope)
}

func (s store) ByID(ctx context.Context, scope string, id cipher.KeyID) ([]byte, error) {
	if err := s.byID(ctx); err != nil {
		return nil, err
	}
	return s.vault.ByID(ctx, scope, id)
}

type unwrapper struct {
	*vault
	err error
}

func (u unwrapper) Unwrap(ctx context.Context, wrapped []byte, name cipher.KeyName) ([]byte, error) {
	if u.err != nil {
		return nil, u.err
	}
	return u.vault.Unwrap(ctx, wrapped, name)
}

// What a wrapper returns has to be a key.
func TestWrongSecrets(t *testing.T) {
	for name, secret := range map[string][]byte{"none": nil, "short": make([]byte, 16), "zero": make([]byte, 32), "long": make([]byte, 33)} {
		v := newVault(t, cipher.KeyName{ID: 1})
		m := mask(cipher.KeyName{ID: 1})
		v.wrapped[cipher.KeyName{ID: 1}] = append(m[:8:8], mixed(secret, m)...)
		if _, err := withOptions(t, wrapped(t, v)).Seal(t.Context(), nil, nil, city()); !errors.Is(err, cipher.ErrKeySource) {
			t.Errorf("%s: %v", name, err)
		}
	}
	v := newVault(t)
	v.primaries[""] = 0
	if _, err := withOptions(t, wrapped(t, v)).Seal(t.Context(), nil, nil, city()); !errors.Is(err, cipher.ErrKeySource) {
		t.Errorf("id 0: %v", err)
	}
}

// Forget drops what is known and what is under way.
func TestForget(t *testing.T) {
	name := cipher.KeyName{Scope: "a", ID: 1}
	v := newVault(t, name, cipher.KeyName{Scope: "b", ID: 1})
	before := withOptions(t, wrapped(t, v))
	env, other := seal(t, before, "Osaka", scoped("a")), seal(t, before, "Osaka", scoped("b"))
	synctest.Test(t, func(t *testing.T) {
		w := wrapped(t, v)
		a := withOptions(t, w)
		opens(t, a, env, scoped("a"), "Osaka")
		opens(t, a, other, scoped("b"), "Osaka")
		v.set(func() { v.states[name] = cipher.ErrKeyDestroyed })
		v.calls()
		w.Forget("a")
		refuses(t, a, env, scoped("a"), cipher.ErrKeyDestroyed)
		opens(t, a, other, scoped("b"), "Osaka")
		called(t, v, "forgotten", "key 1")

		v.set(func() { v.states[name], v.slow = nil, time.Second })
		w.Forget("a")
		var all sync.WaitGroup
		all.Go(func() { w.ByID(t.Context(), "a", 1) })
		time.Sleep(1500 * time.Millisecond)
		w.Forget("a") // when the store has answered and the wrapper has not
		v.set(func() { v.states[name], v.slow = cipher.ErrKeyDestroyed, 0 })
		refuses(t, a, env, scoped("a"), cipher.ErrKeyDestroyed)
		all.Wait()
		refuses(t, a, env, scoped("a"), cipher.ErrKeyDestroyed)

		fresh := wrapped(t, v)
		v.set(func() { v.slow = time.Second })
		v.calls()
		all.Go(func() { fresh.ByID(t.Context(), "b", 1) })
		time.Sleep(500 * time.Millisecond)
		fresh.Forget("a") // which is none of b's
		all.Wait()
		opens(t, withOptions(t, fresh), other, scoped("b"), "Osaka")
		called(t, v, "another scope is forgotten", "key 1, unwrap 1")
	})
}

func TestWrongWrapped(t *testing.T) {
	v := newVault(t)
	var none *vault
	for name, err := range map[string]error{
		"no store": made(nil, v), "nil store": made(none, v), "no wrapper": made(v, nil), "nil wrapper": made(v, none), "nil option": made(v, v, nil),
		"short": made(v, v, cipher.KeepKeys(time.Second, time.Second-1)), "primary longer": made(v, v, cipher.KeepKeys(time.Minute, time.Hour)),
		"failures": made(v, v, cipher.KeepFailures(-1)), "long failures": made(v, v, cipher.KeepFailures(time.Hour)), "no keys": made(v, v, cipher.KeepAtMost(0)),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), "cipher: NewWrapped: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, zero := range []*cipher.Wrapped{nil, {}} {
		a, err := cipher.New(zero)
		if err == nil {
			_, err = a.Seal(t.Context(), nil, nil, city())
		}
		zero.Forget("")
		_, err2 := zero.ByID(t.Context(), "", 1)
		if !errors.Is(err, cipher.ErrKeySource) || !errors.Is(err2, cipher.ErrKeySource) || fmt.Sprint(zero) != "cipher.Wrapped(none)" {
			t.Errorf("a zero Wrapped: %v, %v, %v", zero, err, err2)
		}
	}
}

func made(store cipher.KeyStore, w cipher.KeyWrapper, opts ...cipher.CacheOption) error {
	_, err := cipher.NewWrapped(store, w, opts...)
	return err
}

// forgetful wraps, and gives something else back.
type forgetful struct{ *vault }

func (f forgetful) Unwrap(context.Context, []byte, cipher.KeyName) ([]byte, error) {
	return bytes.Repeat([]byte("x"), 32), nil
}

func TestGenerateWrapped(t *testing.T) {
	v := newVault(t)
	name := cipher.KeyName{Scope: "a", ID: 7}
	one, err := cipher.GenerateWrapped(t.Context(), v, name)
	two, err2 := cipher.GenerateWrapped(t.Context(), v, name)
	if err != nil || err2 != nil || bytes.Equal(one, two) {
		t.Errorf("%x, %x: %v, %v", one, two, err, err2)
	}
	if _, err := cipher.GenerateWrapped(t.Context(), forgetful{v}, name); !errors.Is(err, cipher.ErrKeySource) {
		t.Errorf("a key that unwraps to another: %v", err)
	}
	if _, err := cipher.GenerateWrapped(t.Context(), v, cipher.KeyName{}); err == nil {
		t.Error("key 0 is generated")
	}
	if _, err := cipher.GenerateWrapped(t.Context(), nil, name); err == nil {
		t.Error("a key without a wrapper is generated")
	}
	v.away = errors.New("away")
	if _, err := cipher.GenerateWrapped(t.Context(), v, name); !errors.Is(err, cipher.ErrKeySource) || !errors.Is(err, v.away) {
		t.Errorf("without an answer: %v", err)
	}
}

// inPlace wraps and unwraps in the memory that it is given, as an AEAD may.
type inPlace struct{}

func (inPlace) Wrap(_ context.Context, secret []byte, name cipher.KeyName) ([]byte, error) {
	m := mask(name)
	for i := range secret {
		secret[i] ^= m[i%32]
	}
	return secret, nil
}

func (p inPlace) Unwrap(ctx context.Context, wrapped []byte, name cipher.KeyName) ([]byte, error) {
	return p.Wrap(ctx, wrapped, name)
}

// A wrapper may work in place: neither what is generated nor what a store keeps is changed.
func TestWrapperInPlace(t *testing.T) {
	v, name := newVault(t), cipher.KeyName{ID: 1}
	generated, err := cipher.GenerateWrapped(t.Context(), inPlace{}, name)
	if err != nil || bytes.Equal(generated, make([]byte, len(generated))) {
		t.Fatalf("%x, %v", generated, err)
	}
	v.wrapped[name] = bytes.Clone(generated)
	w, err := cipher.NewWrapped(v, inPlace{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := w.ByID(t.Context(), "", 1); err != nil {
			t.Error(err)
		}
		w.Forget("")
		if !bytes.Equal(v.wrapped[name], generated) {
			t.Error("the stored key is changed")
		}
	}
	v.primaries[""] = 1
	a := withOptions(t, w)
	env := seal(t, a, "Osaka", city())
	w.Forget("")
	opens(t, a, env, city(), "Osaka")
}

// keeper keeps the memory of the secrets that it is given and returns.
type keeper struct {
	*vault
	seen [][]byte
	err  error
}

func (k *keeper) Wrap(ctx context.Context, secret []byte, name cipher.KeyName) ([]byte, error) {
	k.seen = append(k.seen, secret)
	return k.vault.Wrap(ctx, secret, name)
}

func (k *keeper) Unwrap(ctx context.Context, wrapped []byte, name cipher.KeyName) ([]byte, error) {
	secret, _ := k.vault.Unwrap(ctx, wrapped, name)
	k.seen = append(k.seen, secret)
	return secret, k.err
}

// The memory of secrets is cleared after their use.
func TestSecretsAreCleared(t *testing.T) {
	v, name := newVault(t), cipher.KeyName{ID: 1}
	k := &keeper{vault: v}
	var err error
	if v.wrapped[name], err = cipher.GenerateWrapped(t.Context(), k, name); err != nil {
		t.Fatal(err)
	}
	w, err := cipher.NewWrapped(v, k, cipher.KeepFailures(0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.ByID(t.Context(), "", 1); err != nil {
		t.Error(err)
	}
	w.Forget("")
	k.err = errors.New("beside the secret")
	if _, err := w.ByID(t.Context(), "", 1); !errors.Is(err, k.err) {
		t.Error(err)
	}
	for i, secret := range k.seen {
		if len(secret) != 32 || !bytes.Equal(secret, make([]byte, 32)) {
			t.Errorf("secret %d of %d: %x", i, len(k.seen), secret)
		}
	}
}
