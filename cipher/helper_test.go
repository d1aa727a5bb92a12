package cipher_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/dystore/dystore/cipher"
)

// secret returns 32 bytes that are the same for the same n, and no secret.
func secret(n byte) []byte {
	b := make([]byte, 32)
	for i := range b {
		b[i] = n ^ byte(i*7+1)
	}
	return b
}

func newKey(t testing.TB, id cipher.KeyID) *cipher.Key {
	t.Helper()
	k, err := cipher.NewKey(id, secret(byte(id)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newAES(t testing.TB, entries ...cipher.KeysetEntry) *cipher.AES {
	t.Helper()
	ks, err := cipher.NewKeyset(entries...)
	if err != nil {
		t.Fatal(err)
	}
	return withOptions(t, ks)
}

func withOptions(t testing.TB, ks cipher.KeySource, opts ...cipher.Option) *cipher.AES {
	t.Helper()
	a, err := cipher.New(ks, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// one returns a cipher with the single key 1.
func one(t testing.TB) *cipher.AES { return newAES(t, cipher.Primary(newKey(t, 1))) }

// at is the binding of a path in the person p1.
func at(path ...cipher.Segment) *cipher.Binding {
	return &cipher.Binding{Entity: "person", Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: path}
}

func city() *cipher.Binding { return at(cipher.Name("location"), cipher.Name("city")) }

func seal(t testing.TB, s cipher.Sealer, plaintext string, b *cipher.Binding) []byte {
	t.Helper()
	env, err := s.Seal(context.Background(), nil, []byte(plaintext), b)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// opens checks that env opens to want.
func opens(t testing.TB, o cipher.Opener, env []byte, b *cipher.Binding, want string) {
	t.Helper()
	got, err := o.Open(context.Background(), nil, env, b)
	if err != nil || string(got) != want {
		t.Errorf("Open = %q, %v; want %q", got, err, want)
	}
}

// refuses checks that env does not open, for the reason want, and that the
// error is a FieldError about the binding.
func refuses(t testing.TB, o cipher.Opener, env []byte, b *cipher.Binding, want error) {
	t.Helper()
	got, err := o.Open(context.Background(), []byte("prefix"), env, b)
	var field *cipher.FieldError
	if got != nil || !errors.Is(err, want) || !errors.As(err, &field) {
		t.Errorf("Open = %x, %v; want %v", got, err, want)
		return
	}
	if field.Op != "open" || field.Entity != b.Entity || field.Path != b.Path.String() {
		t.Errorf("the error names %q, %q, %q", field.Op, field.Entity, field.Path)
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// flip returns a copy of b with the bits of mask changed in byte i.
func flip(b []byte, i int, mask byte) []byte {
	c := bytes.Clone(b)
	c[i] ^= mask
	return c
}
