package awskms_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/cipher/awskms"
	"github.com/dystore/dystore/cipher/awskms/kmstest"
)

var (
	secret = bytes.Repeat([]byte("canary-secret-01"), 2)
	tenant = cipher.KeyName{Scope: "tenant-1", ID: 7}
)

// once does not repeat what fails.
func once(o *kms.Options) { o.Retryer = aws.NopRetryer{} }

func wrapper(t *testing.T, s *kmstest.Server, key string, opts ...awskms.Option) *awskms.Wrapper {
	t.Helper()
	w, err := awskms.New(s.Client(once), key, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func wrap(t *testing.T, w *awskms.Wrapper) []byte {
	t.Helper()
	b, err := w.Wrap(t.Context(), secret, tenant)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// refused checks that a key does not unwrap, for a reason, and that the error shows nothing of it.
func refused(t *testing.T, w *awskms.Wrapper, wrapped []byte, name cipher.KeyName, want error) {
	t.Helper()
	got, err := w.Unwrap(t.Context(), wrapped, name)
	if !errors.Is(err, want) || got != nil {
		t.Errorf("unwrapped to %d bytes, %v; want %v", len(got), err, want)
	}
	if text := fmt.Sprintf("%v %+v", err, err); strings.Contains(text, "canary") || strings.Contains(text, "tenant") || strings.Contains(text, base64.StdEncoding.EncodeToString(secret)) {
		t.Errorf("the error shows too much: %s", text)
	}
}

// What is wrapped unwraps under its name. KMS is told the key and the name, and no scope.
func TestWrap(t *testing.T) {
	s := kmstest.Start(t)
	key := s.CreateKey()
	w := wrapper(t, s, key, awskms.Context(map[string]string{"app": "shop"}), awskms.GrantTokens("token"))
	wrapped := wrap(t, w)
	if got, err := w.Unwrap(t.Context(), wrapped, tenant); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("%q, %v", got, err)
	}
	// The context is part of what is stored: it can never change.
	pairs := map[string]string{"app": "shop", "dystore": "7", "dystore-scope-sha256": "CparszsH_w6PSLzEiT4Oc0a_-JndMWl5UX-gZQmkmv8"}
	want := []kmstest.Request{
		{Operation: "Encrypt", KeyID: key, Context: pairs, Grants: []string{"token"}},
		{Operation: "Decrypt", KeyID: key, Context: pairs, Grants: []string{"token"}},
	}
	if got := s.Requests(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	for name, other := range map[string]cipher.KeyName{"id": {Scope: tenant.Scope, ID: 8}, "scope": {Scope: "tenant-2", ID: 7}, "no scope": {ID: 7}} {
		t.Run(name, func(t *testing.T) { refused(t, w, wrapped, other, awskms.ErrRefused) })
	}
	refused(t, wrapper(t, s, key), wrapped, tenant, awskms.ErrRefused) // another application
	for i := range wrapped {
		wrong := bytes.Clone(wrapped)
		wrong[i] ^= 1
		refused(t, w, wrong, tenant, awskms.ErrRefused)
	}
}

func TestScopeInClear(t *testing.T) {
	s := kmstest.Start(t)
	w := wrapper(t, s, s.CreateKey(), awskms.ScopeInClear())
	wrapped := wrap(t, w)
	global, err := w.Wrap(t.Context(), secret, cipher.KeyName{ID: 7})
	if err != nil {
		t.Fatal(err)
	}
	r := s.Requests()
	if !reflect.DeepEqual(r[0].Context, map[string]string{"dystore": "7", "dystore-scope": "tenant-1"}) || !reflect.DeepEqual(r[1].Context, map[string]string{"dystore": "7"}) {
		t.Errorf("%+v", r)
	}
	refused(t, w, wrapped, cipher.KeyName{ID: 7}, awskms.ErrRefused)
	refused(t, w, global, tenant, awskms.ErrRefused)

	// A scope may read like the hash of another.
	const hash = "CparszsH_w6PSLzEiT4Oc0a_-JndMWl5UX-gZQmkmv8"
	hashed := wrap(t, wrapper(t, s, s.Requests()[0].KeyID))
	refused(t, w, hashed, cipher.KeyName{Scope: hash, ID: 7}, awskms.ErrRefused)

	// In JSON, all bytes that are not UTF-8 are one character.
	s.Requests()
	for _, scope := range []string{"\xfe", "\xff", "tenant-\xc3"} {
		name := cipher.KeyName{Scope: scope, ID: 7}
		refused(t, w, wrapped, name, awskms.ErrScope)
		if _, err := w.Wrap(t.Context(), secret, name); !errors.Is(err, awskms.ErrScope) {
			t.Errorf("%q is wrapped: %v", scope, err)
		}
	}
	if r := s.Requests(); len(r) > 0 {
		t.Errorf("%+v", r)
	}
}

// The key of KMS is pinned: what another key has wrapped is refused, unless it is named.
func TestPinned(t *testing.T) {
	s := kmstest.Start(t)
	before, after := s.CreateKey(), s.CreateKey()
	s.SetAlias("alias/app", before)
	w := wrapper(t, s, "alias/app")
	wrapped := wrap(t, w)
	if _, err := w.Unwrap(t.Context(), wrapped, tenant); err != nil {
		t.Error(err)
	}
	s.SetAlias("alias/app", after)
	refused(t, w, wrapped, tenant, awskms.ErrRefused)
	refused(t, wrapper(t, s, after), wrapped, tenant, awskms.ErrRefused)
	both := wrapper(t, s, "alias/app", awskms.Former(before))
	if got, err := both.Unwrap(t.Context(), wrapped, tenant); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("%q, %v", got, err)
	}
	again := wrap(t, both)
	if _, err := wrapper(t, s, after).Unwrap(t.Context(), again, tenant); err != nil {
		t.Errorf("wrapped with the former key: %v", err)
	}
	s.Requests()
	s.SetState(after, kmstest.Disabled)
	refused(t, both, again, tenant, awskms.ErrKeyState)
	if r := s.Requests(); len(r) != 2 || r[0].KeyID != "alias/app" || r[1].KeyID != before {
		t.Errorf("%+v: a key that is not named is never asked", r)
	}
}

// A key of KMS that is out of use does not keep another from unwrapping what that one has wrapped.
// If none unwraps, the error is that of the key which can tell.
func TestFormer(t *testing.T) {
	s := kmstest.Start(t)
	oldest, old, now := s.CreateKey(), s.CreateKey(), s.CreateKey()
	wrapped := wrap(t, wrapper(t, s, oldest))
	changed := bytes.Clone(wrapped)
	changed[len(changed)-1] ^= 1
	w := wrapper(t, s, now, awskms.Former(old, oldest))
	refuse := func(key string, err *kmstest.Error) func() {
		return func() {
			s.Refuse(func(r kmstest.Request) error {
				if r.KeyID == key {
					return err
				}
				return nil
			})
		}
	}
	state := func(key string, state kmstest.State) func() { return func() { s.SetState(key, state) } }
	for _, c := range []struct {
		title   string
		change  []func()
		wrapped []byte
		want    []error // all of them; none: it unwraps
		asked   int
	}{
		{"in order", nil, wrapped, nil, 3},
		{"disabled before it", []func(){state(old, kmstest.Disabled)}, wrapped, nil, 3},
		{"all before it disabled", []func(){state(old, kmstest.PendingDeletion), state(now, kmstest.Disabled)}, wrapped, nil, 3},
		{"denied before it", []func(){refuse(now, kmstest.Denied())}, wrapped, nil, 3},
		{"throttled before it", []func(){refuse(old, kmstest.Throttled())}, wrapped, []error{awskms.ErrThrottled}, 2},
		{"disabled", []func(){state(oldest, kmstest.Disabled)}, wrapped, []error{awskms.ErrKeyState}, 3},
		{"disabled and denied", []func(){state(oldest, kmstest.Disabled), refuse(old, kmstest.Denied())}, wrapped, []error{awskms.ErrKeyState, awskms.ErrDenied}, 3},
		{"changed", []func(){state(old, kmstest.Disabled)}, changed, []error{awskms.ErrRefused}, 3},
	} {
		t.Run(c.title, func(t *testing.T) {
			defer func() {
				s.Refuse(nil)
				for _, key := range []string{oldest, old, now} {
					s.SetState(key, kmstest.Enabled)
				}
			}()
			for _, change := range c.change {
				change()
			}
			s.Requests()
			got, err := w.Unwrap(t.Context(), c.wrapped, tenant)
			if len(c.want) == 0 && (err != nil || !bytes.Equal(got, secret)) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			for _, kind := range []error{awskms.ErrDenied, awskms.ErrKeyState, awskms.ErrRefused, awskms.ErrThrottled} {
				if errors.Is(err, kind) != slices.Contains(c.want, kind) {
					t.Errorf("%v: is it %q?", err, kind)
				}
			}
			if n := len(s.Requests()); n != c.asked {
				t.Errorf("%d requests, want %d", n, c.asked)
			}
		})
	}
	s.Delete(old)
	if _, err := w.Unwrap(t.Context(), wrapped, tenant); err != nil {
		t.Errorf("deleted: %v", err)
	}
	s.Requests()
	ctx, cancel := context.WithCancel(t.Context())
	s.Refuse(func(kmstest.Request) error {
		cancel()
		return kmstest.Denied()
	})
	if _, err := w.Unwrap(ctx, wrapped, tenant); !errors.Is(err, context.Canceled) || len(s.Requests()) != 1 {
		t.Errorf("the context has ended: %v", err)
	}
}

// Options that are given again add to what is there.
func TestRepeatedOptions(t *testing.T) {
	s := kmstest.Start(t)
	first, key := s.CreateKey(), s.CreateKey()
	wrapped := wrap(t, wrapper(t, s, first, awskms.Context(map[string]string{"app": "shop", "stage": "test"})))
	s.Requests()
	w := wrapper(t, s, key,
		awskms.Context(map[string]string{"app": "shop"}), awskms.Context(map[string]string{"stage": "test"}),
		awskms.GrantTokens("one"), awskms.GrantTokens("two", "three"), awskms.Former(s.CreateKey()), awskms.Former(first))
	if _, err := w.Unwrap(t.Context(), wrapped, tenant); err != nil {
		t.Error(err)
	}
	if r := s.Requests(); len(r) != 3 || !slices.Equal(r[0].Grants, []string{"one", "two", "three"}) {
		t.Errorf("%+v", r)
	}
}

// What KMS says is named.
func TestFailures(t *testing.T) {
	s := kmstest.Start(t)
	key := s.CreateKey()
	w := wrapper(t, s, key)
	wrapped := wrap(t, w)
	for name, c := range map[string]struct {
		change func()
		want   error
	}{
		"disabled":  {func() { s.SetState(key, kmstest.Disabled) }, awskms.ErrKeyState},
		"pending":   {func() { s.SetState(key, kmstest.PendingDeletion) }, awskms.ErrKeyState},
		"denied":    {func() { s.Refuse(func(kmstest.Request) error { return kmstest.Denied() }) }, awskms.ErrDenied},
		"throttled": {func() { s.Refuse(func(kmstest.Request) error { return kmstest.Throttled() }) }, awskms.ErrThrottled},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				s.SetState(key, kmstest.Enabled)
				s.Refuse(nil)
			}()
			c.change()
			refused(t, w, wrapped, tenant, c.want)
			if _, err := w.Wrap(t.Context(), secret, tenant); !errors.Is(err, c.want) {
				t.Errorf("wrapped: %v", err)
			}
		})
	}
	s.Refuse(func(kmstest.Request) error { return errors.New("the line is cut") })
	_, err := w.Unwrap(t.Context(), wrapped, tenant)
	for _, kind := range []error{nil, awskms.ErrDenied, awskms.ErrKeyState, awskms.ErrRefused, awskms.ErrThrottled} {
		if errors.Is(err, kind) {
			t.Errorf("a connection that breaks is %v", kind)
		}
	}
	s.Refuse(nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Unwrap(ctx, wrapped, tenant); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	s.Delete(key)
	refused(t, w, wrapped, tenant, awskms.ErrKeyState)
}

// A throttled request is repeated by the SDK's client.
func TestThrottledForAWhile(t *testing.T) {
	s := kmstest.Start(t)
	w, err := awskms.New(s.Client(), s.CreateKey())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	s.Refuse(func(kmstest.Request) error {
		if n++; n == 1 {
			return kmstest.Throttled()
		}
		return nil
	})
	if _, err := w.Wrap(t.Context(), secret, tenant); err != nil || n != 2 {
		t.Errorf("%d requests, %v", n, err)
	}
}

// Permission can depend on the context, as that of a grant with constraints.
func TestGrantForATenant(t *testing.T) {
	s := kmstest.Start(t)
	w := wrapper(t, s, s.CreateKey(), awskms.ScopeInClear())
	wrapped := wrap(t, w)
	s.Refuse(func(r kmstest.Request) error {
		if r.Context["dystore-scope"] != "tenant-1" {
			return kmstest.Denied()
		}
		return nil
	})
	if _, err := w.Unwrap(t.Context(), wrapped, tenant); err != nil {
		t.Error(err)
	}
	refused(t, w, wrapped, cipher.KeyName{Scope: "tenant-2", ID: 7}, awskms.ErrDenied)
}

func TestWrongOptions(t *testing.T) {
	client := kmstest.Start(t).Client()
	var none *kms.Client
	pairs := func(name, value string) awskms.Option { return awskms.Context(map[string]string{name: value}) }
	for name, err := range map[string]error{
		"no client": made(nil, "key"), "no key": made(client, ""), "nil option": made(client, "key", nil), "no former": made(client, "key", awskms.Former("")),
		"nil client": made(none, "key"), "empty token": made(client, "key", awskms.GrantTokens("one", "")),
		"own pair": made(client, "key", pairs("dystore-x", "y")), "pair of AWS": made(client, "key", pairs("aws:x", "y")),
		"own pair by case": made(client, "key", pairs("Dystore", "8")), "own pair by long s": made(client, "key", pairs("dyſtore", "8")), "pair of AWS by case": made(client, "key", pairs("AWS:x", "y")),
		"empty name": made(client, "key", pairs("", "y")), "empty value": made(client, "key", pairs("x", "")),
		"name of bytes": made(client, "key", pairs("x\xff", "y")), "value of bytes": made(client, "key", pairs("x", "\xff")),
		"twice": made(client, "key", pairs("x", "y"), pairs("x", "y")), "twice by case": made(client, "key", awskms.Context(map[string]string{"App": "a", "app": "b"})),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), "awskms: New: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, zero := range []*awskms.Wrapper{nil, {}} {
		got, err := zero.Unwrap(t.Context(), []byte("x"), tenant)
		_, err2 := zero.Wrap(t.Context(), secret, tenant)
		if got != nil || err == nil || err2 == nil {
			t.Errorf("a zero Wrapper: %v, %v", err, err2)
		}
	}
}

func made(client awskms.Client, key string, opts ...awskms.Option) error {
	_, err := awskms.New(client, key, opts...)
	return err
}

// keys is a store in memory.
type keys map[cipher.KeyName][]byte

func (k keys) Primary(context.Context, string) (cipher.KeyID, error) { return 7, nil }

func (k keys) ByID(_ context.Context, scope string, id cipher.KeyID) ([]byte, error) {
	if w, ok := k[cipher.KeyName{Scope: scope, ID: id}]; ok {
		return w, nil
	}
	return nil, cipher.ErrUnknownKey
}

// Values are sealed under keys that KMS has wrapped, with one request for a key.
func TestCipher(t *testing.T) {
	s := kmstest.Start(t)
	w := wrapper(t, s, s.CreateKey())
	wrapped, err := cipher.GenerateWrapped(t.Context(), w, tenant)
	if err != nil {
		t.Fatal(err)
	}
	source, err := cipher.NewWrapped(keys{tenant: wrapped}, w, cipher.KeepFailures(0))
	if err != nil {
		t.Fatal(err)
	}
	c, err := cipher.New(source)
	if err != nil {
		t.Fatal(err)
	}
	s.Requests()
	b := &cipher.Binding{Entity: "person", Scope: tenant.Scope, Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name("city")}}
	for range 100 {
		env, err := c.Seal(t.Context(), nil, []byte("Osaka"), b)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Open(t.Context(), nil, env, b); err != nil || string(got) != "Osaka" {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if n := len(s.Requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
	s.Refuse(func(kmstest.Request) error { return kmstest.Denied() })
	if _, err := c.Seal(t.Context(), nil, nil, b); err != nil {
		t.Errorf("a key in memory: %v", err)
	}
	source.Forget(tenant.Scope)
	if _, err := c.Seal(t.Context(), nil, nil, b); !errors.Is(err, cipher.ErrKeySource) || !errors.Is(err, awskms.ErrDenied) {
		t.Errorf("a key that may not be unwrapped: %v", err)
	}
}
