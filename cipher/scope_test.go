package cipher_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/dystore/dystore/cipher"
)

// scopeNoted is a source with one key, which notes for which scopes it was asked.
type scopeNoted struct {
	key   *cipher.Key
	asked []string
}

func (s *scopeNoted) Primary(_ context.Context, scope string) (*cipher.Key, error) {
	s.asked = append(s.asked, scope)
	return s.key, nil
}

func (s *scopeNoted) ByID(ctx context.Context, scope string, _ cipher.KeyID) (*cipher.Key, error) {
	return s.Primary(ctx, scope)
}

// The scope of a value is what the function says, whoever asks, and the binding that was
// given stays as it is.
func TestScopeBy(t *testing.T) {
	source := &scopeNoted{key: newKey(t, 1)}
	aes, err := cipher.New(source)
	if err != nil {
		t.Fatal(err)
	}
	scoped := cipher.ScopeBy(aes, cipher.PartitionKey)
	given := &cipher.Binding{Entity: "person", Scope: "forged", Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name("city")}}
	before := *given
	env := seal(t, scoped, "Paris", given)
	opens(t, scoped, env, given, "Paris")
	if want := []string{"p1", "p1"}; !reflect.DeepEqual(source.asked, want) {
		t.Errorf("asked for %q", source.asked)
	}
	if !reflect.DeepEqual(given.Scope, before.Scope) || len(given.Path) != 1 {
		t.Errorf("the binding is %+v now", given)
	}
	within := before
	within.Scope = "p1"
	opens(t, aes, env, &within, "Paris")
	refuses(t, aes, env, given, cipher.ErrAuth)
	for name, of := range map[string]cipher.Cipher{"scoped": scoped, "a half": cipher.OpenOnly(scoped), "the other half": cipher.SealOnly(scoped)} {
		if scope, err := cipher.ScopeOf(of, given); err != nil || scope != "p1" {
			t.Errorf("%s: scope %q, %v", name, scope, err)
		}
	}
	if scope, err := cipher.ScopeOf(aes, given); err != nil || scope != "" {
		t.Errorf("without scopes: %q, %v", scope, err)
	}
}

// What has no scope is neither sealed nor opened.
func TestNoScope(t *testing.T) {
	a, why := one(t), errors.New("why")
	for name, c := range map[string]struct {
		scope func(*cipher.Binding) (string, error)
		want  error
	}{
		"empty":       {func(*cipher.Binding) (string, error) { return "", nil }, cipher.ErrScope},
		"an error":    {func(*cipher.Binding) (string, error) { return "x", why }, why},
		"no sort key": {cipher.SortKey, cipher.ErrScope},
		"no function": {nil, cipher.ErrScope},
	} {
		scoped, b := cipher.ScopeBy(a, c.scope), city()
		b.Key = b.Key[:1]
		if _, err := scoped.Seal(t.Context(), nil, []byte("x"), b); !errors.Is(err, c.want) || !errors.Is(err, cipher.ErrScope) {
			t.Errorf("%s: sealed: %v", name, err)
		}
		refuses(t, scoped, seal(t, a, "x", b), b, cipher.ErrScope)
	}
	scoped := cipher.ScopeBy(a, cipher.PartitionKey)
	for _, b := range []*cipher.Binding{nil, {}, {Entity: "e", Path: cipher.Path{cipher.Name("n")}}} {
		if _, err := scoped.Seal(t.Context(), nil, nil, b); !errors.Is(err, cipher.ErrBinding) {
			t.Errorf("%+v: %v", b, err)
		}
	}
}

// halfOf seals or opens, and not both.
type halfOf struct{ c cipher.Cipher }

func (h halfOf) Seal(ctx context.Context, dst, plaintext []byte, b *cipher.Binding) ([]byte, error) {
	return h.c.Seal(ctx, dst, plaintext, b)
}

// A half of a cipher has the scopes of the cipher, and a batch of it works with what is no cipher.
func TestHalfOfScopes(t *testing.T) {
	scoped := cipher.ScopeBy(one(t), func(b *cipher.Binding) (string, error) { return b.Path.String(), nil })
	in := func(c cipher.Cipher, scope string) cipher.Cipher {
		return c.(interface{ InScope(string) cipher.Cipher }).InScope(scope)
	}
	env := seal(t, in(cipher.SealOnly(scoped), "f2"), "1", field(1))
	refuses(t, scoped, env, field(1), cipher.ErrAuth)
	opens(t, in(cipher.OpenOnly(scoped), "f2"), env, field(1), "1")
	refuses(t, in(cipher.OpenOnly(scoped), "f1"), env, field(1), cipher.ErrAuth)
	for _, c := range []cipher.Cipher{cipher.SealOnly(one(t)), cipher.OpenOnly(one(t))} {
		if in(c, "f2") != c {
			t.Error("what has no scopes is in one")
		}
	}
	opens(t, one(t), seal(t, cipher.Batch(cipher.SealOnly(halfOf{one(t)})), "2", field(1)), field(1), "2")
	refuses(t, cipher.Batch(cipher.SealOnly(halfOf{one(t)})), env, field(1), cipher.ErrNoOpener)
	if _, err := cipher.Batch(cipher.OpenOnly(one(t))).Seal(t.Context(), nil, nil, field(1)); !errors.Is(err, cipher.ErrNoSealer) {
		t.Errorf("half of a batch seals: %v", err)
	}
}

// The values of one item have one derived key if their scope is one.
func TestBatchOfScopes(t *testing.T) {
	scoped := cipher.ScopeBy(one(t), func(b *cipher.Binding) (string, error) { return b.Path.String(), nil })
	batch := cipher.Batch(scoped)
	first, second, third := seal(t, batch, "1", field(1)), seal(t, batch, "2", field(1)), seal(t, batch, "3", field(2))
	if salt(first) != salt(second) || salt(second) != salt(third) {
		t.Error("the key is one, and so is the salt")
	}
	for _, o := range []cipher.Opener{batch, scoped, cipher.Batch(cipher.OpenOnly(scoped))} {
		opens(t, o, first, field(1), "1")
		opens(t, o, third, field(2), "3")
		refuses(t, o, third, field(1), cipher.ErrAuth)
	}
}
