package cipher_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dystore/dystore/cipher"
)

func TestNewKeyRefuses(t *testing.T) {
	for _, c := range []struct {
		id     cipher.KeyID
		secret []byte
		want   string
	}{
		{0, secret(1), "cipher: NewKey: 0 is not a valid key id"},
		{7, nil, "cipher: NewKey: key 7 has 0 bytes, want 32"},
		{7, secret(1)[:16], "cipher: NewKey: key 7 has 16 bytes, want 32"},
		{7, append(secret(1), 0), "cipher: NewKey: key 7 has 33 bytes, want 32"},
		{7, make([]byte, 32), "cipher: NewKey: key 7 is all zero"},
	} {
		k, err := cipher.NewKey(c.id, c.secret)
		if k != nil || err == nil || err.Error() != c.want {
			t.Errorf("NewKey = %v, %v; want %s", k, err, c.want)
		}
	}
}

// The caller may overwrite the secret after NewKey.
func TestNewKeyCopies(t *testing.T) {
	s := secret(1)
	k, err := cipher.NewKey(1, s)
	if err != nil || k.ID() != 1 {
		t.Fatal(k, err)
	}
	clear(s)
	opens(t, newAES(t, cipher.Primary(k)), seal(t, one(t), "Paris", city()), city(), "Paris")
}

// Attack 50: keysets that must not exist.
func TestAttack50Keysets(t *testing.T) {
	k1, k2 := newKey(t, 1), newKey(t, 2)
	twin, err := cipher.NewKey(3, secret(1))
	if err != nil {
		t.Fatal(err)
	}
	for want, entries := range map[string][]cipher.KeysetEntry{
		"cipher: NewKeyset: no key is primary":                                             nil,
		"cipher: NewKeyset: keys 1 and 2 are both primary":                                 {cipher.Primary(k1), cipher.Primary(k2)},
		"cipher: NewKeyset: key 1 is given twice":                                          {cipher.Primary(k1), cipher.Disabled(k1)},
		"cipher: NewKeyset: key 2 is given twice":                                          {cipher.Primary(k1), cipher.Destroyed(2), cipher.Enabled(k2)},
		"cipher: NewKeyset: keys 1 and 3 have the same secret":                             {cipher.Primary(k1), cipher.Enabled(twin)},
		"cipher: NewKeyset: the key of entry 1 is nil":                                     {cipher.Primary(k1), cipher.Enabled(nil)},
		"cipher: NewKeyset: entry 0 is empty; use Primary, Enabled, Disabled or Destroyed": {{}, cipher.Primary(k1)},
		"cipher: NewKeyset: entry 0 is no key; make it with NewKey":                        {cipher.Primary(&cipher.Key{})},
		"cipher: NewKeyset: entry 1 is no key; make it with NewKey":                        {cipher.Primary(k1), cipher.Destroyed(0)},
		"cipher: NewKeyset: no key is primary ":                                            {cipher.Enabled(k1), cipher.Disabled(k2)},
	} {
		ks, err := cipher.NewKeyset(entries...)
		if ks != nil || err == nil || err.Error() != strings.TrimSpace(want) {
			t.Errorf("NewKeyset = %v, %v; want %s", ks, err, want)
		}
	}
}

func TestKeysetIsASource(t *testing.T) {
	ks, err := cipher.NewKeyset(cipher.Enabled(newKey(t, 1)), cipher.Primary(newKey(t, 2)), cipher.Disabled(newKey(t, 3)), cipher.Destroyed(4))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if k, err := ks.Primary(ctx, "any scope"); err != nil || k.ID() != 2 {
		t.Errorf("Primary = %v, %v", k, err)
	}
	for id, want := range map[cipher.KeyID]error{0: cipher.ErrUnknownKey, 1: nil, 2: nil, 3: cipher.ErrKeyDisabled, 4: cipher.ErrKeyDestroyed, 5: cipher.ErrUnknownKey} {
		k, err := ks.ByID(ctx, "any scope", id)
		if !errors.Is(err, want) || (err == nil) != (k != nil) || k != nil && k.ID() != id {
			t.Errorf("ByID(%d) = %v, %v; want %v", id, k, err, want)
		}
	}
}

// Attack 42: rotation, with readers that are one step behind.
func TestAttack42Rotation(t *testing.T) {
	k1, k2, b := newKey(t, 1), newKey(t, 2), city()
	steps := []*cipher.AES{
		newAES(t, cipher.Primary(k1)),
		newAES(t, cipher.Primary(k1), cipher.Enabled(k2)),
		newAES(t, cipher.Enabled(k1), cipher.Primary(k2)),
		newAES(t, cipher.Disabled(k1), cipher.Primary(k2)),
		newAES(t, cipher.Destroyed(1), cipher.Primary(k2)),
	}
	for i, writer := range steps[:3] {
		env := seal(t, writer, "Paris", b)
		for j, reader := range steps[max(0, i-1):min(i+2, 3)] {
			opens(t, reader, env, b, "Paris")
			_ = j
		}
	}
	old := seal(t, steps[0], "Paris", b)
	refuses(t, steps[0], seal(t, steps[2], "Paris", b), b, cipher.ErrUnknownKey)
	refuses(t, steps[3], old, b, cipher.ErrKeyDisabled)
	refuses(t, steps[4], old, b, cipher.ErrKeyDestroyed)
}

// Attack 41: an older value of the same field opens. Nothing in a binding
// changes with time; this is documented, not defended.
func TestAttack41ReplayIsNotDetected(t *testing.T) {
	a, b := one(t), city()
	old := seal(t, a, "Paris", b)
	_ = seal(t, a, "Tokyo", b)
	opens(t, a, old, b, "Paris")
}

// tenants is a key source with keys per scope.
type tenants map[string]*cipher.Keyset

func (s tenants) Primary(ctx context.Context, scope string) (*cipher.Key, error) {
	if ks := s[scope]; ks != nil {
		return ks.Primary(ctx, scope)
	}
	return nil, cipher.ErrUnknownKey
}

func (s tenants) ByID(ctx context.Context, scope string, id cipher.KeyID) (*cipher.Key, error) {
	if ks := s[scope]; ks != nil {
		return ks.ByID(ctx, scope, id)
	}
	return nil, cipher.ErrUnknownKey
}

// Attacks 16 and 46: one id, two secrets in two scopes.
func TestAttack16Scopes(t *testing.T) {
	set := func(s []byte) *cipher.Keyset {
		k, err := cipher.NewKey(1, s)
		if err != nil {
			t.Fatal(err)
		}
		ks, err := cipher.NewKeyset(cipher.Primary(k))
		if err != nil {
			t.Fatal(err)
		}
		return ks
	}
	shared := set(secret(3))
	a := withOptions(t, tenants{"a": set(secret(1)), "b": set(secret(2)), "c": shared, "d": shared})
	in := func(scope string) *cipher.Binding { b := city(); b.Scope = scope; return b }
	env := seal(t, a, "Paris", in("a"))
	opens(t, a, env, in("a"), "Paris")
	refuses(t, a, env, in("b"), cipher.ErrWrongKey)
	refuses(t, a, env, in("nobody"), cipher.ErrUnknownKey)
	refuses(t, a, seal(t, a, "Paris", in("c")), in("d"), cipher.ErrAuth) // same secret, the scope is bound
	if out, err := a.Seal(context.Background(), nil, nil, in("nobody")); out != nil || !errors.Is(err, cipher.ErrUnknownKey) {
		t.Errorf("Seal = %x, %v", out, err)
	}
}

// source is a key source that returns what it is told.
type source struct {
	key *cipher.Key
	err error
}

func (s source) Primary(context.Context, string) (*cipher.Key, error) { return s.key, s.err }
func (s source) ByID(context.Context, string, cipher.KeyID) (*cipher.Key, error) {
	return s.key, s.err
}

func TestKeySourceFailures(t *testing.T) {
	b, ctx := city(), context.Background()
	env := seal(t, one(t), "Paris", b)
	cause := errors.New("throttled")
	for name, c := range map[string]struct {
		s    source
		is   []error
		seal string // empty: sealing works
		open string
	}{
		"any error":     {source{err: cause}, []error{cipher.ErrKeySource, cause}, "cipher: seal person location.city: key source failed: throttled", "cipher: open person location.city with key 1: key source failed: throttled"},
		"context":       {source{err: context.Canceled}, []error{cipher.ErrKeySource, context.Canceled}, "cipher: seal person location.city: key source failed: context canceled", "cipher: open person location.city with key 1: key source failed: context canceled"},
		"its own class": {source{err: cipher.ErrKeySource}, []error{cipher.ErrKeySource}, "cipher: seal person location.city: key source failed", "cipher: open person location.city with key 1: key source failed"},
		"no key":        {source{}, []error{cipher.ErrKeySource}, "cipher: seal person location.city: key source failed: it returned no key", "cipher: open person location.city with key 1: key source failed: it returned no key"},
		"zero key":      {source{key: &cipher.Key{}}, []error{cipher.ErrKeySource}, "cipher: seal person location.city: key source failed: it returned no key", "cipher: open person location.city with key 1: key source failed: it returned no key"},
		"wrong id":      {source{key: newKey(t, 2)}, []error{cipher.ErrKeySource}, "", "cipher: open person location.city with key 1: key source failed: it returned key 2"},
		"key and error": {source{key: newKey(t, 1), err: cipher.ErrKeyDisabled}, []error{cipher.ErrKeyDisabled}, "cipher: seal person location.city: key is disabled", "cipher: open person location.city with key 1: key is disabled"},
	} {
		a := withOptions(t, c.s)
		out, err := a.Seal(ctx, nil, []byte("x"), b)
		if c.seal != "" && (out != nil || err == nil || err.Error() != c.seal) || c.seal == "" && err != nil {
			t.Errorf("%s: Seal = %x, %v", name, out, err)
		}
		out, err = a.Open(ctx, nil, env, b)
		if out != nil || err == nil || err.Error() != c.open {
			t.Errorf("%s: Open = %x, %v", name, out, err)
		}
		for _, e := range c.is {
			if !errors.Is(err, e) {
				t.Errorf("%s: %v is not %v", name, err, e)
			}
		}
	}
}

// probe records what a source is asked.
type probe struct {
	source
	got *[]any
}

func (p probe) Primary(ctx context.Context, scope string) (*cipher.Key, error) {
	*p.got = append(*p.got, ctx, scope)
	return p.source.Primary(ctx, scope)
}

func (p probe) ByID(ctx context.Context, scope string, id cipher.KeyID) (*cipher.Key, error) {
	*p.got = append(*p.got, ctx, scope, id)
	return p.source.ByID(ctx, scope, id)
}

func TestKeySourceArguments(t *testing.T) {
	type mark struct{}
	ctx := context.WithValue(context.Background(), mark{}, 1)
	var got []any
	a := withOptions(t, probe{source{key: newKey(t, 1)}, &got})
	if len(got) != 0 {
		t.Error("New asked for a key")
	}
	b := city()
	b.Scope = "tenant"
	env, err := a.Seal(ctx, nil, nil, b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Open(ctx, nil, env, b); err != nil {
		t.Fatal(err)
	}
	want := []any{ctx, "tenant", ctx, "tenant", cipher.KeyID(1)}
	for i := range want {
		if len(got) != len(want) || got[i] != want[i] {
			t.Fatalf("the source was asked %v, want %v", got, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	ks, err := cipher.NewKeyset(cipher.Primary(newKey(t, 1)))
	if err != nil {
		t.Fatal(err)
	}
	opt := func(o ...cipher.Option) []cipher.Option { return o }
	for _, c := range []struct {
		ks   cipher.KeySource
		opts []cipher.Option
		want string
	}{
		{nil, nil, "cipher: New: no key source; make one with NewKeyset"},
		{(*cipher.Keyset)(nil), nil, "cipher: New: no key source; make one with NewKeyset"},
		{&cipher.Keyset{}, nil, "cipher: New: no key source; make one with NewKeyset"},
		{ks, opt(nil), "cipher: New: option 1 is nil"},
		{ks, opt(cipher.WithPadding(1)), "cipher: New: WithPadding(1): a bucket has 2 to 65536 bytes"},
		{ks, opt(cipher.WithPadding(-2)), "cipher: New: WithPadding(-2): a bucket has 2 to 65536 bytes"},
		{ks, opt(cipher.WithPadding(65537)), "cipher: New: WithPadding(65537): a bucket has 2 to 65536 bytes"},
		{ks, opt(cipher.Accept()), "cipher: New: Accept: no suites"},
		{ks, opt(cipher.Accept(0)), "cipher: New: Accept: suite 0 does not exist"},
		{ks, opt(cipher.Accept(1, 3)), "cipher: New: Accept: suite 3 does not exist"},
		{ks, opt(cipher.Accept(255)), "cipher: New: Accept: suite 255 does not exist"},
		{ks, opt(cipher.Accept(cipher.SuiteAES256GCM), cipher.WithPadding(8)), "cipher: New: Accept leaves out AES-256-GCM padded, which Seal writes"},
		{ks, opt(cipher.Accept(cipher.SuiteAES256GCMPadded)), "cipher: New: Accept leaves out AES-256-GCM, which Seal writes"},
	} {
		a, err := cipher.New(c.ks, c.opts...)
		if a != nil || err == nil || err.Error() != c.want {
			t.Errorf("New = %v, %v; want %s", a, err, c.want)
		}
	}
	var zero cipher.AES
	for _, a := range []*cipher.AES{nil, &zero} {
		_, err := a.Seal(context.Background(), nil, nil, city())
		if want := "cipher: seal person location.city: key source failed: a zero AES has no keys; make one with New"; err == nil || err.Error() != want {
			t.Errorf("Seal of no cipher: %v", err)
		}
		if _, err := a.Open(context.Background(), nil, nil, city()); !errors.Is(err, cipher.ErrKeySource) {
			t.Errorf("Open of no cipher: %v", err)
		}
	}
}
